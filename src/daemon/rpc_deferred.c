/* rpc_deferred.c: replies that wait for an event */
#include "autoconf.h"

#include "daemon/rpc_deferred.h"
