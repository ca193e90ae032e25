/* tui_layout.c: rectangles from a size */
#include "autoconf.h"

#include "tui/tui_layout.h"
