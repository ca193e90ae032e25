/*
 * Draws the model: head, table, panes, overlay, message, keys. Reads only; the canvas is all it touches.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "tui/tui_canvas.h"
#include "tui/tui_layout.h"
#include "tui/tui_model.h"

/* Draws the whole screen. Returns the seconds until time alone makes it look different (an age, a countdown).
 */
double tui_view_draw(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c);

#endif
