/* ctl_commands.c: see ctl_commands.h. What the commands do is in ctl_control.c, ctl_status.c and so on. */
#include "autoconf.h"

#include "ctl/ctl_commands.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pytext.h"
#include "base/xmalloc.h"
#include "ctl/ctl_config.h"
#include "ctl/ctl_control.h"
#include "ctl/ctl_fg.h"
#include "ctl/ctl_help.h"
#include "ctl/ctl_input.h"
#include "ctl/ctl_logs.h"
#include "ctl/ctl_options.h"
#include "ctl/ctl_shell.h"
#include "ctl/ctl_status.h"
#include "ctl/ctl_tui.h"

/* Sorted by name. */
const struct ctl_command ctl_commands[] = {
    {
	.name = "EOF",
	.run = ctl_exit,
	.takes = CTL_TAKES_WORDS,
    },
    {
	.name = "add",
	.args = "GROUP...",
	.help = "add <name> [...]\tActivates any updates in config for process/group",
	.run = ctl_add,
	.completes = CTL_COMPLETES_GROUPS,
    },
    {
	.name = "avail",
	.help = "avail\t\t\tDisplay all configured processes",
	.run = ctl_avail,
	.takes = CTL_TAKES_JSON,
    },
    {
	.name = "clear",
	.args = "NAME...|all",
	.help = "clear <name>\t\tClear a process' log files.\n"
		"clear <name> <name>\tClear multiple process' log files\n"
		"clear all\t\tClear all process' log files",
	.run = ctl_clear,
	.check = true,
	.completes = CTL_COMPLETES_PROCESSES,
	.takes = CTL_TAKES_PATTERNS,
    },
    {
	.name = "exit",
	.help = "exit\tExit the supervisor shell.",
	.run = ctl_exit,
	.takes = CTL_TAKES_WORDS,
    },
    {
	.name = "fg",
	.args = "NAME",
	.help = "fg <process>\tConnect to a process in foreground mode\n"
		"\t\tCtrl-C to exit",
	.run = ctl_fg,
	.check = true,
	.completes = CTL_COMPLETES_PROCESSES,
    },
    {
	.name = "help",
	.args = "[COMMAND]",
	.help = "help\t\tPrint a list of available actions\n"
		"help <action>\tPrint help for <action>",
	.run = ctl_help,
	.takes = CTL_TAKES_WORDS,
    },
    {
	.name = "maintail",
	.args = "[-f|-BYTES]",
	.help = "maintail -f \tContinuous tail of supervisor main log file (Ctrl-C to exit)\n"
		"maintail -100\tlast 100 *bytes* of supervisord main log file\n"
		"maintail\tlast 1600 *bytes* of supervisor main log file\n",
	.run = ctl_maintail,
	.check = true,
    },
    {
	.name = "open",
	.args = "URL",
	.help = "open <url>\tConnect to a remote supervisord process.\n"
		"\t\t(for UNIX domain socket, use unix:///socket/path)",
	.run = ctl_open,
    },
    {
	.name = "pid",
	.args = "[NAME...|all]",
	.help = "pid\t\t\tGet the PID of supervisord.\n"
		"pid <name>\t\tGet the PID of a single child process by name.\n"
		"pid all\t\t\tGet the PID of every child process, one per line.",
	.run = ctl_pid,
	.check = true,
	.completes = CTL_COMPLETES_PROCESSES,
	.takes = CTL_TAKES_PATTERNS,
    },
    {
	.name = "quit",
	.help = "quit\tExit the supervisor shell.",
	.run = ctl_exit,
	.takes = CTL_TAKES_WORDS,
    },
    {
	.name = "reload",
	.help = "reload \t\tRestart the remote supervisord.",
	.run = ctl_reload,
    },
    {
	.name = "remove",
	.args = "GROUP...",
	.help = "remove <name> [...]\tRemoves process/group from active config",
	.run = ctl_remove,
	.completes = CTL_COMPLETES_GROUPS,
    },
    {
	.name = "reread",
	.help = "reread \t\t\tReload the daemon's configuration files without add/remove",
	.run = ctl_reread,
	.takes = CTL_TAKES_JSON,
    },
    {
	.name = "restart",
	.args = "NAME...|all",
	.help = "restart <name>\t\tRestart a process\n"
		"restart <gname>:*\tRestart all processes in a group\n"
		"restart <name> <name>\tRestart multiple processes or groups\n"
		"restart all\t\tRestart all processes\n"
		"Note: restart does not reread config files. For that, see reread and update.",
	.run = ctl_restart,
	.check = true,
	.completes = CTL_COMPLETES_PROCESSES,
	.takes = CTL_TAKES_PATTERNS,
    },
    {
	.name = "shutdown",
	.help = "shutdown \tShut the remote supervisord down.",
	.run = ctl_shutdown,
    },
    {
	.name = "signal",
	.args = "SIGNAL NAME...|all",
	.help = "signal <signal name> <name>\t\tSignal a process\n"
		"signal <signal name> <gname>:*\t\tSignal all processes in a group\n"
		"signal <signal name> <name> <name>\tSignal multiple processes or groups\n"
		"signal <signal name> all\t\tSignal all processes",
	.run = ctl_signal,
	.check = true,
	.completes = CTL_COMPLETES_PROCESSES,
	.takes = CTL_TAKES_PATTERNS,
    },
    {
	.name = "start",
	.args = "NAME...|all",
	.help = "start <name>\t\tStart a process\n"
		"start <gname>:*\t\tStart all processes in a group\n"
		"start <name> <name>\tStart multiple processes or groups\n"
		"start all\t\tStart all processes",
	.run = ctl_start,
	.check = true,
	.completes = CTL_COMPLETES_PROCESSES,
	.takes = CTL_TAKES_PATTERNS,
    },
    {
	.name = "status",
	.args = "[NAME...|all]",
	.help = "status <name>\t\tGet status for a single process\n"
		"status <gname>:*\tGet status for all processes in a group\n"
		"status <name> <name>\tGet status for multiple named processes\n"
		"status\t\t\tGet all process status info",
	.run = ctl_status,
	.check = true,
	.check_status = CTL_EXIT_STATUS_UNKNOWN,
	.completes = CTL_COMPLETES_PROCESSES,
	.takes = CTL_TAKES_JSON | CTL_TAKES_WATCH | CTL_TAKES_PATTERNS,
    },
    {
	.name = "stop",
	.args = "NAME...|all",
	.help = "stop <name>\t\tStop a process\n"
		"stop <gname>:*\t\tStop all processes in a group\n"
		"stop <name> <name>\tStop multiple processes or groups\n"
		"stop all\t\tStop all processes",
	.run = ctl_stop,
	.check = true,
	.completes = CTL_COMPLETES_PROCESSES,
	.takes = CTL_TAKES_PATTERNS,
    },
    {
	.name = "tail",
	.args = "[-f|-BYTES] NAME [stdout|stderr]",
	.help = "tail [-f] <name> [stdout|stderr] (default stdout)\n"
		"Ex:\n"
		"tail -f <name>\t\tContinuous tail of named process stdout\n"
		"\t\t\tCtrl-C to exit.\n"
		"tail -100 <name>\tlast 100 *bytes* of process stdout\n"
		"tail <name> stderr\tlast 1600 *bytes* of process stderr",
	.run = ctl_tail,
	.check = true,
	.completes = CTL_COMPLETES_PROCESSES,
	.takes = CTL_TAKES_PATTERNS,
    },
    {
	.name = "tui",
	.help = "tui\tShow and control the processes on the full screen (supervisortui).",
	.run = ctl_tui,
	.ours = true,
	.takes = CTL_TAKES_WORDS,
    },
    {
	.name = "update",
	.args = "[GROUP...|all]",
	.help =
	    "update\t\t\tReload config and add/remove as necessary, and will restart affected programs\n"
	    "update all\t\tReload config and add/remove as necessary, and will restart affected programs\n"
	    "update <gname> [...]\tUpdate specific groups",
	.run = ctl_update,
	.completes = CTL_COMPLETES_GROUPS,
	.takes = CTL_TAKES_JSON,
    },
    {
	.name = "version",
	.help = "version\t\t\tShow the version of the remote supervisord process",
	.run = ctl_version,
	.takes = CTL_TAKES_JSON,
    },
    {.name = NULL},
};

