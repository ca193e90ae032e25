/* ctl_logs.c: tail, maintail, clear */
#include "autoconf.h"

#include "ctl/ctl_logs.h"
