/* Menus of what the table shows: its columns, and by which of them it is ordered. */
#ifndef TUI_VIEW_MENUS_H
#define TUI_VIEW_MENUS_H

#include "tui/tui_model.h"

void tui_columns_menu_open(struct tui_model *m);
/* The selected column: shown or not; one place up or down; all as at first. */
void tui_columns_menu_toggle(struct tui_model *m);
void tui_columns_menu_up(struct tui_model *m);
void tui_columns_menu_down(struct tui_model *m);
void tui_columns_menu_reset(struct tui_model *m);

void tui_sort_menu_open(struct tui_model *m);

#endif
