/* Draws one line of a log: what stands in front of it, its text with colours and hits, its marks. */
#ifndef TUI_LOGLINE_H
#define TUI_LOGLINE_H

#include "tui/tui_canvas.h"
#include "tui/tui_layout.h"
#include "tui/tui_model.h"

/* From row y of the pane r on, without its first skip_rows rows. Returns its last row. */
int tui_logline_draw(const struct tui_model *m, struct tui_canvas *c, const struct tui_rect *r, int y,
		     uint64_t serial, const struct tui_log_line *line, int skip_rows, double *valid_for);

#endif
