/* reaper.c: SIGCHLD -> waitpid until empty -> struct child by pid */
#include "autoconf.h"

#include "daemon/reaper.h"
