/* mainlog.c: the daemon's own log */
#include "autoconf.h"

#include "daemon/mainlog.h"
