/* Draws the table: the heads of its columns and the rows that are in sight. */
#ifndef TUI_TABLE_H
#define TUI_TABLE_H

#include "tui/tui_canvas.h"
#include "tui/tui_layout.h"
#include "tui/tui_model.h"

/* valid_for: see tui_format_age. */
void tui_table_draw(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c,
		    double *valid_for);

#endif
