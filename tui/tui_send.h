/* A line for the standard input of programs: the prompt, with the lines that each program was sent before. */
#ifndef TUI_SEND_H
#define TUI_SEND_H

#include "tui/tui_model.h"

/* For whom tui_targets picks. */
void tui_send_open(struct tui_model *m);
/* The line was typed. */
void tui_send_accept(struct tui_model *m, const char *line);
void tui_send_release(struct tui_model *m);

#endif
