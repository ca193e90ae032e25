/* spawn.c: everything before the fork */
#include "autoconf.h"

#include "daemon/spawn.h"
