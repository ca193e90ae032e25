/* job.c: start, stop, restart of many: steps, waits, results in order */
#include "autoconf.h"

#include "core/job.h"
