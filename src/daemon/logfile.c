/* logfile.c: rotation; one object per path */
#include "autoconf.h"

#include "daemon/logfile.h"
