/* Moving about, in whatever has the focus: rows, the log, an overlay; from pane to pane; back and out. */
#ifndef TUI_MOVE_H
#define TUI_MOVE_H

#include "tui/tui_model.h"

void tui_move_down(struct tui_model *m);
void tui_move_up(struct tui_model *m);
void tui_move_half_down(struct tui_model *m);
void tui_move_half_up(struct tui_model *m);
void tui_move_page_down(struct tui_model *m);
void tui_move_page_up(struct tui_model *m);
void tui_move_first(struct tui_model *m);
void tui_move_last(struct tui_model *m);
void tui_move_next_pane(struct tui_model *m);
void tui_move_zoom(struct tui_model *m);
/* The log beside the table, or below it. */
void tui_move_split(struct tui_model *m);
/* One step back; never leaves. */
void tui_move_back(struct tui_model *m);
/* Closes what is open; at the top it leaves. */
void tui_move_quit(struct tui_model *m);
/* Out of the program; asks again when something is half done. */
void tui_move_leave(struct tui_model *m);
void tui_move_cancel(struct tui_model *m);
/* Draws everything again, and asks those that do not answer. */
void tui_move_redraw(struct tui_model *m);
void tui_move_suspend(struct tui_model *m);

#endif
