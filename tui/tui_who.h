/*
 * By whom: the texts in which the daemon says who has asked for something (doc/push-stream.md), and whether two operators
 * are at one program at the same time. That is a note, and holds nobody up.
 */
#ifndef TUI_WHO_H
#define TUI_WHO_H

#include "tui/tui_model.h"
#include "tui/tui_targets.h"

/* Is it somebody, and not this screen? */
bool tui_who_is_another(const struct tui_host *h, const char *who);
/* Has somebody else had one of these started or stopped in the last half minute? Then who and what:
   "anna (supervisorctl, pid 4711) stopped web 3 s ago", or, where that is more than columns (0: as many as it takes), "anna
   stopped web 3 s ago". Of several it is the latest. False also when that is too long as well. */
#define TUI_WHO_NOTE_MAX 256
bool tui_who_is_at(const struct tui_targets *t, int columns, char out[TUI_WHO_NOTE_MAX]);

#endif
