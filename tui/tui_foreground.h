/*
 * Which process group has the terminal: ours, or that of a program that is given it for a while.
 */
#ifndef TUI_FOREGROUND_H
#define TUI_FOREGROUND_H

#include <sys/types.h>
#include <termios.h>

/* Also from the background, and after a fork. modes may be NULL: they stay. */
void tui_foreground_set(pid_t group, const struct termios *modes);

#endif
