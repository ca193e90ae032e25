/*
 * Going from hit to hit in the log pane: of what is searched for, and of lines that look like errors. The hits are an index
 * that is made in slices; a jump for which not enough has been looked at yet waits for it.
 */
#ifndef TUI_LOGFIND_H
#define TUI_LOGFIND_H

#include <stdbool.h>
#include <stdint.h>

#include "tui/tui_logindex.h"

struct tui_logpane;
struct tui_model;

/* Where the pane was. */
struct tui_logplace {
	bool follow;
	bool has_hit;
	int top_row;
	uint64_t top;
	uint64_t hit;
	uint64_t seen_end;
	char *text; /* that was searched for; owned; NULL: no prompt is open */
};

struct tui_logfind {
	struct tui_logindex index;
	int step;        /* of the jump that waits: 1, -1; 0: none does */
	uint64_t from;   /* where it begins */
	bool nearest;    /* nothing that way: the nearest the other way is good as well */
	bool quiet;      /* it says nothing: the prompt is open still */
	bool untold;     /* it was made, and is told when all hits are counted */
	const char *how; /* what is told of it beside: ", on from the end", or "" */
};

/* What the user has typed is searched for, from where the pane was when the prompt was opened; nothing in it: nothing is
   searched for. done: the prompt is closed. */
void tui_logfind_begin(struct tui_model *m);
void tui_logfind_typed(struct tui_model *m, const char *text, bool done);
/* The prompt was left: all is as it was. */
void tui_logfind_cancel(struct tui_model *m);
/* To the next hit, or the one before; goes on from the other end. */
void tui_logfind_go(struct tui_model *m, int step);
void tui_logfind_go_error(struct tui_model *m, int step);
/* Nothing is searched for any more. False: nothing was. */
bool tui_logfind_clear(struct tui_model *m);
/* A slice of the work; jumps that can be made are made. True: there is more to do. */
bool tui_logfind_work(struct tui_model *m);
/* What is found in a line has to be looked at again: the filter or the form of the lines is another one. */
void tui_logfind_restart(struct tui_logpane *p);
/* "3 of 17", for the pane's title; "" when nothing is searched for. */
#define TUI_LOGFIND_COUNT_MAX 64
void tui_logfind_count(const struct tui_logpane *p, char out[TUI_LOGFIND_COUNT_MAX]);
void tui_logfind_release(struct tui_logpane *p);

#endif
