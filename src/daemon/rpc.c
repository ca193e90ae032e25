/* rpc.c: method table, faults, multicall */
#include "autoconf.h"

#include "daemon/rpc.h"
