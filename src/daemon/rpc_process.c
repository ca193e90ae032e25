/* rpc_process.c: handlers: start, stop, signal, info */
#include "autoconf.h"

#include "daemon/rpc_process.h"
