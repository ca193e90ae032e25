/* expand.c: %(NAME)s expansion */
#include "autoconf.h"

#include "core/expand.h"
