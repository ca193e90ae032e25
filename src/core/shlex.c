/* shlex.c: splitting a command line and environment= into words */
#include "autoconf.h"

#include "core/shlex.h"
