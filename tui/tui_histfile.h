/*
 * The lines typed behind `:`, kept from one session to the next: a file of the user's alone, a line each, bounded. Several
 * screens may add to it at once. That it cannot be read or written is no reason to fail.
 */
#ifndef TUI_HISTFILE_H
#define TUI_HISTFILE_H

#include "tui/tui_prompt.h"

/* $XDG_STATE_HOME/cvisor/tui_history, ~/.local/state/cvisor/tui_history if that is not set. The caller frees it; NULL: there
   is no home. */
char *tui_histfile_path(void);
/* Adds the last lines of the file; one that has grown too long is cut to them. */
void tui_histfile_load(const char *path, struct tui_history *history);
void tui_histfile_add(const char *path, const char *line);

#endif
