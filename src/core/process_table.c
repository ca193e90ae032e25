/* process_table.c: groups and processes, indexes, priority order */
#include "autoconf.h"

#include "core/process_table.h"
