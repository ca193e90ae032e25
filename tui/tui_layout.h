/*
 * Rectangles from a size: which lines the head, the table, the log and the rest have; which columns fit is in tui_fit.
 * Small screens lose what matters least first: the log's title, the head of the columns, the keys; the
 * smallest is one line.
 */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "tui/tui_columns.h"
#include "tui/tui_model.h"

struct tui_rect {
	int x;
	int y;
	int w;
	int h; /* 0: not there */
};

struct tui_layout {
	int width;
	int height;
	bool one_line;    /* too small for a table: the worst of all in one line */
	int head;         /* lines, -1: not there */
	int columns_head; /* line, -1: not there; as wide as the table */
	struct tui_rect table;
	struct tui_rect notes; /* about daemons; drawn right behind the last row */
	int log_title;         /* line, -1: not there; as wide as the log */
	struct tui_rect log;
	int overlay_title;
	struct tui_rect overlay;
	int border;  /* column of the line between table and log, -1: none */
	int message; /* shared with the keys when it is the same line */
	int keys;
	struct {
		enum tui_column column;
		int x;
		int width;
	} columns[TUI_NCOLUMNS];
	size_t ncolumns;
	bool note_in_health; /* there is no room for both: who does not run has the one sentence */
};

void tui_layout_compute(struct tui_layout *l, const struct tui_model *m, int width, int height);
/* Tells the model how much fits, scrolls so that the selection is in sight, and chooses the columns. */
void tui_layout_apply(struct tui_layout *l, struct tui_model *m);
/* Are figures shown that the daemon has to sample? */
bool tui_layout_wants_metrics(const struct tui_layout *l);

#endif
