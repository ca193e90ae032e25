/* tui_canvas.c: a grid of cells in memory */
#include "autoconf.h"

#include "tui/tui_canvas.h"
