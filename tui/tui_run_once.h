/*
 * --once: one picture, as text, when all daemons have told what there is to see.
 */
#ifndef TUI_RUN_ONCE_H
#define TUI_RUN_ONCE_H

#include "base/err.h"

struct tui;

/* An exit status; err when it is not EXIT_OK. */
int tui_run_once(struct tui *t, struct err *err);

#endif
