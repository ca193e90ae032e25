/* ctl_control.c: start, stop, restart, signal, shutdown, reload */
#include "autoconf.h"

#include "ctl/ctl_control.h"
