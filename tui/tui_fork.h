/*
 * What a child of the screen does first after a fork, before it becomes another program or goes on by itself. Nothing but
 * system calls.
 */
#ifndef TUI_FORK_H
#define TUI_FORK_H

/* What the screen catches or ignores does again what it does by default, and no signal is blocked. */
void tui_fork_reset_signals(void);
/* Closes what the screen has open with numbers below 1,024, standard input and output too, but for these two; -1: none. */
void tui_fork_close_all_but(int fd, int other);

#endif
