/* config_load.c: search path, files, includes, globs -> ini */
#include "autoconf.h"

#include "client/config_load.h"
