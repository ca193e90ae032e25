/*
 * Whom an action is for: in the details and in the log the programs that they show; else the marked programs, else the
 * selected one, else those of the selected group. And the marks.
 */
#ifndef TUI_TARGETS_H
#define TUI_TARGETS_H

#include "tui/tui_model.h"

/* Some processes, borrowed. */
struct tui_targets {
	struct tui_proc **procs; /* the array is owned */
	size_t n;
	char *what; /* names them all: "group web"; NULL: by their names; owned */
};

void tui_targets_release(struct tui_targets *t);
/* The marks, the selection or the group. False: there is nothing, and why was said. */
bool tui_targets_pick(struct tui_model *m, struct tui_targets *t);
/* All of the selected group. */
bool tui_targets_pick_group(struct tui_model *m, struct tui_targets *t);
/* For what goes through them one by one: the marks, the group, or with a program all that differ from it in their
   numbers only (numprocs). */
bool tui_targets_pick_set(struct tui_model *m, struct tui_targets *t);
/* Adds what a word of supervisorctl means among the programs of one daemon: "all", "group:*", "group:name", "name", or
   with shell patterns; each program once. False: nothing. */
bool tui_targets_add_word(struct tui_targets *t, const struct tui_host *h, const char *word);
/* The one that is meant by what takes only one: in the log, or selected. NULL: why was said. */
struct tui_proc *tui_targets_one(struct tui_model *m);

/* Processes by their names, for as long as a question is open: they may go, and others come, meanwhile. */
struct tui_named {
	struct tui_victim {
		struct tui_host *host;
		char *key; /* owned */
	} * victims;
	size_t n;
	char *what; /* as above; owned */
};

struct tui_named *tui_named_new(const struct tui_targets *t);
/* NULL is allowed. */
void tui_named_free(struct tui_named *named);
/* Those that are still there. */
void tui_named_find(const struct tui_named *named, struct tui_targets *t);
/* "web:web_1", or "3 processes of group web". The caller frees. */
char *tui_targets_name(const struct tui_targets *t);

void tui_targets_toggle(struct tui_model *m);
void tui_targets_mark_shown(struct tui_model *m);
void tui_targets_unmark(struct tui_model *m);

#endif
