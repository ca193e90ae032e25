/* tui_command.c: see tui_command.h. */
#include "autoconf.h"

#include "tui/tui_command.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_marks.h"
#include "tui/tui_history.h"
#include "tui/tui_output.h"
#include "tui/tui_report.h"
#include "tui/tui_set.h"
#include "tui/tui_targets.h"
#include "tui/tui_update.h"
#include "tui/tui_watch.h"

void
tui_command_ask_shutdown(struct tui_model *m)
{
	struct tui_host *h = tui_model_host(m);
	char *question =
	    xasprintf("type shutdown to end %s and its %zu programs: ", tui_host_name(h), tui_host_count(h));

	tui_targets_ask_call(h, TAG_SHUTDOWN, "supervisor.shutdown", question, "shutdown");
	free(question);
}

static void
ask_reload(struct tui_model *m)
{
	struct tui_host *h = tui_model_host(m);
	char *question = xasprintf("restart the daemon: all %zu programs are stopped and started again",
				   tui_host_count(h));

	tui_targets_ask_call(h, TAG_RELOAD, "supervisor.restart", question, NULL);
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

struct keys {
	struct tui_proc **procs;
	size_t n;
};

static void
add_group_keys(struct keys *keys, const struct tui_group *g)
{
	for (size_t i = 0; i < g->n; i++)
		keys->procs[keys->n++] = g->procs[i];
}

/* "all", "group:*", "group:name" or "name". False: the daemon has no such thing, and supervisorctl shall say
 * so. */
static bool
add_keys(const struct tui_host *h, struct keys *keys, const char *word)
{
	size_t len = strlen(word);
	const struct tui_group *g;
	struct tui_proc *p;
	char *name;

	if (strcmp(word, "all") == 0) {
		for (size_t i = 0; i < h->model->ngroups; i++)
			if (h->model->groups[i]->host == h)
				add_group_keys(keys, h->model->groups[i]);
		return true;
	}
	if (len > 2 && strcmp(word + len - 2, ":*") == 0) {
		name = xstrndup(word, len - 2);
		g = tui_host_group(h, name);
		free(name);
		if (g != NULL)
			add_group_keys(keys, g);
		return g != NULL;
	}
	name = strchr(word, ':') != NULL ? xstrdup(word) : xasprintf("%s:%s", word, word);
	p = tui_host_proc(h, name);
	free(name);
	if (p == NULL)
		return false;
	keys->procs[keys->n++] = p;
	return true;
}

/* start, stop and restart of what is on the screen. False: leave it to supervisorctl. */
static bool
run_verb(struct tui_model *m, enum tui_verb verb, char *const *words, size_t n)
{
	struct tui_host *h = tui_model_host(m);
	struct keys keys = {.procs = xcalloc((tui_host_count(h) + 1) * (n + 1), sizeof(struct tui_proc *))};
	bool known = n > 0;

	for (size_t i = 0; i < n && known; i++)
		known = add_keys(h, &keys, words[i]);
	if (known && keys.n > 0)
		tui_targets_act_on(m, verb, keys.procs, keys.n, NULL);
	free(keys.procs);
	return known && keys.n > 0;
}

static bool
is_up(struct tui_model *m)
{
	if (tui_host_is_up(tui_model_host(m)))
		return true;
	tui_message(m, LOOK_WARN, "the daemon does not answer: nothing was asked");
	return false;
}

/* Commands without arguments that are the screen's own. */
static bool
run_plain(struct tui_model *m, const char *word)
{
	if (strcmp(word, "quit") == 0 || strcmp(word, "exit") == 0 || strcmp(word, "q") == 0)
		tui_request(&m->requests, REQUEST_QUIT, "");
	else if (strcmp(word, "report") == 0) {
		if (is_up(m))
			tui_report_open(m);
	} else if (strcmp(word, "history") == 0) {
		if (is_up(m))
			tui_history_open(m, NULL);
	} else if (strcmp(word, "update") == 0) {
		if (is_up(m))
			tui_update_preview(m);
	} else if (strcmp(word, "shutdown") == 0) {
		if (is_up(m))
			tui_command_ask_shutdown(m);
	} else if (strcmp(word, "reload") == 0) {
		if (is_up(m))
			ask_reload(m);
	} else
		return false;
	return true;
}

/* The rest of the line behind its first word, without blanks around it; the caller frees it. */
static char *
rest_of(const char *line)
{
	size_t len;

	line += strspn(line, " \t");
	line += strcspn(line, " \t");
	line += strspn(line, " \t");
	len = strlen(line);
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	return xstrndup(line, len);
}

/* :mark PATTERN ..., :unmark PATTERN ... */
static void
mark(struct tui_model *m, char *const *patterns, size_t n, bool marked)
{
	size_t found = 0;

	for (size_t i = 0; i < n; i++)
		found += tui_marks_pattern(m, strcmp(patterns[i], "all") == 0 ? "*" : patterns[i], marked);
	if (n == 0)
		tui_message(m, LOOK_PLAIN, "%s PATTERN: of names or of group:name, as web_* or web:*",
			    marked ? "mark" : "unmark");
	else if (found == 0)
		tui_message(m, LOOK_WARN, "no program has a name like that");
	else
		tui_message(m, LOOK_PLAIN, "%zu %s", found, marked ? "marked" : "not marked any more");
}

/* Commands about the screen. False: it is none of them. */
static bool
run_own(struct tui_model *m, char *const *words, size_t n, const char *line)
{
	char *rest = rest_of(line);
	bool known = true;

	if (strcmp(words[0], "set") == 0)
		tui_set_command(m, rest);
	else if (strcmp(words[0], "watch") == 0)
		tui_watch_command(m, rest);
	else if (strcmp(words[0], "unwatch") == 0)
		tui_watch_end(m, rest);
	else if (strcmp(words[0], "theme") == 0 || strcmp(words[0], "sort") == 0) {
		if (n == 1)
			tui_set_command(m, words[0]);
		else
			tui_set_value(m, words[0], rest);
	} else if (strcmp(words[0], "mark") == 0 || strcmp(words[0], "unmark") == 0)
		mark(m, words + 1, n - 1, words[0][0] == 'm');
	else
		known = false;
	free(rest);
	return known;
}

void
tui_command_run(struct tui_model *m, const char *line)
{
	char *copy, *words[WORDS_MAX];
	size_t n = split(line, &copy, words);
	bool done = n == 0;

	if (!done)
		done = run_own(m, words, n, line);
	if (!done && n == 1)
		done = run_plain(m, words[0]);
	if (!done && (strcmp(words[0], "fg") == 0 || strcmp(words[0], "tui") == 0)) {
		tui_message(m, LOOK_WARN,
			    "%s needs a terminal of its own: leave with ^Z and run supervisorctl %s",
			    words[0], words[0]);
		done = true;
	}
	for (int verb = VERB_START; !done && verb <= VERB_RESTART; verb++)
		if (strcmp(words[0], tui_verb_name((enum tui_verb)verb)) == 0)
			done = is_up(m) ? run_verb(m, (enum tui_verb)verb, words + 1, n - 1) : true;
	if (!done)
		tui_output_run(m, line + strspn(line, " \t"));
	free(copy);
}
