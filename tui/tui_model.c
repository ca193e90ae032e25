/* tui_model.c: pure: stream events and actions in; rows, selection, messages out */
#include "autoconf.h"

#include "tui/tui_model.h"
