/* supervise.c: carries out the actions of process_sm */
#include "autoconf.h"

#include "daemon/supervise.h"
