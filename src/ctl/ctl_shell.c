/* ctl_shell.c: the interactive prompt */
#include "autoconf.h"

#include "ctl/ctl_shell.h"
