/* ctl_status.c: status, pid, avail, version */
#include "autoconf.h"

#include "ctl/ctl_status.h"
