/* sse.c: stream framing, both ways */
#include "autoconf.h"

#include "core/sse.h"
