/* tui_columns.c: column table */
#include "autoconf.h"

#include "tui/tui_columns.h"
