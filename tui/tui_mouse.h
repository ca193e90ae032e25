/*
 * The mouse: nothing that a key could not do. A click selects, on a selected row it is Enter, on the head of a column it
 * sorts by it, on a hint it presses that key; the wheel scrolls what is under it. Pure.
 */
#ifndef TUI_MOUSE_H
#define TUI_MOUSE_H

#include <stdbool.h>

#include "tui/tui_input.h"
#include "tui/tui_layout.h"

/* True if the screen has to be drawn again. l is the layout that is on the screen. */
bool tui_mouse_act(struct tui_model *m, const struct tui_layout *l, const struct tui_mouse *mouse);
/* Switches it on or off, and says what that means. */
void tui_mouse_toggle(struct tui_model *m);

#endif
