/* ctl_help.c: help texts from the command table */
#include "autoconf.h"

#include "ctl/ctl_help.h"
