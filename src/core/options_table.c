/* options_table.c: one row per option of every section */
#include "autoconf.h"

#include "core/options_table.h"
