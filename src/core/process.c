/* process.c: struct process: plain data; names and codes of states and events */
#include "autoconf.h"

#include "core/process.h"
