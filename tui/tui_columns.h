/*
 * The columns of the table: title, width, how a cell reads, by what rows are ordered, and in which order
 * columns give way when the screen is narrow. One row per column; layout, views, menus and sorting come from it.
 * Which of them are shown, and in which order, is in tui_column_list.
 */
#ifndef TUI_COLUMNS_H
#define TUI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/tui_format.h"
#include "tui/tui_health.h"

struct tui_model;
struct tui_proc;
struct tui_row;

/* In the order in which they stand at first. */
enum tui_column {
	COLUMN_HOST, /* only there when several daemons are shown */
	COLUMN_NAME,
	COLUMN_STATE,
	COLUMN_PID,
	COLUMN_UPTIME,
	COLUMN_CPU,
	COLUMN_MEM,
	COLUMN_THREADS,
	COLUMN_RESTARTS,
	COLUMN_TRIES,
	COLUMN_EXIT,
	COLUMN_PRIORITY,
	COLUMN_LOST,
	COLUMN_LISTENER,
	COLUMN_LAST_OUTPUT,
	COLUMN_OUTPUT_RATE,
	COLUMN_HEALTH,
	COLUMN_NOTE,
	TUI_NCOLUMNS,
};

/* What a cell says. valid_for: seconds until the text is another one, if time alone changes it; starts huge. */
typedef void tui_format_fn(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX],
			   double *valid_for);
/* By what a process is ordered: a number, and among those with the same number a text (borrowed) or NULL. */
struct tui_sort_key {
	double number;
	const char *text;
};
typedef void tui_key_fn(const struct tui_proc *p, struct tui_sort_key *key);

struct tui_column_info {
	const char *name; /* in settings and commands */
	const char *title;
	const char *help; /* for the menu */
	int min;          /* columns */
	int max;          /* what it may grow to */
	bool right;       /* figures */
	bool metrics;     /* needs the daemon to sample */
	bool pushed;      /* a daemon that is polled does not tell it */
	bool at_first;    /* shown unless the user chooses otherwise */
	int keep;         /* when it is narrow, lower ones go first */
	tui_format_fn *format;
	tui_key_fn *key; /* NULL: by name */
	bool descending; /* the interesting end first */
};

extern const struct tui_column_info tui_columns[TUI_NCOLUMNS];

/* TUI_NCOLUMNS: there is none of this name. */
enum tui_column tui_column_named(const char *name, size_t len);
/* What needs a hand comes first: a rank, low for trouble. */
int tui_trouble_rank(const struct tui_proc *p);
/* The minutes of a program, or of a group as a whole; see tui_health_marks. */
void tui_row_health(const struct tui_row *row, struct tui_health_mark marks[TUI_HEALTH_CELLS]);
/* The member of a group that is worst; NULL in one without members. */
const struct tui_proc *tui_worst_of(const struct tui_row *head);

#endif
