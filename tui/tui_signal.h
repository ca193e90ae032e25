/* Signals: the menu, and their names for completion. */
#ifndef TUI_SIGNAL_H
#define TUI_SIGNAL_H

#include "tui/tui_model.h"

/* For whom tui_targets picks. */
void tui_signal_open(struct tui_model *m);
/* Names without "SIG", in the order of the menu. NULL: there are not so many. */
const char *tui_signal_name(size_t i);
/* "TERM", "SIGTERM", "term" or "15" -> "TERM"; NULL: none of ours. */
const char *tui_signal_find(const char *word);

#endif
