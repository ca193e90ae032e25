/*
 * sampler.c: what process trees use, while somebody subscribes.
 *
 * A sample reads /proc once, finds for each process of the machine the program it descends from, and adds up.
 * What a process has used since the sample before is known from that sample's table, when pid and start time
 * agree; of one that is new all is counted, of one that has gone nothing. Entered by: the timer. Calls out:
 * the subscribers.
 *
 * A program's pid cannot be another process: it is ours until we reap it.
 */
#include "autoconf.h"

#include "daemon/sampler.h"

#include <event2/event.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <unistd.h>

#include "base/map.h"
#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/procfs.h"

struct sampler_subscription {
	TAILQ_ENTRY(sampler_subscription) entry;
	struct sampler *sampler;
	mono_us interval;
	mono_us due;
	sampler_fn *fn;
	void *arg;
	bool dead; /* unsubscribed while samples are told */
};

struct sampler {
	struct daemon *d;
	struct event *timer;
	TAILQ_HEAD(, sampler_subscription) subscriptions;
	bool telling;
	struct procfs_table before; /* the sample before */
	mono_us taken;              /* when that was */
	bool has_before;
	struct sampler_usage *usages;
	struct intmap *by_id; /* process id -> struct sampler_usage */
	struct sampler_host host;
};

/* What a process has used since the sample before. */
static uint64_t
ticks_since(const struct sampler *s, const struct procfs_entry *e)
{
	const struct procfs_entry *old = procfs_find(&s->before, e->pid);

	if (!s->has_before)
		return 0;
	if (old == NULL || old->starttime != e->starttime || old->ticks > e->ticks)
		return e->ticks;
	return e->ticks - old->ticks;
}

#define ROOT_NONE (SIZE_MAX - 1) /* descends from no program of ours; SIZE_MAX: not known yet */

/* Which program e descends from: up to the first ancestor that knows, then down again, telling each. Every
   entry is passed twice at most in all. The count of steps ends a ring, which reused pids could make while
   the table was read. */
static size_t
find_root(const struct procfs_table *t, struct procfs_entry *e)
{
	struct procfs_entry *at = e, *next;
	size_t root, steps = 0;

	while (at != NULL && at->root == SIZE_MAX && steps++ <= t->n)
		at = procfs_find(t, at->ppid);
	root = at != NULL && at->root != SIZE_MAX ? at->root : ROOT_NONE;
	for (at = e; at != NULL && at->root == SIZE_MAX; at = next) {
		next = procfs_find(t, at->ppid);
		at->root = root;
	}
	return root;
}

/* What the process has written since it was sampled before. */
static double
output_rate(const struct process *p, const struct intmap *before, double seconds)
{
	const struct sampler_usage *old =
	    before != NULL && seconds > 0 ? intmap_get(before, (int64_t)p->id) : NULL;

	return old == NULL ? 0 : (double)(p->output_bytes - old->out) / seconds;
}

/* Makes one usage for each process of the table that runs, and marks its entry as the root of its tree. before: the usages of
   the sample before, or NULL. */
static void
mark_roots(struct sampler *s, struct procfs_table *t, const struct intmap *before, double seconds)
{
	const struct process_table *table = &s->d->table;
	struct procfs_entry *e;
	size_t n = 0;

	s->usages = xcalloc(table->nprocs, sizeof(*s->usages));
	s->by_id = intmap_new();
	for (size_t i = 0; i < table->ngroups; i++)
		for (size_t j = 0; j < table->groups[i]->nprocs; j++) {
			const struct process *p = &table->groups[i]->procs[j];

			e = p->pid > 0 ? procfs_find(t, p->pid) : NULL;
			if (e == NULL)
				continue;
			e->root = n;
			s->usages[n].out = p->output_bytes;
			s->usages[n].out_rate = output_rate(p, before, seconds);
			intmap_put(s->by_id, (int64_t)p->id, &s->usages[n++]);
		}
}

static void
forget_usages(struct sampler *s)
{
	free(s->usages);
	intmap_free(s->by_id);
	s->usages = NULL;
	s->by_id = NULL;
}

static void
take_sample(struct sampler *s)
{
	const double hz = (double)sysconf(_SC_CLK_TCK);
	const mono_us now = s->d->now.mono;
	const double seconds = (double)(now - s->taken) / (double)SECOND_US;
	struct sampler_usage *usages = s->usages;
	struct intmap *by_id = s->by_id;
	struct procfs_table t;
	size_t root;

	procfs_read(&t);
	mark_roots(s, &t, by_id, seconds);
	free(usages);
	intmap_free(by_id);
	for (size_t i = 0; i < t.n; i++) {
		root = find_root(&t, &t.entries[i]);
		if (root == ROOT_NONE)
			continue;
		s->usages[root].rss += t.entries[i].rss;
		s->usages[root].threads += t.entries[i].threads;
		if (seconds > 0)
			s->usages[root].cpu += 100.0 * (double)ticks_since(s, &t.entries[i]) / hz / seconds;
	}
	procfs_release(&s->before);
	s->before = t;
	s->has_before = true;
	s->taken = now;
	if (getloadavg(s->host.load, 3) != 3)
		s->host = (struct sampler_host){0};
	procfs_memory(&s->host.mem_total, &s->host.mem_available);
}

