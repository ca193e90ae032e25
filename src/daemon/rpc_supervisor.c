/* rpc_supervisor.c: handlers: the daemon, configuration, groups */
#include "autoconf.h"

#include "daemon/rpc_supervisor.h"
