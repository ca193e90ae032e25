/* client_stream.c: the push stream: connect, parse, resume */
#include "autoconf.h"

#include "client/client_stream.h"
