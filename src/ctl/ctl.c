/* ctl.c: what the commands share: connection, options, output */
#include "autoconf.h"

#include "ctl/ctl.h"
