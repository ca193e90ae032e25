/*
 * A crash gives the terminal back. What has to be sent is prepared beforehand, for a signal handler may only make
 * system calls; after it the signal does what it would have done. One terminal per program.
 */
#ifndef TUI_RESCUE_H
#define TUI_RESCUE_H

#include <termios.h>

/* One more sequence to be sent to standard output; NULL and curses' (char *)-1 are none. */
void tui_rescue_add(const char *sequence);
/* Installs the handlers. saved: the modes of standard input to be restored. */
void tui_rescue_arm(const struct termios *saved);
/* Forgets the sequences and removes the handlers. */
void tui_rescue_disarm(void);

#endif
