/* Searching, in the rows, in the log or in what lies over them. */
#ifndef TUI_SEARCH_H
#define TUI_SEARCH_H

#include "tui/tui_model.h"

void tui_search_ask(struct tui_model *m);
void tui_search_next(struct tui_model *m);
void tui_search_previous(struct tui_model *m);
/* It is another one while it is typed; the prompt was left. */
void tui_search_typed(struct tui_model *m);
void tui_search_cancel(struct tui_model *m);
/* The text of the prompt is searched for from now on. */
void tui_search_accept(struct tui_model *m);

#endif
