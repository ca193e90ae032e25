/* conf_print.c: sample configuration and the manual's option list, from the table */
#include "autoconf.h"

#include "core/conf_print.h"
