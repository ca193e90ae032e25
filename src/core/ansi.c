/* ansi.c: stripping escape sequences */
#include "autoconf.h"

#include "core/ansi.h"
