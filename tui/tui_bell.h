/*
 * When the terminal's bell has to ring: for the programs that the head line counts as not well, be they ill or flapping.
 * Pure.
 */
#ifndef TUI_BELL_H
#define TUI_BELL_H

#include <stdbool.h>

#include "tui/tui_model.h"

/* Does any daemon have more of them than at the last look? All daemons count, shown or not. What was found when a daemon
   was seen first is no news, and neither is what its history tells of before. */
bool tui_bell_is_due(struct tui_model *m);

#endif
