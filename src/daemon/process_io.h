/*
 * What belongs to a process in this run of the daemon: its descriptors, its timer, who waits for it. Of supervise.c, which
 * makes and frees it, and jobs.c.
 */
#ifndef DAEMON_PROCESS_IO_H
#define DAEMON_PROCESS_IO_H

#include "base/clock.h"
#include "core/config.h"
#include "daemon/child_stdin.h"

struct daemon;
struct event;
struct listener;
struct logpump_channel;
struct process;
struct wait;

struct process_io {
	struct daemon *d;
	struct process *p;
	struct event *timer; /* only while there is a deadline */
	mono_us armed;       /* the deadline it is armed for, 0: none */
	struct logpump_channel *channel[NCHANNELS];
	struct child_stdin in;
	struct listener *listener; /* of an event listener; of its pool (listener_pool.c). Else NULL */
	struct wait *waits;        /* the jobs that wait for p; of jobs.c */
	mono_us reported;          /* the last line about its stop, 0: none */
};

#endif
