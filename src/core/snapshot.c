/* snapshot.c: process -> JSON */
#include "autoconf.h"

#include "core/snapshot.h"
