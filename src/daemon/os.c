/* os.c: daemonise, pid file, limits, user */
#include "autoconf.h"

#include "daemon/os.h"
