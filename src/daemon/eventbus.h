/*
 * The event bus: what happened, told to whoever subscribed. Firing is synchronous; a subscriber may subscribe
 * or unsubscribe meanwhile (removal marks dead, addition waits for the next event), and may not free what the
 * event points to.
 */
#ifndef DAEMON_EVENTBUS_H
#define DAEMON_EVENTBUS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "core/process.h"

enum bus_type {
	BUS_PROCESS_STATE = 1 << 0,   /* a state change */
	BUS_PROCESS_SPAWNED = 1 << 1, /* the pid is known (state STARTING) */
	BUS_PROCESS_REAPED = 1 << 2,  /* a child's end, before the state change that follows from it */
	BUS_GROUP_ADDED = 1 << 3,
	BUS_GROUP_REMOVED = 1 << 4, /* before the group is freed */
	BUS_SUPERVISOR = 1 << 5,    /* RUNNING, RESTARTING or SHUTDOWN */
	BUS_CONFIG_READ = 1 << 6,   /* a reread; the result is in daemon->loaded and the lists below */
	BUS_LOSS = 1 << 7,          /* output was lost to a full disk: process->lost_bytes have grown */
	BUS_PROCESS_LOG = 1 << 8,   /* a program with *_events_enabled has written: channel, data, len */
	BUS_PROCESS_COMM = 1 << 9,  /* a program has sent a message between tags: channel, data, len */
	BUS_REMOTE_COMM = 1 << 10,  /* somebody has called sendRemoteCommEvent: topic, data, len */
	BUS_LISTENER = 1 << 12, /* an event listener has become deaf, or falls behind, or no longer does */
	BUS_TICK = 1 << 11,     /* a slice of time has begun that somebody wants: period, slice */
};

struct bus_event {
	enum bus_type type;
	const struct now *now;
	struct process *process; /* the PROCESS types, LOSS and LISTENER */
	enum channel channel;    /* LOG, COMM */
	const char *data;        /* LOG, COMM: as it is logged; REMOTE_COMM: the second argument. Borrowed */
	size_t len;              /* of data */
	const char *topic;       /* REMOTE_COMM: the first argument; borrowed */
	int period;              /* TICK: 5, 60 or 3600 seconds */
	int64_t slice;           /* TICK: when it began, in seconds since the epoch */
	enum process_state from; /* STATE: the state it left */
	pid_t pid;     /* STATE, LOG, COMM: pid of the child it concerns, also when it is dead; 0: none */
	int64_t tries; /* STATE: backoff counter as the event's payload shows it */
	bool expected; /* STATE to EXITED */
	int status;    /* REAPED: wait status */
	enum process_cause cause; /* SPAWNED, REAPED, STATE */
	const char *who; /* SPAWNED, REAPED, STATE where the cause is a request; the GROUP types, SUPERVISOR,
			    CONFIG_READ: the caller who asked (core/caller.h); NULL: nobody, or not known. Borrowed */
	struct group *group;      /* the GROUP types */
	const char *const *added; /* CONFIG_READ: NULL-terminated lists of names */
	const char *const *changed;
	const char *const *removed;
};

typedef void bus_fn(void *arg, const struct bus_event *ev);

struct eventbus;
struct bus_subscription;

struct eventbus *eventbus_new(void);
void eventbus_free(struct eventbus *bus);
/* mask: enum bus_type values or-ed. Subscribers are called in the order in which they subscribed. */
struct bus_subscription *eventbus_subscribe(struct eventbus *bus, unsigned mask, bus_fn *fn, void *arg);
/* NULL is allowed. */
void eventbus_unsubscribe(struct bus_subscription *sub);
void eventbus_fire(struct eventbus *bus, const struct bus_event *ev);

#endif
