/*
 * The one table of commands: name, arguments, help, handler. Running a line, `help` and completion come from
 * it.
 */
#ifndef CTL_CTL_COMMANDS_H
#define CTL_CTL_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "ctl/ctl.h"

struct ctl_command;

/* The arguments of a command, split at blanks; the words are the caller's for the duration of the command. */
struct ctl_args {
	const struct ctl_command *command;
	const char *raw; /* the rest of the line, stripped */
	char **word;
	size_t n;
	bool json; /* --json was among them, or before the command */
	bool watch;
};

typedef void ctl_command_fn(struct ctl *ctl, const struct ctl_args *args);

/* What TAB offers as arguments. */
enum ctl_completes {
	CTL_COMPLETES_NOTHING,
	CTL_COMPLETES_GROUPS,
	CTL_COMPLETES_PROCESSES,
};

/* What of ours a command knows among its arguments. The others refuse --json and --watch before they do anything. */
enum ctl_takes {
	CTL_TAKES_JSON = 1 << 0,
	CTL_TAKES_WATCH = 1 << 1,
	CTL_TAKES_PATTERNS = 1 << 2, /* no option: names may be shell patterns (ctl_names.h) */
	CTL_TAKES_WORDS = 1 << 3,    /* no option: any words, with no names or options of ours among them */
};

struct ctl_command {
	const char *name;
	const char *args; /* for manuals */
	/* What `help NAME` prints, without the last line end; NULL: not listed, without help. */
	const char *help;
	ctl_command_fn *run;
	bool check;       /* ctl_check comes first */
	int check_status; /* exit status if the check fails, in place of its own; 0: its own */
	enum ctl_completes completes;
	unsigned takes; /* of enum ctl_takes */
	bool ours;      /* not one of Supervisor's: listed by `help cvisor` */
};

/* Ends with a row whose name is NULL. */
extern const struct ctl_command ctl_commands[];

/* A line as it is understood: "?x" is "help x"; the command is the longest prefix of letters, digits and "_".
 */
struct ctl_line {
	char *text; /* stripped, after "?"; owned */
	char *name; /* owned */
	const char *rest;
};
void ctl_line_parse(struct ctl_line *l, const char *line);
void ctl_line_release(struct ctl_line *l);
const struct ctl_command *ctl_command_find(const char *name);

/* Words of s, split at blanks. */
void ctl_args_parse(struct ctl_args *args, const char *raw);
void ctl_args_release(struct ctl_args *args);
/* Takes out the options that the command knows. */
void ctl_args_take_options(struct ctl_args *args, unsigned takes);
bool ctl_args_contain(const struct ctl_args *args, const char *word);

/* Runs one line, in both modes. */
void ctl_run_line(struct ctl *ctl, const char *line);
void ctl_run_command(struct ctl *ctl, const struct ctl_command *command, const char *rest);
/* "MESSAGE", then the help of the command. */
void ctl_usage(struct ctl *ctl, const struct ctl_args *args, enum ctl_exit status, const char *message);

#endif
