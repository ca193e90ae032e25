/* http_stream.c: bounded streaming reply */
#include "autoconf.h"

#include "daemon/http_stream.h"
