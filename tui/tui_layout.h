/*
 * Rectangles from a size: which lines the head, the table, the log and the rest have, and which columns fit.
 * Small screens lose what matters least first: the log's title, the head of the columns, the keys; the
 * smallest is one line.
 */
#ifndef TUI_LAYOUT_H
#define TUI_LAYOUT_H

#include "tui/tui_columns.h"
#include "tui/tui_model.h"

struct tui_span {
	int at; /* -1: not there */
	int size;
};

struct tui_layout {
	int width;
	int height;
	bool one_line; /* too small for a table: the worst of all in one line */
	int head;      /* lines, -1: not there */
	int columns_head;
	struct tui_span table;
	int log_title;
	struct tui_span log;
	int overlay_title;
	struct tui_span overlay;
	int message; /* shared with the keys when it is the same line */
	int keys;
	struct {
		enum tui_column column;
		int x;
		int width;
	} columns[TUI_NCOLUMNS];
	size_t ncolumns;
};

void tui_layout_compute(struct tui_layout *l, const struct tui_model *m, int width, int height);
/* Tells the model how much fits, and scrolls so that the selection is in sight. */
void tui_layout_apply(const struct tui_layout *l, struct tui_model *m);
/* Are figures shown that the daemon has to sample? */
bool tui_layout_wants_metrics(const struct tui_layout *l);

#endif
