/*
 * A picture that stands still: what is on the screen stays, and the head line counts what happens meanwhile. The model
 * goes on. It is for reading, and for the terminal's own selection, which a redraw would undo. Any key ends it, and does
 * nothing else: what it would act on, or move in, is not what is seen. (The log stands still by scrolling; the table could
 * only be moved in if events were held back, and then it would lie to whoever acts.)
 */
#ifndef TUI_PAUSE_H
#define TUI_PAUSE_H

#include <stdbool.h>

#include "tui/tui_canvas.h"

struct tui_model;

struct tui_pause {
	bool on;
	unsigned long waiting; /* changes since */
	unsigned long shown;   /* as the head line has them */
	double shown_at;
	struct tui_canvas picture; /* owned; cells NULL: not taken yet */
};

void tui_pause_begin(struct tui_model *m);
void tui_pause_end(struct tui_model *m);
void tui_pause_release(struct tui_pause *p);
/* c has been drawn: is shown as it was when the pause began. valid_for: as tui_view_draw gave it; with a pause, until the
   count is shown anew. */
double tui_pause_draw(struct tui_model *m, struct tui_canvas *c, double valid_for);

#endif
