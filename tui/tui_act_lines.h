/* Actions on lines of the log: which are shown, which are marked and selected. */
#ifndef TUI_ACT_LINES_H
#define TUI_ACT_LINES_H

#include <stdbool.h>

#include "tui/tui_model.h"

/* The filter: its prompt, what is typed into it, and leaving it. */
void tui_act_lines_ask(struct tui_model *m);
void tui_act_lines_typed(struct tui_model *m, bool done);
void tui_act_lines_cancel(struct tui_model *m);
void tui_act_lines_more(struct tui_model *m);
void tui_act_lines_less(struct tui_model *m);

void tui_act_lines_mark(struct tui_model *m);
void tui_act_lines_go(struct tui_model *m);
void tui_act_lines_select(struct tui_model *m);
void tui_act_lines_select_down(struct tui_model *m);
void tui_act_lines_select_up(struct tui_model *m);
/* Esc: one step back inside the log. False: there is none. */
bool tui_act_lines_back(struct tui_model *m);

#endif
