/* tui_conn.c: connection, backoff, feeding the model */
#include "autoconf.h"

#include "tui/tui_conn.h"
