/* logpump.c: child output -> sinks */
#include "autoconf.h"

#include "daemon/logpump.h"
