/*
 * Signals to the daemon. They are blocked and read from a descriptor, so that there are no handlers: nothing
 * runs in between, and a child has none to reset.
 */
#ifndef DAEMON_SIGNALS_H
#define DAEMON_SIGNALS_H

#include "base/err.h"

struct daemon;
struct signals;

/* Blocks what is read later, ignores SIGPIPE and SIGXFSZ. */
void signals_block(void);
/* Begins to read; after daemonizing, for a signal descriptor belongs to the process that registered it. NULL
   with err set. */
struct signals *signals_new(struct daemon *d, struct err *err);
/* NULL is allowed. The signals stay blocked. */
void signals_free(struct signals *s);

#endif
