/* sampler.c: /proc of process trees, only while somebody subscribes */
#include "autoconf.h"

#include "daemon/sampler.h"
