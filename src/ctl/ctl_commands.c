/* ctl_commands.c: the command table */
#include "autoconf.h"

#include "ctl/ctl_commands.h"
