/*
 * The standard input of a child: our end of its pipe, and what it has not taken yet, within a limit. Nothing waits
 * for a child that does not read.
 */
#ifndef DAEMON_CHILD_STDIN_H
#define DAEMON_CHILD_STDIN_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "core/fault.h"

struct daemon;
struct event;
struct process;

struct child_stdin {
	struct daemon *d;
	const struct process *process; /* whose it is */
	int fd;                        /* non-blocking and owned; -1: closed */
	struct event *writable;        /* only while something is queued */
	struct buf queue;
	void (*drained)(void *arg); /* nothing is queued any more; NULL: nobody waits for that */
	void *drained_arg;
};

/* Closed to begin with; an open descriptor is put into fd. */
void child_stdin_init(struct child_stdin *in, struct daemon *d, const struct process *p);
/* Drops what is queued. Also when it is closed already. */
void child_stdin_close(struct child_stdin *in);
/* What comes while nothing waits is taken whole, whatever its size: an event is never cut. FAULT_NO_FILE: the child has
   closed it. FAULT_FAILED with err set: the limit is reached, nothing is queued. */
enum fault child_stdin_write(struct child_stdin *in, const char *data, size_t len, struct err *err);

#endif
