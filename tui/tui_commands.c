/* tui_commands.c: see tui_commands.h. */
#include "autoconf.h"

#include "tui/tui_commands.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_act_hosts.h"
#include "tui/tui_act_program.h"
#include "tui/tui_ask.h"
#include "tui/tui_command.h"
#include "tui/tui_command_help.h"
#include "tui/tui_history.h"
#include "tui/tui_job.h"
#include "tui/tui_marks.h"
#include "tui/tui_move.h"
#include "tui/tui_report.h"
#include "tui/tui_set.h"
#include "tui/tui_signal.h"
#include "tui/tui_silence.h"
#include "tui/tui_targets.h"
#include "tui/tui_update.h"
#include "tui/tui_watch_command.h"

/* Programs. What the screen does not know is left to supervisorctl, whose complaint it is. */

static bool
run_verb(struct tui_model *m, enum tui_verb verb, const char *arg, char *const *words, size_t n)
{
	const struct tui_host *h = tui_model_host(m);
	struct tui_targets t = {0};
	bool known = n > 0;

	for (size_t i = 0; i < n && known; i++)
		known = tui_targets_add_word(&t, h, words[i]);
	if (known)
		tui_ask_verb(m, verb, arg, &t);
	tui_targets_release(&t);
	return known;
}

static bool
run_start(struct tui_model *m, const struct tui_command_line *l)
{
	return run_verb(m, VERB_START, NULL, l->words, l->n);
}

static bool
run_stop(struct tui_model *m, const struct tui_command_line *l)
{
	return run_verb(m, VERB_STOP, NULL, l->words, l->n);
}

static bool
run_restart(struct tui_model *m, const struct tui_command_line *l)
{
	return run_verb(m, VERB_RESTART, NULL, l->words, l->n);
}

static bool
run_roll(struct tui_model *m, const struct tui_command_line *l)
{
	if (!run_verb(m, VERB_ROLL, NULL, l->words, l->n))
		tui_message(m, LOOK_WARN,
			    l->n == 0 ? "roll NAME...: which programs?"
				      : "roll: no such program (NAME, GROUP:* or a pattern)");
	return true;
}

static bool
run_clear(struct tui_model *m, const struct tui_command_line *l)
{
	return run_verb(m, VERB_CLEAR, NULL, l->words, l->n);
}

static bool
run_signal(struct tui_model *m, const struct tui_command_line *l)
{
	const char *name = l->n > 0 ? tui_signal_find(l->words[0]) : NULL;

	return name != NULL && run_verb(m, VERB_SIGNAL, name, l->words + 1, l->n - 1);
}

static bool
run_fg(struct tui_model *m, const struct tui_command_line *l)
{
	struct tui_targets t = {0};

	if (l->n == 1)
		tui_targets_add_word(&t, tui_model_host(m), l->words[0]);
	if (t.n == 1)
		tui_act_program_attach(m, t.procs[0]);
	else if (l->n == 1)
		tui_message(m, LOOK_WARN, "fg: no program '%s'", l->words[0]);
	else
		tui_message(m, LOOK_WARN, "fg NAME: one program");
	tui_targets_release(&t);
	return true;
}

/* The daemon */

static bool
run_update(struct tui_model *m, const struct tui_command_line *l)
{
	tui_update_preview(m, l->words, l->n);
	return true;
}

static bool
run_shutdown(struct tui_model *m, const struct tui_command_line *l)
{
	(void)l;
	tui_command_ask_shutdown(m);
	return true;
}

static bool
run_reload(struct tui_model *m, const struct tui_command_line *l)
{
	struct tui_host *h = tui_model_host(m);
	char *question = xasprintf("restart the daemon %s: all %zu programs are stopped and started again",
				   tui_host_name(h), tui_host_count(h));

	(void)l;
	tui_ask_call(h, TAG_RELOAD, "supervisor.restart", question, NULL);
	free(question);
	return true;
}

static bool
run_connect(struct tui_model *m, const struct tui_command_line *l)
{
	tui_act_hosts_connect(m, l->rest);
	return true;
}

static bool
run_disconnect(struct tui_model *m, const struct tui_command_line *l)
{
	tui_act_hosts_disconnect(m, l->rest);
	return true;
}

static bool
run_login(struct tui_model *m, const struct tui_command_line *l)
{
	tui_act_hosts_login(m, l->rest);
	return true;
}

/* The screen */

static bool
run_quit(struct tui_model *m, const struct tui_command_line *l)
{
	(void)l;
	tui_move_leave(m);
	return true;
}

