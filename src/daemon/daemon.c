/* daemon.c: struct daemon, order of start and end */
#include "autoconf.h"

#include "daemon/daemon.h"
