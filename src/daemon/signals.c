/* signals.c: other signals -> commands */
#include "autoconf.h"

#include "daemon/signals.h"
