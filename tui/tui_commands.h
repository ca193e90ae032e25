/*
 * The commands behind `:`, one row each: supervisorctl's, and the screen's own. What is run, completed and suggested comes
 * from here.
 */
#ifndef TUI_COMMANDS_H
#define TUI_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/tui_model.h"

/* What its words are, for completion. */
enum tui_takes {
	TAKES_NOTHING,
	TAKES_GROUPS,
	TAKES_PROCESSES,
	TAKES_SIGNAL,   /* and then processes */
	TAKES_TAIL,     /* -f, -BYTES, a process, stdout or stderr */
	TAKES_MAINTAIL, /* -f, -BYTES */
	TAKES_ONE,      /* a process */
	TAKES_COMMAND,
	TAKES_SETTINGS, /* NAME=VALUE */
	TAKES_THEMES,
	TAKES_COLUMNS,
	TAKES_URL,  /* of a daemon */
	TAKES_HOST, /* a daemon that is here */
};

struct tui_command_line {
	const char *line; /* as typed, without blanks in front */
	const char *rest; /* behind the first word */
	char **words;     /* of rest */
	size_t n;
};

/* False: supervisorctl is to do it. */
typedef bool tui_command_fn(struct tui_model *m, const struct tui_command_line *l);

struct tui_command {
	const char *name;
	enum tui_takes takes;
	bool asks;           /* it needs a daemon that answers */
	bool changes;        /* not when everything is read-only */
	tui_command_fn *run; /* NULL: supervisorctl does it */
	const char *usage;   /* of the screen's own, behind its name; NULL: it is supervisorctl's */
	const char *help;    /* of those */
};

extern const struct tui_command tui_commands[];
extern const size_t tui_ncommands;

/* NULL: there is none. */
const struct tui_command *tui_command_find(const char *name);
/* The one whose name is most like the word; NULL: none is. */
const struct tui_command *tui_command_nearest(const char *word);

#endif
