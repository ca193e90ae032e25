/* tail.c: /logtail and /mainlogtail */
#include "autoconf.h"

#include "daemon/tail.h"
