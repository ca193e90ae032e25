/* tui_keys.c: key table */
#include "autoconf.h"

#include "tui/tui_keys.h"
