/*
 * Which columns of the table fit beside each other, and how wide they are. Those that matter least go first. Widths follow
 * what is in sight: they grow at once, and shrink only when the user has changed the picture, so that nothing dances.
 */
#ifndef TUI_FIT_H
#define TUI_FIT_H

#include "tui/tui_layout.h"

/* Fills l->columns. What is in sight has to be known: m->top. */
void tui_fit_columns(struct tui_layout *l, struct tui_model *m);

#endif