/* Without a subscriber nothing is kept: the next one begins anew. */
static void
go_to_sleep(struct sampler *s)
{
	evtimer_del(s->timer);
	forget_usages(s);
	procfs_release(&s->before);
	s->has_before = false;
}

/* One timer for all, at the earliest deadline; but a sample over less than a second would say little. */
static void
arm(struct sampler *s)
{
	const struct sampler_subscription *sub;
	mono_us due = INT64_MAX, wait;
	struct timeval tv;

	if (TAILQ_EMPTY(&s->subscriptions)) {
		go_to_sleep(s);
		return;
	}
	TAILQ_FOREACH(sub, &s->subscriptions, entry)
		due = sub->due < due ? sub->due : due;
	if (s->has_before && due < s->taken + SAMPLER_MIN_INTERVAL)
		due = s->taken + SAMPLER_MIN_INTERVAL;
	wait = due - s->d->now.mono;
	wait = wait > 0 ? wait : 0;
	tv = (struct timeval){.tv_sec = wait / SECOND_US, .tv_usec = wait % SECOND_US};
	evtimer_add(s->timer, &tv);
}

/* One that is due soon anyway is served by this sample too, so that two streams cost one pass. */
static void
tell(struct sampler *s)
{
	const mono_us soon = s->d->now.mono + SAMPLER_MIN_INTERVAL / 4;
	struct sampler_subscription *sub, *next;

	s->telling = true;
	TAILQ_FOREACH(sub, &s->subscriptions, entry) {
		if (sub->dead || sub->due > soon)
			continue;
		sub->due = s->d->now.mono + sub->interval;
		sub->fn(sub->arg);
	}
	s->telling = false;
	for (sub = TAILQ_FIRST(&s->subscriptions); sub != NULL; sub = next) {
		next = TAILQ_NEXT(sub, entry);
		if (sub->dead) {
			TAILQ_REMOVE(&s->subscriptions, sub, entry);
			free(sub);
		}
	}
}

static void
timer_cb(evutil_socket_t fd, short what, void *arg)
{
	struct sampler *s = arg;

	(void)fd;
	(void)what;
	daemon_tick(s->d);
	take_sample(s);
	tell(s);
	arm(s);
}

struct sampler *
sampler_new(struct daemon *d)
{
	struct sampler *s = xcalloc(1, sizeof(*s));

	s->d = d;
	TAILQ_INIT(&s->subscriptions);
	s->timer = evtimer_new(d->base, timer_cb, s);
	return s;
}

void
sampler_free(struct sampler *s)
{
	struct sampler_subscription *sub;

	if (s == NULL)
		return;
	while ((sub = TAILQ_FIRST(&s->subscriptions)) != NULL) {
		TAILQ_REMOVE(&s->subscriptions, sub, entry);
		free(sub);
	}
	go_to_sleep(s);
	event_free(s->timer);
	free(s);
}

struct sampler_subscription *
sampler_subscribe(struct sampler *s, mono_us interval, sampler_fn *fn, void *arg)
{
	struct sampler_subscription *sub = xcalloc(1, sizeof(*sub));

	*sub = (struct sampler_subscription){
	    .sampler = s,
	    .interval = interval > SAMPLER_MIN_INTERVAL ? interval : SAMPLER_MIN_INTERVAL,
	    .due = s->d->now.mono,
	    .fn = fn,
	    .arg = arg,
	};
	TAILQ_INSERT_TAIL(&s->subscriptions, sub, entry);
	if (!s->telling)
		arm(s);
	return sub;
}

void
sampler_unsubscribe(struct sampler_subscription *sub)
{
	struct sampler *s;

	if (sub == NULL)
		return;
	s = sub->sampler;
	if (s->telling) {
		sub->dead = true;
		return;
	}
	TAILQ_REMOVE(&s->subscriptions, sub, entry);
	free(sub);
	arm(s);
}

const struct sampler_usage *
sampler_usage(const struct sampler *s, const struct process *p)
{
	return s->by_id != NULL ? intmap_get(s->by_id, (int64_t)p->id) : NULL;
}

const struct sampler_host *
sampler_host(const struct sampler *s)
{
	return &s->host;
}
