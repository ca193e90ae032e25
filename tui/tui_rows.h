/*
 * From processes to lines of the table: order, filter, folds, and the selection that stays with what was
 * selected.
 */
#ifndef TUI_ROWS_H
#define TUI_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/tui_model.h"

/* A process is another: rows that depend on it are made again, once, before the next picture. */
void tui_rows_changed(struct tui_model *m, struct tui_proc *p);
/* The user has changed what is shown, or its order: all is decided anew. */
void tui_rows_again(struct tui_model *m);
/* So long, by the model's clock, an order that depends on figures stays as it is. */
double tui_rows_held_until(const struct tui_model *m);
/* Makes the rows again if something changed that they depend on. Everything below does it too. */
void tui_rows_update(struct tui_model *m);
/* The worst of what is not well is selected, if there is any such row. */
void tui_rows_select_worst(struct tui_model *m);
/* The selected row, or NULL. */
const struct tui_row *tui_rows_selected(struct tui_model *m);
/* Moves the selection by n rows; to a row. Both stop at the ends. */
void tui_rows_move(struct tui_model *m, long n);
void tui_rows_go(struct tui_model *m, size_t row);
/* Selects a process; what hides it, a fold or a filter, goes. */
void tui_rows_show(struct tui_model *m, struct tui_proc *p);
/* How many rows there would be with nothing filtered or folded: what the layout goes by. */
size_t tui_rows_wanted(const struct tui_model *m);
/* To the next row with the pattern in its name, state or note; wraps around. False: no row has it. */
bool tui_rows_search(struct tui_model *m, const struct tui_pattern *pattern, int step, bool *wrapped);
/* Are its members out of sight? A filter opens folds. */
bool tui_rows_is_folded(const struct tui_model *m, const struct tui_group *g);
/* Is the process to be shown? */
bool tui_rows_shows(const struct tui_model *m, const struct tui_proc *p);

#endif
