/* ctl_config.c: reread, update, add, remove */
#include "autoconf.h"

#include "ctl/ctl_config.h"
