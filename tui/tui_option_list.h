/* The options of a program with where they come from: a section of its details. */
#ifndef TUI_OPTION_LIST_H
#define TUI_OPTION_LIST_H

#include "tui/tui_model.h"

/* Only what is not default, and back. */
void tui_option_list_toggle(struct tui_model *m);
/* Asks whether the secrets of the environment may be shown, by their names; or hides them again. */
void tui_option_list_reveal(struct tui_model *m);
/* The answer was yes. */
void tui_option_list_confirmed(struct tui_model *m);

#endif
