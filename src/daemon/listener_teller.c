/* listener_teller.c: see listener_teller.h. Enters: listeners.c; the timer. Calls out: the bus. */
#include "autoconf.h"

#include "daemon/listener_teller.h"

#include <event2/event.h>
#include <stdlib.h>

#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/listener_pool.h"

struct listener_teller {
	struct daemon *d;
	struct pool_list *pools;
	struct event *timer; /* pending while a pool or a listener has news */
	mono_us due;         /* when it goes off */
	mono_us told;        /* when something was told last, 0: never */
};

static void
tell_listener(struct listener *l)
{
	struct daemon *d = l->pool->d;

	l->news = false;
	eventbus_fire(d->bus,
		      &(struct bus_event){.type = BUS_LISTENER, .now = &d->now, .process = l->process});
}

/* When the pool may be told about as a whole. */
static mono_us
pool_due(const struct listener_pool *pool)
{
	return pool->told == 0 ? 0 : pool->told + (mono_us)pool->nlisteners * SECOND_US;
}

static bool
has_news(const struct listener_pool *pool)
{
	for (size_t i = 0; i < pool->nlisteners; i++)
		if (pool->listeners[i].news)
			return true;
	return false;
}

/* When the next of it is to be told; INT64_MAX: nothing. */
static mono_us
next_due(const struct listener_teller *t, const struct listener_pool *pool)
{
	const mono_us soonest = t->told == 0 ? 0 : t->told + SECOND_US;

	if (has_news(pool))
		return soonest;
	if (pool->news)
		return pool_due(pool) > soonest ? pool_due(pool) : soonest;
	return INT64_MAX;
}

static void
tell_pool(struct listener_pool *pool)
{
	bool all = pool->news && pool->d->now.mono >= pool_due(pool);

	if (all) {
		pool->news = false;
		pool->told = pool->d->now.mono;
	}
	for (size_t i = 0; i < pool->nlisteners; i++)
		if (all || pool->listeners[i].news)
			tell_listener(&pool->listeners[i]);
}

static void
arm(struct listener_teller *t, mono_us due)
{
	mono_us wait = due - t->d->now.mono;
	struct timeval tv = {0};

	if (due == INT64_MAX || (evtimer_pending(t->timer, NULL) && t->due <= due))
		return;
	t->due = due;
	if (wait > 0)
		tv = (struct timeval){.tv_sec = wait / SECOND_US, .tv_usec = wait % SECOND_US};
	evtimer_add(t->timer, &tv);
}

static void
timer_cb(evutil_socket_t fd, short what, void *arg)
{
	struct listener_teller *t = arg;
	struct listener_pool *pool;

	(void)fd, (void)what;
	daemon_tick(t->d);
	t->told = t->d->now.mono;
	TAILQ_FOREACH(pool, t->pools, link) {
		tell_pool(pool);
		arm(t, next_due(t, pool));
	}
}

void
listener_teller_check(struct listener_teller *t, const struct listener_pool *pool)
{
	arm(t, next_due(t, pool));
}

struct listener_teller *
listener_teller_new(struct daemon *d, struct pool_list *pools)
{
	struct listener_teller *t = xcalloc(1, sizeof(*t));

	t->d = d;
	t->pools = pools;
	t->timer = evtimer_new(d->base, timer_cb, t);
	return t;
}

void
listener_teller_free(struct listener_teller *t)
{
	event_free(t->timer);
	free(t);
}
