/*
 * The daemon's own log: the file (rotated) or syslog, and with -n a copy on stdout. Its lines come from
 * base/log.
 */
#ifndef DAEMON_MAINLOG_H
#define DAEMON_MAINLOG_H

#include <stdbool.h>

#include "base/err.h"
#include "base/log.h"
#include "core/config.h"

struct mainlog;
struct daemon;

/* Opens what [supervisord] says. NULL with err set. with_stdout: foreground and not silent. It never blocks
   the daemon: the copy on stdout and syslog have bounded queues whose loss is counted and reported. */
struct mainlog *mainlog_open(struct daemon *d, const struct supervisord_config *config, bool with_stdout,
			     struct err *err);
/* Flushes what it can at once, closes. NULL is allowed. */
void mainlog_close(struct mainlog *m);
/* log_write_fn, with the mainlog as arg. */
void mainlog_write(void *m, enum log_level level, const char *line, size_t len);
/* USR2. */
void mainlog_reopen(struct mainlog *m);
/* clearLog: false with errno set. */
bool mainlog_clear(struct mainlog *m);
/* The file, NULL when it is syslog. */
const char *mainlog_path(const struct mainlog *m);

#endif
