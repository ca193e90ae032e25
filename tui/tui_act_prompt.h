/* What is typed in a prompt goes to whom it is for: with each key, at Enter, and when it is left. */
#ifndef TUI_ACT_PROMPT_H
#define TUI_ACT_PROMPT_H

#include "tui/tui_model.h"

/* A key while a prompt is open. */
void tui_act_prompt_key(struct tui_model *m, uint32_t key);
/* The command line. */
void tui_act_prompt_command(struct tui_model *m);

#endif