static bool
run_tui(struct tui_model *m, const struct tui_command_line *l)
{
	(void)l;
	tui_message(m, LOOK_PLAIN, "this is it");
	return true;
}

static bool
run_cancel(struct tui_model *m, const struct tui_command_line *l)
{
	(void)l;
	if (!tui_job_cancel(m))
		tui_message(m, LOOK_PLAIN, "no rolling restart is under way");
	return true;
}

static bool
run_messages(struct tui_model *m, const struct tui_command_line *l)
{
	(void)l;
	tui_messages_open(m);
	return true;
}

static bool
run_set(struct tui_model *m, const struct tui_command_line *l)
{
	tui_set_command(m, l->rest);
	return true;
}

static bool
set_one(struct tui_model *m, const char *name, const struct tui_command_line *l)
{
	if (l->n == 0)
		tui_set_command(m, name);
	else
		tui_set_value(m, name, l->rest);
	return true;
}

static bool
run_theme(struct tui_model *m, const struct tui_command_line *l)
{
	return set_one(m, "theme", l);
}

static bool
run_sort(struct tui_model *m, const struct tui_command_line *l)
{
	return set_one(m, "sort", l);
}

static bool
run_history(struct tui_model *m, const struct tui_command_line *l)
{
	(void)l;
	tui_history_open(m, NULL);
	return true;
}

static bool
run_report(struct tui_model *m, const struct tui_command_line *l)
{
	(void)l;
	tui_report_open(m);
	return true;
}

static bool
run_watch(struct tui_model *m, const struct tui_command_line *l)
{
	tui_watch_command(m, l->rest);
	return true;
}

static bool
run_silence(struct tui_model *m, const struct tui_command_line *l)
{
	tui_silence_command(m, l->rest);
	return true;
}

static bool
run_unwatch(struct tui_model *m, const struct tui_command_line *l)
{
	tui_unwatch_command(m, l->rest);
	return true;
}

/* mark PATTERN..., unmark PATTERN... */
static bool
mark(struct tui_model *m, const struct tui_command_line *l, bool marked)
{
	size_t found = 0;

	for (size_t i = 0; i < l->n; i++)
		found += tui_marks_pattern(m, strcmp(l->words[i], "all") == 0 ? "*" : l->words[i], marked);
	if (l->n == 0)
		tui_message(m, LOOK_PLAIN, "%s PATTERN: of names or of group:name, as web_* or web:*",
			    marked ? "mark" : "unmark");
	else if (found == 0)
		tui_message(m, LOOK_WARN, "no program has a name like that");
	else
		tui_message(m, LOOK_PLAIN, "%zu %s", found, marked ? "marked" : "not marked any more");
	return true;
}

static bool
run_mark(struct tui_model *m, const struct tui_command_line *l)
{
	return mark(m, l, true);
}

static bool
run_unmark(struct tui_model *m, const struct tui_command_line *l)
{
	return mark(m, l, false);
}

static bool
run_help(struct tui_model *m, const struct tui_command_line *l)
{
	return tui_command_help(m, l->n == 0 ? NULL : l->words[0]);
}

