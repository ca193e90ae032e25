/*
 * The log pump: output of the children to its sinks (log file and its followers, syslog, main log, events, messages in
 * capture mode). Big reads into one shared buffer, one write per read; no copy and no scan when no option asks for one.
 */
#ifndef DAEMON_LOGPUMP_H
#define DAEMON_LOGPUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "core/process.h"

struct daemon;
struct logpump;
struct logfiles;

struct logpump *logpump_new(struct daemon *d);
void logpump_free(struct logpump *lp);

/* One output channel of a child. Made before the fork (it opens the log file), fed with the pipe after it. */
struct logpump_channel;
/* Opens p->logpath[channel], if there is one. NULL with errno set when that fails. */
struct logpump_channel *logpump_open(struct logpump *lp, struct process *p, enum channel channel);
/* Gives every byte of the channel to fn as well, as it came from the pipe, after it was logged; len 0: the end. fn NULL:
   no longer. fn may not start or remove a process. */
typedef void log_reader_fn(void *arg, const char *data, size_t len);
void logpump_read_by(struct logpump_channel *c, log_reader_fn *fn, void *arg);
/* Begins to read from fd (non-blocking), which it takes over. */
void logpump_start(struct logpump_channel *c, int fd);
/* Notes in the process how far the log of the channel has come. */
void logpump_note_place(struct logpump_channel *c);
/* The child has been reaped: reads what the pipe holds now (FIONREAD), no more, so that it is in the log
   before the event of the end. The pipe stays read for grandchildren that hold it, until they close it or
   logpump_close. */
void logpump_drain(struct logpump_channel *c);
/* Stops reading, closes pipe and file. NULL is allowed. */
void logpump_close(struct logpump_channel *c);

/* USR2: opens the logs of all channels again; failures are logged (CRIT) and the old file goes on. */
void logpump_reopen_all(struct logpump *lp);
/* clearProcessLogs: clears the logs of p, whether it runs or not. False with errno set. */
bool logpump_clear(struct logpump *lp, struct process *p);

#endif
