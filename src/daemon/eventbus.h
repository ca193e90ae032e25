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
	BUS_LOSS = 1 << 7,          /* output was lost to a full disk: process->lost_bytes has grown */
};

struct bus_event {
	enum bus_type type;
	const struct now *now;
	struct process *process;  /* the PROCESS types and LOSS */
	enum process_state from;  /* STATE: the state it left */
	pid_t pid;                /* STATE: pid of the child it concerns, also when it is dead; 0: none */
	int64_t tries;            /* STATE: backoff counter as the event's payload shows it */
	bool expected;            /* STATE to EXITED */
	int status;               /* REAPED: wait status */
	enum process_cause cause; /* SPAWNED, REAPED, STATE */
	struct group *group;      /* the GROUP types */
	const char *const *added, *const *changed,
				      *const *removed; /* CONFIG_READ: NULL-terminated lists of names */
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
