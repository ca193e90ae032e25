/* history.c: bounded ring of transitions: resuming a stream, restart history */
#include "autoconf.h"

#include "core/history.h"
