/* cmdline.c: command line */
#include "autoconf.h"

#include "daemon/cmdline.h"
