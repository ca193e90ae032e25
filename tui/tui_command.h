/*
 * The command line behind `:`. It takes all of supervisorctl's commands: those that the screen can do itself
 * become its own actions, the others run as supervisorctl and show their output.
 */
#ifndef TUI_COMMAND_H
#define TUI_COMMAND_H

#include "tui/tui_model.h"

void tui_command_run(struct tui_model *m, const char *line);
/* The question before a shutdown. */
void tui_command_ask_shutdown(struct tui_model *m);

#endif
