/* rpc_log.c: handlers: reading and clearing logs */
#include "autoconf.h"

#include "daemon/rpc_log.h"