/* Understanding a line */

void
ctl_line_parse(struct ctl_line *l, const char *line)
{
	static const char word[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
	char *text = pytext_trimmed(line);
	size_t n;

	if (text[0] == '?') {
		l->text = xasprintf("help %s", text + 1);
		free(text);
	} else {
		l->text = text;
	}
	n = strspn(l->text, word);
	l->name = xstrndup(l->text, n);
	l->rest = l->text + n;
	l->rest += pytext_leading(l->rest, strlen(l->rest), NULL);
}

void
ctl_line_release(struct ctl_line *l)
{
	free(l->text);
	free(l->name);
}

const struct ctl_command *
ctl_command_find(const char *name)
{
	for (const struct ctl_command *c = ctl_commands; c->name != NULL; c++) {
		if (strcmp(c->name, name) == 0)
			return c;
	}
	return NULL;
}

void
ctl_args_parse(struct ctl_args *args, const char *raw)
{
	size_t left = strlen(raw), n;

	*args = (struct ctl_args){.raw = raw};
	for (const char *s = raw; left > 0; s += n, left -= n) {
		n = pytext_leading(s, left, NULL);
		if (n > 0)
			continue;
		while (n < left && pytext_leading(s + n, left - n, NULL) == 0)
			n++;
		args->word = xreallocarray(args->word, args->n + 1, sizeof(*args->word));
		args->word[args->n++] = xstrndup(s, n);
	}
}

void
ctl_args_release(struct ctl_args *args)
{
	for (size_t i = 0; i < args->n; i++)
		free(args->word[i]);
	free(args->word);
	*args = (struct ctl_args){0};
}

static bool
take_option(struct ctl_args *args, unsigned takes, const char *word)
{
	bool json = (takes & CTL_TAKES_JSON) != 0 && strcmp(word, "--json") == 0;
	bool watch = (takes & CTL_TAKES_WATCH) != 0 && strcmp(word, "--watch") == 0;

	args->json = args->json || json;
	args->watch = args->watch || watch;
	return json || watch;
}

void
ctl_args_take_options(struct ctl_args *args, unsigned takes)
{
	size_t kept = 0;

	for (size_t i = 0; i < args->n; i++) {
		if (take_option(args, takes, args->word[i]))
			free(args->word[i]);
		else
			args->word[kept++] = args->word[i];
	}
	args->n = kept;
}

bool
ctl_args_contain(const struct ctl_args *args, const char *word)
{
	for (size_t i = 0; i < args->n; i++) {
		if (strcmp(args->word[i], word) == 0)
			return true;
	}
	return false;
}

/* Running */

void
ctl_usage(struct ctl *ctl, const struct ctl_args *args, enum ctl_exit status, const char *message)
{
	ctl_complain(ctl, CTL_PROBLEM_USAGE, 0, "%s", message);
	if (!ctl_json_wanted(ctl))
		ctl_say("%s", args->command->help);
	ctl_fail(ctl, status);
}

static void
run_once(struct ctl *ctl, const struct ctl_command *command, const char *rest)
{
	struct ctl_args args;

	ctl_error_release(&ctl->raised);
	ctl_args_parse(&args, rest);
	args.command = command;
	args.json = ctl->options->json;
	ctl_args_take_options(&args, command->takes);
	if (args.json)
		ctl_json_begin(ctl);
	if (!command->check || ctl_check(ctl))
		command->run(ctl, &args);
	else if (command->check_status != 0 && !ctl_raised(ctl))
		ctl_fail(ctl, (enum ctl_exit)command->check_status);
	ctl_args_release(&args);
	ctl_disconnect(ctl);
}

static void
say_raised(struct ctl *ctl)
{
	struct buf line = BUF_INIT(SIZE_MAX / 2);

	if (!ctl_json_wanted(ctl)) {
		ctl_error_line(&line, &ctl->raised);
		ctl_say("%s", buf_str(&line));
		buf_release(&line);
	}
	ctl_fail(ctl, CTL_EXIT_GENERIC);
}

/* Ctrl-C in the shell, outside the commands that have a use for it, leaves the shell. */
static void
leave(struct ctl *ctl)
{
	if (!ctl_json_wanted(ctl))
		putchar('\n');
	ctl->quit = true;
}

/* Refused credentials are asked for if somebody can be asked; a document has no room for that. */
static void
run_answering(struct ctl *ctl, const struct ctl_command *command, const char *rest)
{
	for (;;) {
		run_once(ctl, command, rest);
		if (ctl->quit || !ctl_raised(ctl))
			return;
		if (ctl->raised.cancelled) {
			leave(ctl);
			return;
		}
		if (ctl->raised.http_status != 401 || ctl_json_wanted(ctl))
			break;
		ctl_say("Server requires authentication");
		if (!ctl->interactive)
			break;
		switch (ctl_input_credentials(ctl)) {
		case CTL_INPUT_LINE:
			continue;
		case CTL_INPUT_END:
			break;
		case CTL_INPUT_INTERRUPTED:
			leave(ctl);
			return;
		}
		break;
	}
	say_raised(ctl);
}

static void
has_no_option(struct ctl *ctl, const char *command, const char *option, unsigned takes, bool json)
{
	struct buf takers = BUF_INIT(SIZE_MAX / 2);

	ctl_help_takers(&takers, takes);
	if (json)
		ctl_json_begin(ctl);
	ctl_complain(ctl, CTL_PROBLEM_USAGE, 0, "Error: '%s' has no %s (these have: %s)", command, option,
		     buf_str(&takers));
	ctl_fail(ctl, CTL_EXIT_INVALID_ARGS);
	buf_release(&takers);
}

/* An option of ours that the command does not know: refused before it does half of what was asked for. */
static bool
is_refused(struct ctl *ctl, const struct ctl_command *command, const char *rest)
{
	static const struct {
		const char *option;
		unsigned takes;
	} ours[] = {{"--json", CTL_TAKES_JSON}, {"--watch", CTL_TAKES_WATCH}};
	struct ctl_args args;
	bool refused = false;

	ctl_args_parse(&args, rest);
	for (size_t i = 0; !refused && i < sizeof(ours) / sizeof(ours[0]); i++) {
		bool before = ours[i].takes == CTL_TAKES_JSON && ctl->options->json;
		bool behind =
		    (command->takes & CTL_TAKES_WORDS) == 0 && ctl_args_contain(&args, ours[i].option);

		refused = (before || behind) && (command->takes & ours[i].takes) == 0;
		if (refused)
			has_no_option(ctl, command->name, ours[i].option, ours[i].takes,
				      ctl->options->json || ctl_args_contain(&args, "--json"));
	}
	ctl_args_release(&args);
	return refused;
}

void
ctl_run_command(struct ctl *ctl, const struct ctl_command *command, const char *rest)
{
	if (!is_refused(ctl, command, rest))
		run_answering(ctl, command, rest);
	if (ctl_json_wanted(ctl))
		ctl_json_end(ctl);
}

static void
unknown_syntax(struct ctl *ctl, const char *text)
{
	if (ctl->options->json)
		ctl_json_begin(ctl);
	ctl_complain(ctl, CTL_PROBLEM_USAGE, 0, "*** Unknown syntax: %s", text);
	if (ctl_json_wanted(ctl))
		ctl_json_end(ctl);
	ctl_fail(ctl, CTL_EXIT_GENERIC);
}

void
ctl_run_line(struct ctl *ctl, const char *line)
{
	const struct ctl_command *command;
	struct ctl_line l;

	ctl_line_parse(&l, line);
	command = ctl_command_find(l.name);
	if (command != NULL) {
		ctl_run_command(ctl, command, l.rest);
	} else if (*l.text != '\0') {
		unknown_syntax(ctl, l.text);
	}
	ctl_line_release(&l);
}
