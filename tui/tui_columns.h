/*
 * The columns of the table: title, width, how a cell reads, how rows compare by it, and in which order
 * columns give way when the screen is narrow. One row per column; layout, views and sorting come from it.
 */
#ifndef TUI_COLUMNS_H
#define TUI_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tui_model;
struct tui_proc;
struct tui_row;

enum tui_column {
	COLUMN_NAME,
	COLUMN_STATE,
	COLUMN_PID,
	COLUMN_UPTIME,
	COLUMN_CPU,
	COLUMN_MEM,
	COLUMN_RESTARTS,
	COLUMN_NOTE,
	TUI_NCOLUMNS,
};

#define TUI_CELL_MAX 160

/* What a cell says. valid_for: seconds until the text is another one, if time alone changes it; starts huge.
 */
typedef void tui_format_fn(const struct tui_model *m, const struct tui_row *row, char out[TUI_CELL_MAX],
			   double *valid_for);
typedef int tui_compare_fn(const struct tui_proc *a, const struct tui_proc *b);

struct tui_column_info {
	const char *title;
	const char *name; /* in settings */
	int min;          /* columns */
	int max;          /* what it may grow to */
	bool right;       /* figures */
	bool metrics;     /* needs the daemon to sample */
	int keep;         /* when it is narrow, lower ones go first */
	tui_format_fn *format;
	tui_compare_fn *compare;
	bool descending; /* the interesting end first */
};

extern const struct tui_column_info tui_columns[TUI_NCOLUMNS];

/* TUI_NCOLUMNS: there is none of this name. */
enum tui_column tui_column_named(const char *name, size_t len);

/* Names with numbers in them in the order that people expect: web_2 before web_10. */
int tui_compare_names(const char *a, const char *b);
/* The text holds for at most so many seconds more. */
void tui_until(double *valid_for, double seconds);
/* "12 s", "41 min", "3h 05m", "12d 04h"; valid_for as above. */
void tui_format_age(double seconds, char out[TUI_CELL_MAX], double *valid_for);
/* Whole seconds of a countdown, rounded up. */
double tui_seconds_left(double seconds);
/* "812K", "201M", "1.2G". */
void tui_format_bytes(int64_t bytes, char out[TUI_CELL_MAX]);

#endif
