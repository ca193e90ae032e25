/*
 * The screen: the terminal's keys in, frames out, until somebody leaves.
 */
#ifndef TUI_RUN_SCREEN_H
#define TUI_RUN_SCREEN_H

#include "base/err.h"

struct tui;

/* An exit status; err when it is not EXIT_OK. */
int tui_run_screen(struct tui *t, struct err *err);

#endif
