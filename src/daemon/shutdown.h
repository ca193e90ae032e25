/*
 * Stopping everything, for the daemon's end or its restart: group by group, from the last to the first
 * (spec/daemon.md 5.2). The loop ends when nothing runs.
 */
#ifndef DAEMON_SHUTDOWN_H
#define DAEMON_SHUTDOWN_H

struct daemon;
struct shutdown;

struct shutdown *shutdown_new(struct daemon *d);
/* NULL is allowed. */
void shutdown_free(struct shutdown *s);
/* d->state has left RUNNING: the work begins, or goes on, with the next turn of the loop. */
void shutdown_begin(struct shutdown *s);

#endif
