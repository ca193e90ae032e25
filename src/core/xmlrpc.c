/* xmlrpc.c: value tree <-> XML (expat), limits on depth and size */
#include "autoconf.h"

#include "core/xmlrpc.h"
