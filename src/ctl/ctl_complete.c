/* ctl_complete.c: completion */
#include "autoconf.h"

#include "ctl/ctl_complete.h"
