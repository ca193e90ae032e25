/* eventbus.c: subscribe and fire */
#include "autoconf.h"

#include "daemon/eventbus.h"
