/* event.c: table of event types with their parents */
#include "autoconf.h"

#include "core/event.h"
