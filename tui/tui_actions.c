/* tui_actions.c: action -> change of the model or RPC request */
#include "autoconf.h"

#include "tui/tui_actions.h"
