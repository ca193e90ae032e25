/* tui_log.c: scrollback of one log in bounded memory */
#include "autoconf.h"

#include "tui/tui_log.h"
