/* The overlay with the output of a supervisorctl command. */
#ifndef TUI_OUTPUT_H
#define TUI_OUTPUT_H

#include "tui/tui_model.h"

/* Runs it and shows what it says. */
void tui_output_run(struct tui_model *m, const char *line);
/* Output of the command that runs, and its end: how is NULL, or a sentence. */
void tui_output_add(struct tui_model *m, const char *bytes, size_t len);
void tui_output_end(struct tui_model *m, const char *how);

#endif
