/*
 * The lines of the main log about the pipes between the daemon and a child: at blather each time that one can be read or
 * written, at debug when one is closed. They name the objects of Supervisor that would have handled it.
 */
#ifndef DAEMON_PIPE_LOG_H
#define DAEMON_PIPE_LOG_H

#include "base/log.h"

struct process;

enum pipe_end {
	PIPE_STDIN,
	PIPE_STDOUT,
	PIPE_STDERR,
};

/* self stands for the object: anything that is the same as long as the pipe is open. */
void pipe_log_ready(const struct log *log, const struct process *p, enum pipe_end end, const void *self);
void pipe_log_closed(const struct log *log, const struct process *p, enum pipe_end end, const void *self,
		     int fd);

#endif
