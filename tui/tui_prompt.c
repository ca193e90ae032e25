/* tui_prompt.c: prompts and the command line */
#include "autoconf.h"

#include "tui/tui_prompt.h"
