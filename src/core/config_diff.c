/* config_diff.c: difference of two generations */
#include "autoconf.h"

#include "core/config_diff.h"
