/* ini.c: inih without its length limits; the configuration dialect; file and line of every option */
#include "autoconf.h"

#include "core/ini.h"
