/* values.c: typed values: sizes, signals, exit codes, octal, lists */
#include "autoconf.h"

#include "core/values.h"
