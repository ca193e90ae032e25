/* tui_command.c: see tui_command.h. */
#include "autoconf.h"

#include "tui/tui_command.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_actions.h"
#include "tui/tui_targets.h"
#include "tui/tui_update.h"

void
tui_command_ask_shutdown(struct tui_model *m)
{
	char *question =
	    xasprintf("type shutdown to end %s and its %zu programs: ",
		      m->daemon.host[0] != '\0' ? m->daemon.host : "the daemon", tui_model_count(m));

	tui_targets_ask_call(m, TAG_SHUTDOWN, "supervisor.shutdown", question, "shutdown");
	free(question);
}

static void
ask_reload(struct tui_model *m)
{
	char *question = xasprintf("restart the daemon: all %zu programs are stopped and started again",
				   tui_model_count(m));

	tui_targets_ask_call(m, TAG_RELOAD, "supervisor.restart", question, NULL);
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
	char **keys; /* borrowed texts */
	size_t n;
};

static void
add_group_keys(struct keys *keys, const struct tui_group *g)
{
	for (size_t i = 0; i < g->n; i++)
		keys->keys[keys->n++] = g->procs[i]->key;
}

/* "all", "group:*", "group:name" or "name". False: the daemon has no such thing, and supervisorctl shall say
 * so. */
static bool
add_keys(const struct tui_model *m, struct keys *keys, const char *word)
{
	size_t len = strlen(word);
	const struct tui_group *g;
	struct tui_proc *p;
	char *name;

	if (strcmp(word, "all") == 0) {
		for (size_t i = 0; i < m->ngroups; i++)
			add_group_keys(keys, m->groups[i]);
		return true;
	}
	if (len > 2 && strcmp(word + len - 2, ":*") == 0) {
		name = xstrndup(word, len - 2);
		g = tui_model_group(m, name);
		free(name);
		if (g != NULL)
			add_group_keys(keys, g);
		return g != NULL;
	}
	name = strchr(word, ':') != NULL ? xstrdup(word) : xasprintf("%s:%s", word, word);
	p = tui_model_proc(m, name);
	free(name);
	if (p == NULL)
		return false;
	keys->keys[keys->n++] = p->key;
	return true;
}

/* start, stop and restart of what is on the screen. False: leave it to supervisorctl. */
static bool
run_verb(struct tui_model *m, enum tui_verb verb, char *const *words, size_t n)
{
	struct keys keys = {.keys = xcalloc((tui_model_count(m) + 1) * (n + 1), sizeof(char *))};
	bool known = n > 0;

	for (size_t i = 0; i < n && known; i++)
		known = add_keys(m, &keys, words[i]);
	if (known && keys.n > 0)
		tui_targets_act_on(m, verb, keys.keys, keys.n, NULL);
	free(keys.keys);
	return known && keys.n > 0;
}

static void
run_supervisorctl(struct tui_model *m, const char *line)
{
	char *title = xasprintf("supervisorctl %s", line);

	tui_actions_open(m, OVERLAY_OUTPUT, title);
	m->overlay.running = m->overlay.follow = true;
	tui_request(&m->requests, REQUEST_COMMAND, line);
	free(title);
}

static bool
is_up(struct tui_model *m)
{
	if (m->link == LINK_LIVE || m->link == LINK_POLLING)
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
	else if (strcmp(word, "update") == 0) {
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

void
tui_command_run(struct tui_model *m, const char *line)
{
	char *copy, *words[WORDS_MAX];
	size_t n = split(line, &copy, words);
	bool done = n == 0;

	if (n == 1)
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
		run_supervisorctl(m, line + strspn(line, " \t"));
	free(copy);
}
