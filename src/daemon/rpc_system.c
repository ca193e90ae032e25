/* rpc_system.c: handlers of system.* */
#include "autoconf.h"

#include "daemon/rpc_system.h"
