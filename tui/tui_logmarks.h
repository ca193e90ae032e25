/*
 * Lines of the log that were picked out: marks that stay, to come back to and to copy, and a selection that grows line by
 * line from where it began.
 */
#ifndef TUI_LOGMARKS_H
#define TUI_LOGMARKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/tui_serials.h"

#define TUI_LOGMARKS_MAX 1000

struct tui_logpane;

struct tui_logmarks {
	struct tui_serials lines;
	bool selecting;
	uint64_t from; /* where the selection began */
	uint64_t to;   /* where it has come to, above or below */
};

/* The line that keys are about: the one that was gone to, else the last in sight when following, else the first. False: there
   are no lines. */
bool tui_logmarks_current(const struct tui_logpane *p, uint64_t *serial);
/* Marks the line, or takes its mark away; the lines of a selection are marked. False: there are too many. */
bool tui_logmarks_toggle(struct tui_logpane *p);
/* The next marked line below the current one, from the end on to the first. False: there is none. */
bool tui_logmarks_next(const struct tui_logpane *p, uint64_t *serial);
/* Begins a selection at the current line. */
void tui_logmarks_select(struct tui_logpane *p);
/* Moves its end by lines that are seen. */
void tui_logmarks_extend(struct tui_logpane *p, long lines);
bool tui_logmarks_is_selected(const struct tui_logpane *p, uint64_t serial);
/* Lines that went are not marked any more. */
void tui_logmarks_settle(struct tui_logpane *p);
void tui_logmarks_clear(struct tui_logpane *p);
void tui_logmarks_inserted(struct tui_logmarks *marks, uint64_t serial);

#endif
