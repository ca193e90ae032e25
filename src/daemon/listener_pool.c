/*
 * listener_pool.c: see listener_pool.h. Enters: listeners.c alone. Calls out: the stdin of the listeners, which takes what
 * the pipe does not take at once, within its limit: a listener that does not read delays nobody, and costs its queue and
 * the pool's buffer_size events, no more.
 */
#include "autoconf.h"

#include "daemon/listener_pool.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/xmalloc.h"
#include "core/process_table.h"
#include "daemon/child_stdin.h"
#include "daemon/daemon.h"
#include "daemon/process_io.h"

#define HEADER_MAX ((size_t)1 << 20)

/* Events */

static struct shared_event *
shared_event_ref(struct shared_event *ev)
{
	ev->refs++;
	return ev;
}

void
shared_event_unref(struct shared_event *ev)
{
	if (--ev->refs > 0)
		return;
	buf_release(&ev->payload);
	free(ev);
}

static void
pool_event_free(struct pool_event *pe)
{
	if (pe == NULL)
		return;
	shared_event_unref(pe->event);
	free(pe);
}

/* The queue */

static struct pool_event *
take_first(struct listener_pool *pool)
{
	struct pool_event *pe = TAILQ_FIRST(&pool->queue);

	TAILQ_REMOVE(&pool->queue, pe, link);
	pool->nqueued--;
	return pe;
}

static void
put_first(struct listener_pool *pool, struct pool_event *pe)
{
	TAILQ_INSERT_HEAD(&pool->queue, pe, link);
	pool->nqueued++;
}

static void
make_room(struct listener_pool *pool)
{
	struct pool_event *oldest;

	if (pool->nqueued < (size_t)pool->group->config->listener.buffer_size)
		return;
	oldest = take_first(pool);
	pool->dropped++;
	pool->behind = pool->news = true;
	log_error(&pool->d->log, "pool %s event buffer overflowed, discarding event %" PRId64,
		  pool->group->name, oldest->event->serial);
	pool_event_free(oldest);
}

static void
log_rebuffering(const struct listener_pool *pool, const struct pool_event *pe)
{
	log_debug(&pool->d->log, "rebuffering event %" PRId64 " for pool %s (buf size=%zu, max=%d)",
		  pe->event->serial, pool->group->name, pool->nqueued,
		  pool->group->config->listener.buffer_size);
}

void
listener_pool_add(struct listener_pool *pool, struct shared_event *ev)
{
	struct pool_event *pe = xcalloc(1, sizeof(*pe));

	pe->event = shared_event_ref(ev);
	pe->poolserial = pool->poolserial;
	pool->poolserial = pool->poolserial == INT64_MAX ? 0 : pool->poolserial + 1;
	make_room(pool);
	TAILQ_INSERT_TAIL(&pool->queue, pe, link);
	pool->nqueued++;
}

void
listener_release_event(struct listener *l)
{
	pool_event_free(l->held);
	l->held = NULL;
}

void
listener_reject_event(struct listener *l)
{
	struct pool_event *pe = l->held;

	if (pe == NULL)
		return;
	l->held = NULL;
	log_rebuffering(l->pool, pe);
	make_room(l->pool);
	put_first(l->pool, pe);
}

/* Dispatch */

static bool
can_take(const struct listener *l)
{
	return l->process->state == PROCESS_RUNNING && l->proto.state == LISTENER_READY;
}

size_t
listener_pool_nready(const struct listener_pool *pool)
{
	size_t n = 0;

	for (size_t i = 0; i < pool->nlisteners; i++)
		n += can_take(&pool->listeners[i]);
	return n;
}

bool
listener_pool_is_ready(const struct listener_pool *pool)
{
	for (size_t i = 0; i < pool->nlisteners; i++)
		if (can_take(&pool->listeners[i]))
			return true;
	return false;
}

bool
listener_pool_is_working(const struct listener_pool *pool)
{
	for (size_t i = 0; i < pool->nlisteners; i++) {
		const struct listener *l = &pool->listeners[i];

		if (l->process->state != PROCESS_RUNNING)
			continue;
		if (l->held != NULL || (pool->nqueued > 0 && l->proto.state != LISTENER_UNKNOWN))
			return true;
	}
	return false;
}

