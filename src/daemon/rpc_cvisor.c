/* rpc_cvisor.c: handlers of cvisor.* */
#include "autoconf.h"

#include "daemon/rpc_cvisor.h"
