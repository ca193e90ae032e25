/* tui_logview.c: draws a log on a canvas */
#include "autoconf.h"

#include "tui/tui_logview.h"
