/* tui_command.c: see tui_command.h. */
#include "autoconf.h"

#include "tui/tui_command.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_ask.h"
#include "tui/tui_commands.h"
#include "tui/tui_output.h"

void
tui_command_ask_shutdown(struct tui_model *m)
{
	struct tui_host *h = tui_model_host(m);
	char *question =
	    xasprintf("type shutdown to end %s and its %zu programs: ", tui_host_name(h), tui_host_count(h));

	tui_ask_call(h, TAG_SHUTDOWN, "supervisor.shutdown", question, "shutdown");
	free(question);
}

/* The words of a line; pointers into a copy that *copy owns. */
#define WORDS_MAX 256

static size_t
split(const char *line, char **copy, char *words[WORDS_MAX])
{
	size_t n = 0;
	char *at = *copy = xstrdup(line);

	for (;;) {
		at += strspn(at, " \t");
		if (*at == '\0' || n == WORDS_MAX)
			return n;
		words[n++] = at;
		at += strcspn(at, " \t");
		if (*at != '\0')
			*at++ = '\0';
	}
}

/* The line behind its first word, without blanks around it; the caller frees it. */
static char *
rest_of(const char *line)
{
	size_t len;

	line += strcspn(line, " \t");
	line += strspn(line, " \t");
	len = strlen(line);
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	return xstrndup(line, len);
}

static void
unknown(struct tui_model *m, const char *word)
{
	const struct tui_command *nearest = tui_command_nearest(word);

	if (nearest != NULL)
		tui_message(m, LOOK_WARN, "there is no command '%s'; did you mean %s?", word, nearest->name);
	else
		tui_message(m, LOOK_WARN, "there is no command '%s'; :help lists them", word);
}

/* Says why a command cannot be run now. */
static bool
may_run(struct tui_model *m, const struct tui_command *c)
{
	if ((c->changes || c->asks) && m->player != NULL) {
		tui_message(m, LOOK_WARN, "this is a recording: there is no daemon to ask");
		return false;
	}
	if (c->changes && m->settings.readonly) {
		tui_message(m, LOOK_WARN, "read-only: nothing is changed from here");
		return false;
	}
	if (c->asks && !tui_host_is_up(tui_model_host(m))) {
		tui_message(m, LOOK_WARN, "the daemon does not answer: nothing was asked");
		return false;
	}
	return true;
}

void
tui_command_run(struct tui_model *m, const char *line)
{
	char *copy, *words[WORDS_MAX], *rest;
	size_t n;
	const struct tui_command *c;
	struct tui_command_line l;

	line += strspn(line, " \t");
	n = split(line, &copy, words);
	c = n > 0 ? tui_command_find(words[0]) : NULL;
	rest = rest_of(line);
	l = (struct tui_command_line){.line = line, .rest = rest, .words = words + 1, .n = n > 0 ? n - 1 : 0};
	if (c == NULL && n > 0)
		unknown(m, words[0]);
	else if (c != NULL && may_run(m, c) && (c->run == NULL || !c->run(m, &l)))
		tui_output_run(m, line);
	free(rest);
	free(copy);
}
