/* Where tui.conf is, and its reading and writing; what it says is tui_conf's affair. */
#ifndef TUI_CONFFILE_H
#define TUI_CONFFILE_H

#include <stdbool.h>

#include "base/err.h"
#include "tui/tui_conf.h"

/* $XDG_CONFIG_HOME/cvisor/tui.conf, ~/.config/cvisor/tui.conf if that is not set. The caller frees it; NULL: there is no
   home. */
char *tui_conffile_path(void);
/* Reads the file. One that is not there is empty, unless it must be. False: what is wrong with it. */
bool tui_conffile_read(const char *path, bool must_be, struct tui_settings *settings,
		       struct tui_keytable *keys, struct err *err);
/*
 * Writes [state] into the file as it is now, which may have been edited meanwhile. All or nothing: a temporary file takes
 * its place; a link is followed, also to where there is no file yet. Nothing is written when nothing would change, or when
 * the file cannot be read as tui.conf any more. A folder that is missing is made.
 */
bool tui_conffile_save(const char *path, const struct tui_settings *settings, struct err *err);

#endif
