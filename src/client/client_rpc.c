/* client_rpc.c: XML-RPC calls, blocking and with a callback */
#include "autoconf.h"

#include "client/client_rpc.h"
