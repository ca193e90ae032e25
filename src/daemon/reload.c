/* reload.c: a diff applied, all or nothing */
#include "autoconf.h"

#include "daemon/reload.h"
