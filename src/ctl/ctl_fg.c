/* ctl_fg.c: fg */
#include "autoconf.h"

#include "ctl/ctl_fg.h"
