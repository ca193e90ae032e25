/* push.c: GET /events. */
#include "autoconf.h"

#include "daemon/push.h"
