/*
 * What a restart does first, tried before anything stops: becoming the user, opening the main log, making AUTO logs,
 * binding sockets. What would fail then is the answer to whoever asked for the restart, and nothing has changed.
 */
#ifndef DAEMON_REHEARSAL_H
#define DAEMON_REHEARSAL_H

#include <stdbool.h>

#include "base/err.h"
#include "core/config.h"

struct daemon;

/* Whether a start with next would get through, as far as that can be told while what runs now is bound. False
   with the reason in err. Leaves nothing behind. It may take as long as a start does on a slow file system, and
   REHEARSAL_MS at most. */
bool rehearsal_passes(const struct daemon *d, const struct config *next, struct err *err);

/* For those who rehearse a part: a port that is not tried, because this daemon may be listening on it itself, for a
   server or a FastCGI group that runs. */
bool rehearsal_omits_port(const struct daemon *d, int port);

#define REHEARSAL_MS 5000

#endif
