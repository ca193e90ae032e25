/* The menu of what can be done to the selected or marked programs, made of the key table: by its letters, or by Enter. */
#ifndef TUI_MENU_H
#define TUI_MENU_H

#include "tui/tui_model.h"

void tui_menu_open(struct tui_model *m);

#endif
