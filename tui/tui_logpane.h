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
/* To the next line with the pattern; wraps around. False: none has it. */
bool tui_logpane_search(struct tui_logpane *p, int step, bool *wrapped);
/* Puts a line at the top of the pane, unless that would leave the pane empty below. */
void tui_logpane_go(struct tui_logpane *p, uint64_t serial);
/* Something else is shown: everything is forgotten but the settings. */
void tui_logpane_reset(struct tui_logpane *p);
/* Puts a note before a line; what is read stays where it is. False: there is no room. */
bool tui_logpane_insert_note(struct tui_logpane *p, uint64_t serial, unsigned source, double time,
			     const char *text);

#endif
