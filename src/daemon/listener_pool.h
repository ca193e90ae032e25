/*
 * A pool of event listeners: the processes of one [eventlistener:x], the events that wait for one of them, and who has
 * which. What an event is and where it comes from is not known here (listeners.c).
 */
#ifndef DAEMON_LISTENER_POOL_H
#define DAEMON_LISTENER_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/buf.h"
#include "base/clock.h"
#include "core/event.h"
#include "core/listener_proto.h"

struct daemon;
struct group;
struct process;

/* An event as every pool gets it: immutable, counted references. */
struct shared_event {
	unsigned refs;
	enum event_type type;
	int64_t serial;
	struct buf payload;
	size_t chars; /* of the payload */
};
void shared_event_unref(struct shared_event *ev);

/* One event in one pool: in its queue, or held by a listener. */
struct pool_event {
	TAILQ_ENTRY(pool_event) link;
	struct shared_event *event;
	int64_t poolserial;
	bool told; /* the log has said that nobody takes it */
};
TAILQ_HEAD(pool_queue, pool_event);

struct listener_pool;

/* One process of a pool. */
struct listener {
	struct listener_pool *pool;
	struct process *process;
	struct listener_proto proto;
	struct pool_event *held; /* while it is BUSY; owned */
	bool listening;          /* its child lives: what comes from the pipe is its own */
	bool was_ready;          /* this child has said READY */
	bool news;               /* has become deaf, or has said READY for the first time */
};

struct listener_pool {
	TAILQ_ENTRY(listener_pool) link; /* of listeners.c */
	struct daemon *d;
	struct group *group;
	bool wants[EVENT_NTYPES];   /* descendants of what was named included */
	struct listener *listeners; /* in the order in which they are asked: by priority, then name */
	size_t nlisteners;
	struct pool_queue queue;
	size_t nqueued;
	int64_t poolserial; /* of the next event */
	uint64_t sent;      /* to a listener, counted each time */
	uint64_t dropped;   /* of a full queue */
	bool behind;        /* has dropped some since the queue was empty last */
	bool news;          /* dropped some, or caught up; until it was told */
	mono_us told;       /* when that was, 0: never */
	bool due;           /* listeners.c: to be served with the next turn */
};

TAILQ_HEAD(pool_list, listener_pool);

struct listener_pool *listener_pool_new(struct daemon *d, struct group *g);
/* Drops what waits and what is held. */
void listener_pool_free(struct listener_pool *pool);

/* Queues a new event; of a full queue the oldest is dropped. */
void listener_pool_add(struct listener_pool *pool, struct shared_event *ev);
/* Gives the events that wait to those who can take one: RUNNING and READY. */
void listener_pool_dispatch(struct listener_pool *pool);
/* How many could take an event, if there were so many. */
size_t listener_pool_nready(const struct listener_pool *pool);
/* Somebody could take an event, if there is one. */
bool listener_pool_is_ready(const struct listener_pool *pool);
/* Somebody has an event in hand, or is about to get one of those that wait. */
bool listener_pool_is_working(const struct listener_pool *pool);
/* The listener is done with its event. */
void listener_release_event(struct listener *l);
/* The event of the listener goes back to the head of the queue. Nothing to do when it has none. */
void listener_reject_event(struct listener *l);

#endif
