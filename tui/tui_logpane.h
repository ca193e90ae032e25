/*
 * Moving about in the log pane: which lines are seen, following, searching. Rows are lines as they are
 * wrapped. Only what is near the pane is measured, however long the log is.
 */
#ifndef TUI_LOGPANE_H
#define TUI_LOGPANE_H

#include "tui/tui_model.h"

/* Where the first row of the pane is: a line, and how many of its rows are above the pane. */
struct tui_log_position {
	uint64_t serial;
	int row;
};

void tui_logpane_init(struct tui_logpane *p, size_t max_lines, size_t max_bytes);
void tui_logpane_release(struct tui_logpane *p);
/* Told by the layout: the size of the pane. */
void tui_logpane_fit(struct tui_logpane *p, int width, int height);
/* Columns that text has. */
int tui_logpane_text_width(const struct tui_logpane *p);
/* Rows that a text takes at this width, at least 1. */
int tui_logpane_rows(const struct tui_logpane *p, const char *text, size_t len);
struct tui_log_position tui_logpane_position(const struct tui_logpane *p);
/* By rows, down when positive; at the end it follows again. */
void tui_logpane_scroll(struct tui_logpane *p, long rows);
void tui_logpane_first(struct tui_logpane *p);
void tui_logpane_follow(struct tui_logpane *p);
/* Lets go of the end and stays where it is. */
void tui_logpane_hold(struct tui_logpane *p);
void tui_logpane_toggle_wrap(struct tui_logpane *p);
/* Is any row of the line in the pane? */
bool tui_logpane_is_in_sight(const struct tui_logpane *p, uint64_t serial);
/* To a line, with some above it. */
void tui_logpane_show_line(struct tui_logpane *p, uint64_t serial);
/* To a line at the top, if there is enough below it. */
void tui_logpane_go(struct tui_logpane *p, uint64_t serial);
/* To a line, but where it is in sight already nothing moves. */
void tui_logpane_reach(struct tui_logpane *p, uint64_t serial);
/* JSON objects as they came, or as people read them. */
void tui_logpane_toggle_json(struct tui_logpane *p);
/* Something else is shown: everything is forgotten but the settings. */
void tui_logpane_reset(struct tui_logpane *p);
/* Puts a note before a line; what is read stays where it is. False: there is no room. */
bool tui_logpane_insert_note(struct tui_logpane *p, uint64_t serial, unsigned source, double time,
			     const char *text);

#endif
