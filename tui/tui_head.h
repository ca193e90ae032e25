/* Draws the head line: whose screen this is, whether it is fresh, and how many programs are how. */
#ifndef TUI_HEAD_H
#define TUI_HEAD_H

#include "tui/tui_canvas.h"
#include "tui/tui_model.h"

/* valid_for: see tui_format_age. */
/* "no answer for 12 s": since when a daemon is not heard. valid_for: see tui_format_age. */
void tui_host_describe_gap(const struct tui_host *h, struct buf *out, double *valid_for);
void tui_head_draw(const struct tui_model *m, struct tui_canvas *c, double *valid_for);

#endif
