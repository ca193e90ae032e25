/* What Tab adds to a command that is being typed: the screen knows every name, nobody is asked. */
#ifndef TUI_TUI_COMPLETE_H
#define TUI_TUI_COMPLETE_H

#include "tui/tui_model.h"

/* Completes the word that ends at the prompt's cursor as far as all candidates go together; the only one gets a
   blank behind it. */
void tui_complete(struct tui_model *m);

#endif