/* Header and payload go out as one message, so that a queue that is full takes both or none. */
static enum fault
write_event(struct listener *l, const struct pool_event *pe)
{
	const struct shared_event *ev = pe->event;
	struct buf message = BUF_INIT(HEADER_MAX + ev->payload.len);
	struct err err = ERR_INIT;
	enum fault fault = FAULT_FAILED;

	if (event_header(&message,
			 &(struct event_header){
			     .server = l->pool->d->config->supervisord.identifier,
			     .serial = ev->serial,
			     .pool = l->pool->group->name,
			     .poolserial = pe->poolserial,
			     .type = ev->type,
			     .chars = ev->chars,
			 }) &&
	    buf_append(&message, ev->payload.data, ev->payload.len))
		fault = child_stdin_write(&l->process->io->in, message.data, message.len, &err);
	buf_release(&message);
	err_release(&err);
	return fault;
}

/* False: it has closed its stdin, or reads so little of it that no more is kept for it. */
static bool
send_to(struct listener *l, struct pool_event *pe)
{
	const struct log *log = &l->pool->d->log;
	enum fault fault = write_event(l, pe);

	if (fault == FAULT_NONE) {
		listener_proto_sent(&l->proto);
		l->held = pe;
		l->pool->sent++;
		pe->told = false;
		log_debug(log, "event %" PRId64 " sent to listener %s", pe->event->serial, l->process->name);
		return true;
	}
	if (fault == FAULT_NO_FILE && !pe->told)
		log_debug(log,
			  "epipe occurred while sending event %" PRId64
			  " to listener %s, listener state unchanged",
			  pe->event->serial, l->process->name);
	return false;
}

/* Tried again with each event and each READY, but said only once. */
static bool
send_to_any(struct listener_pool *pool, struct pool_event *pe)
{
	bool refused = false;

	for (size_t i = 0; i < pool->nlisteners; i++) {
		if (!can_take(&pool->listeners[i]))
			continue;
		if (send_to(&pool->listeners[i], pe))
			return true;
		refused = true;
	}
	if (!pe->told)
		log_rebuffering(pool, pe);
	pe->told = pe->told || refused;
	return false;
}

void
listener_pool_dispatch(struct listener_pool *pool)
{
	if (!listener_pool_is_ready(pool))
		return;
	while (pool->nqueued > 0) {
		struct pool_event *pe = take_first(pool);

		if (!send_to_any(pool, pe)) {
			put_first(pool, pe);
			return;
		}
	}
	if (pool->behind) {
		pool->behind = false;
		pool->news = true;
	}
}

/* Pools */

static int
compare_listeners(const void *va, const void *vb)
{
	const struct process *a = ((const struct listener *)va)->process;
	const struct process *b = ((const struct listener *)vb)->process;

	if (a->config->priority != b->config->priority)
		return a->config->priority < b->config->priority ? -1 : 1;
	return strcmp(a->name, b->name);
}

struct listener_pool *
listener_pool_new(struct daemon *d, struct group *g)
{
	struct listener_pool *pool = xcalloc(1, sizeof(*pool));

	pool->d = d;
	pool->group = g;
	TAILQ_INIT(&pool->queue);
	for (int type = 0; type < EVENT_NTYPES; type++)
		for (int named = 0; named < EVENT_NTYPES; named++)
			if (g->config->listener.events[named] &&
			    event_is_a((enum event_type)type, (enum event_type)named))
				pool->wants[type] = true;
	pool->nlisteners = g->nprocs;
	pool->listeners = xcalloc(g->nprocs, sizeof(*pool->listeners));
	for (size_t i = 0; i < g->nprocs; i++) {
		pool->listeners[i] = (struct listener){.pool = pool, .process = &g->procs[i]};
		listener_proto_init(&pool->listeners[i].proto);
	}
	qsort(pool->listeners, pool->nlisteners, sizeof(*pool->listeners), compare_listeners);
	for (size_t i = 0; i < pool->nlisteners; i++)
		pool->listeners[i].process->io->listener = &pool->listeners[i];
	return pool;
}

void
listener_pool_free(struct listener_pool *pool)
{
	while (pool->nqueued > 0)
		pool_event_free(take_first(pool));
	for (size_t i = 0; i < pool->nlisteners; i++) {
		pool_event_free(pool->listeners[i].held);
		listener_proto_release(&pool->listeners[i].proto);
		pool->listeners[i].process->io->listener = NULL;
	}
	free(pool->listeners);
	free(pool);
}
