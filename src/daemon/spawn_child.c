/* spawn_child.c: everything after the fork, async-signal-safe */
#include "autoconf.h"

#include "daemon/spawn_child.h"
