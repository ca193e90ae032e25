/* tui_term.c: the only file that includes curses */
#include "autoconf.h"

#include "tui/tui_term.h"
