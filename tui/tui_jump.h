/* From a line about a program to the program: its log at a moment, or its row. */
#ifndef TUI_JUMP_H
#define TUI_JUMP_H

#include "tui/tui_model.h"
#include "tui/tui_record.h"

/* The log around a start or an end. Says so when it is not in the files any more; what is open stays open then. */
void tui_jump_to_record(struct tui_model *m, struct tui_host *h, const struct tui_record *r);
/* Its row in the table. What is open is closed. */
void tui_jump_to_program(struct tui_model *m, struct tui_host *h, const char *key);

#endif