/* clang-format off */
const struct tui_command tui_commands[] = {
	{.name = "add", .takes = TAKES_GROUPS, .asks = true, .changes = true},
	{.name = "avail", .asks = true},
	{.name = "cancel", .run = run_cancel,
	 .usage = "", .help = "end a rolling restart after the present one"},
	{.name = "clear", .takes = TAKES_PROCESSES, .asks = true, .changes = true, .run = run_clear},
	{.name = "connect", .takes = TAKES_URL, .run = run_connect,
	 .usage = "URL", .help = "show one more daemon, by a URL as of -s"},
	{.name = "disconnect", .takes = TAKES_HOST, .run = run_disconnect,
	 .usage = "HOST", .help = "show it no longer"},
	{.name = "exit", .run = run_quit},
	{.name = "fg", .takes = TAKES_ONE, .asks = true, .changes = true, .run = run_fg},
	{.name = "help", .takes = TAKES_COMMAND, .run = run_help},
	{.name = "login", .takes = TAKES_HOST, .run = run_login,
	 .usage = "[HOST]", .help = "let ssh ask for a password again"},
	{.name = "maintail", .takes = TAKES_MAINTAIL, .asks = true},
	{.name = "history", .asks = true, .run = run_history,
	 .usage = "", .help = "starts and ends of all programs"},
	{.name = "mark", .takes = TAKES_PROCESSES, .run = run_mark,
	 .usage = "PATTERN ...", .help = "mark programs"},
	{.name = "messages", .run = run_messages,
	 .usage = "", .help = "what was said so far"},
	{.name = "open", .takes = TAKES_URL, .run = run_connect},
	{.name = "pid", .takes = TAKES_PROCESSES, .asks = true},
	{.name = "q", .run = run_quit, .usage = "", .help = "quit"},
	{.name = "quit", .run = run_quit},
	{.name = "reload", .asks = true, .changes = true, .run = run_reload},
	{.name = "remove", .takes = TAKES_GROUPS, .asks = true, .changes = true},
	{.name = "report", .asks = true, .run = run_report,
	 .usage = "", .help = "what happened since you left"},
	{.name = "reread", .asks = true, .changes = true},
	{.name = "restart", .takes = TAKES_PROCESSES, .asks = true, .changes = true, .run = run_restart},
	{.name = "roll", .takes = TAKES_PROCESSES, .asks = true, .changes = true, .run = run_roll,
	 .usage = "PATTERN ...", .help = "restart one after the other"},
	{.name = "set", .takes = TAKES_SETTINGS, .run = run_set,
	 .usage = "[NAME=VALUE]", .help = "change a setting, or list them"},
	{.name = "shutdown", .asks = true, .changes = true, .run = run_shutdown},
	{.name = "signal", .takes = TAKES_SIGNAL, .asks = true, .changes = true, .run = run_signal},
	{.name = "silence", .takes = TAKES_PROCESSES, .run = run_silence,
	 .usage = "MINUTES|off [PATTERN ...]", .help = "silent for so long is a trouble"},
	{.name = "sort", .takes = TAKES_COLUMNS, .run = run_sort,
	 .usage = "COLUMN", .help = "order the table"},
	{.name = "start", .takes = TAKES_PROCESSES, .asks = true, .changes = true, .run = run_start},
	{.name = "status", .takes = TAKES_PROCESSES, .asks = true},
	{.name = "stop", .takes = TAKES_PROCESSES, .asks = true, .changes = true, .run = run_stop},
	{.name = "tail", .takes = TAKES_TAIL, .asks = true},
	{.name = "theme", .takes = TAKES_THEMES, .run = run_theme,
	 .usage = "NAME", .help = "other colours"},
	{.name = "tui", .run = run_tui},
	{.name = "unmark", .takes = TAKES_PROCESSES, .run = run_unmark,
	 .usage = "PATTERN ...", .help = "take marks away"},
	{.name = "unwatch", .run = run_unwatch,
	 .usage = "[PATTERN]", .help = "watch no longer"},
	{.name = "update", .takes = TAKES_GROUPS, .asks = true, .run = run_update},
	{.name = "version", .asks = true},
	{.name = "watch", .takes = TAKES_PROCESSES, .run = run_watch,
	 .usage = "PATTERN [PROGRAM ...]", .help = "tell when it comes in a log"},
};
/* clang-format on */
const size_t tui_ncommands = sizeof(tui_commands) / sizeof(tui_commands[0]);

const struct tui_command *
tui_command_find(const char *name)
{
	for (size_t i = 0; i < tui_ncommands; i++)
		if (strcmp(tui_commands[i].name, name) == 0)
			return &tui_commands[i];
	return NULL;
}

/* Slips between two words: a letter too many, too few, another one, or two that changed places (Damerau, Levenshtein).
   Long words are far from all. */
#define WORD_MAX 16

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t
distance(const char *a, const char *b)
{
	size_t d[WORD_MAX + 1][WORD_MAX + 1], la = strlen(a), lb = strlen(b);

	if (la > WORD_MAX || lb > WORD_MAX)
		return WORD_MAX;
	for (size_t i = 0; i <= la; i++) {
		for (size_t j = 0; j <= lb; j++) {
			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			d[i][j] = least(d[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
					1 + least(d[i - 1][j], d[i][j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				d[i][j] = least(d[i][j], 1 + d[i - 2][j - 2]);
		}
	}
	return d[la][lb];
}

const struct tui_command *
tui_command_nearest(const char *word)
{
	const struct tui_command *best = NULL;
	size_t len = strlen(word), slips = len < 2   ? 1
					   : len < 4 ? 2
						     : 3; /* so many slips are none any more */

	for (size_t i = 0; i < tui_ncommands; i++) {
		size_t d = distance(word, tui_commands[i].name);

		/* Who has typed the beginning meant the whole. */
		if (len > 1 && strncmp(word, tui_commands[i].name, len) == 0)
			d = 1;
		if (d < slips) {
			slips = d;
			best = &tui_commands[i];
		}
	}
	return best;
}
