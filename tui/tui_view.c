/* tui_view.c: draws the model on a canvas */
#include "autoconf.h"

#include "tui/tui_view.h"
