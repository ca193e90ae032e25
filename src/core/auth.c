/* auth.c: Basic header, {SHA}, comparison in constant time */
#include "autoconf.h"

#include "core/auth.h"
