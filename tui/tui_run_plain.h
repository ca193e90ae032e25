/*
 * --plain: lines instead of a screen (tui_plain), from standard input and to standard output.
 */
#ifndef TUI_RUN_PLAIN_H
#define TUI_RUN_PLAIN_H

struct tui;

/* An exit status. */
int tui_run_plain(struct tui *t);

#endif
