/*
 * When this user looked at which daemon last, for the report of what happened since: $XDG_STATE_HOME/cvisor/seen, a line
 * for each daemon. Times are by the daemon's clock.
 */
#ifndef TUI_SEEN_H
#define TUI_SEEN_H

#include "tui/tui_model.h"

/* Into last_seen of each host that is known there. Nothing is said of a file that is not there or cannot be read. */
void tui_seen_load(struct tui_model *m);
/* Writes down the time at which each daemon that answered was heard last. */
void tui_seen_save(const struct tui_model *m);

#endif
