/* tui_help.c: the help overlay */
#include "autoconf.h"

#include "tui/tui_help.h"
