/* client.c: talks to a daemon: connection on UNIX and TCP sockets, requests, replies */
#include "autoconf.h"

#include "client/client.h"
