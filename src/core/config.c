/* config.c: one immutable generation, validated whole */
#include "autoconf.h"

#include "core/config.h"
