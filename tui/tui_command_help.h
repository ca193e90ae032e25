/* `:help`: the commands of the screen, and those of supervisorctl. */
#ifndef TUI_COMMAND_HELP_H
#define TUI_COMMAND_HELP_H

#include "tui/tui_model.h"

/* Of one command, or of all: NULL. False: it is supervisorctl's, which has its own help. */
bool tui_command_help(struct tui_model *m, const char *name);

#endif
