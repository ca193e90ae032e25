/* Draws the log pane: its title and what is in sight. */
#ifndef TUI_LOGVIEW_H
#define TUI_LOGVIEW_H

#include "tui/tui_canvas.h"
#include "tui/tui_layout.h"
#include "tui/tui_model.h"

/* valid_for goes down to when time alone changes the picture, in seconds. */
void tui_logview_draw(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c,
		      double *valid_for);
/* A rule with a title at its left and texts at its right, which may be NULL. */
void tui_rule_draw(const struct tui_model *m, struct tui_canvas *c, int y, int x, int width,
		   const char *title, const char *right, bool focus);

#endif
