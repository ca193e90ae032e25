/*
 * The rows of `status --watch` on a terminal: drawn again in place, beneath what stood there before, without taking
 * the screen over. Rows are cut at the terminal's width, long names before the states; those that it has no room for
 * are counted.
 */
#ifndef CTL_CTL_SCREEN_H
#define CTL_CTL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ctl/ctl_table.h"

struct event_base;
struct ctl_screen;

/* Whether stdout is a terminal that can move its cursor. */
bool ctl_screen_is_there(void);
/* Whether what is written there may have colours (https://no-color.org). */
bool ctl_screen_has_colour(void);

/* NULL: stdout is no such terminal. The table is borrowed. */
struct ctl_screen *ctl_screen_new(struct event_base *base, struct ctl_table *table);
/* What is shown stays. NULL is allowed. */
void ctl_screen_free(struct ctl_screen *screen);
/* The table has changed: it will be drawn, soon and not too often. */
void ctl_screen_changed(struct ctl_screen *screen);
/* How many seconds the daemon's clock is ahead of ours: uptimes are counted here. */
void ctl_screen_clock(struct ctl_screen *screen, double ahead);
/* A line beneath the rows, NULL: none. */
void ctl_screen_note(struct ctl_screen *screen, const char *note);

/* The rows as lines. Pure. now: of the daemon's clock, epoch seconds. lines, columns: the room; colour: states have
   colours. */
struct ctl_screen_view {
	double now;
	size_t lines, columns;
	bool colour;
};
void ctl_screen_lines(struct buf *out, struct ctl_table *table, const struct ctl_screen_view *view);

#endif
