/*
 * Messages to the system's logger as syslog(3) sends them (facility USER, level INFO), without ever waiting
 * for it: they go through a bounded queue, and what does not fit is counted.
 */
#ifndef DAEMON_LOGSYSLOG_H
#define DAEMON_LOGSYSLOG_H

#include <stddef.h>

struct daemon;
struct logsyslog;

/* path: the logger's socket, normally LOGSYSLOG_PATH. ident: "supervisord". */
#define LOGSYSLOG_PATH "/dev/log"
struct logsyslog *logsyslog_new(struct daemon *d, const char *path, const char *ident);
/* NULL is allowed. */
void logsyslog_free(struct logsyslog *s);
void logsyslog_send(struct logsyslog *s, const char *text, size_t len);
/* A piece of a program's output, as messages "NAME LINE": one for each of its lines, also for one that the read has cut
   (spec/daemon.md 8.8). Newlines at the end are cut off. A line that is too long for a message becomes several. */
void logsyslog_lines(struct logsyslog *s, const char *name, const char *data, size_t len);

#endif
