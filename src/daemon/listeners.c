/*
 * listeners.c: see listeners.h. Enters: the bus; supervise.c; what listeners write, from the log pump; the turn of the
 * loop in which events are given out. Calls out: the pools, and tick.c, whose ticks are made only while a pool wants them.
 */
#include "autoconf.h"

#include "daemon/listeners.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/pyrepr.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "core/process_table.h"
#include "core/slices.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/listener_pool.h"
#include "daemon/listener_teller.h"
#include "daemon/logpump.h"
#include "daemon/process_io.h"
#include "daemon/tick.h"

/* What bounds a payload is the capture_maxbytes of its program, or the size of a request; Python's repr of bytes that are no
   text makes it four times as long. This is where we do not even try. */
#define PAYLOAD_MAX ((size_t)1 << 30)

struct listeners {
	struct daemon *d;
	struct bus_subscription *sub;
	struct pool_list pools;        /* in the order in which their groups were added */
	unsigned wanted[EVENT_NTYPES]; /* pools that want a type */
	struct event *later;           /* serves the pools that are due */
	struct listener_teller *teller;
	bool ending;             /* SUPERVISOR_STATE_CHANGE_STOPPING was sent */
	listeners_fn *on_answer; /* NULL: nobody waits for answers */
	void *on_answer_arg;
};

static const enum event_type tick_types[NSLICES] = {
    [SLICE_5] = EVENT_TICK_5,
    [SLICE_60] = EVENT_TICK_60,
    [SLICE_3600] = EVENT_TICK_3600,
};

static const enum event_type log_types[NCHANNELS] = {
    [CHANNEL_STDOUT] = EVENT_PROCESS_LOG_STDOUT,
    [CHANNEL_STDERR] = EVENT_PROCESS_LOG_STDERR,
};

static const enum event_type comm_types[NCHANNELS] = {
    [CHANNEL_STDOUT] = EVENT_PROCESS_COMMUNICATION_STDOUT,
    [CHANNEL_STDERR] = EVENT_PROCESS_COMMUNICATION_STDERR,
};

static const enum event_type state_types[PROCESS_NSTATES] = {
    [PROCESS_STOPPED] = EVENT_PROCESS_STATE_STOPPED,   [PROCESS_STARTING] = EVENT_PROCESS_STATE_STARTING,
    [PROCESS_RUNNING] = EVENT_PROCESS_STATE_RUNNING,   [PROCESS_BACKOFF] = EVENT_PROCESS_STATE_BACKOFF,
    [PROCESS_STOPPING] = EVENT_PROCESS_STATE_STOPPING, [PROCESS_EXITED] = EVENT_PROCESS_STATE_EXITED,
    [PROCESS_FATAL] = EVENT_PROCESS_STATE_FATAL,       [PROCESS_UNKNOWN] = EVENT_PROCESS_STATE_UNKNOWN,
};

/* Giving events out */

static void
later_cb(evutil_socket_t fd, short what, void *arg)
{
	struct listeners *ls = arg;
	struct listener_pool *pool;

	(void)fd, (void)what;
	daemon_tick(ls->d);
	TAILQ_FOREACH(pool, &ls->pools, link) {
		if (!pool->due)
			continue;
		pool->due = false;
		listener_pool_dispatch(pool);
		listener_teller_check(ls->teller, pool);
	}
	if (ls->on_answer != NULL)
		ls->on_answer(ls->on_answer_arg);
}

/* The pool may have something to give, and somebody to give it to. */
static void
serve(struct listener_pool *pool)
{
	listener_teller_check(pool->d->listeners->teller, pool);
	if (pool->due || pool->nqueued == 0 || !listener_pool_is_ready(pool))
		return;
	pool->due = true;
	daemon_do_later(pool->d->listeners->later);
}

/* A listener has done something: the pool may go on, and so may who waits for that. */
static void
proceed(struct listener_pool *pool)
{
	serve(pool);
	if (pool->d->listeners->on_answer != NULL)
		daemon_do_later(pool->d->listeners->later);
}

/* Events */

static struct shared_event *
shared_event_new(struct listeners *ls, const struct event_facts *facts)
{
	struct shared_event *ev = xcalloc(1, sizeof(*ev));

	ev->refs = 1;
	ev->type = facts->type;
	buf_init(&ev->payload, PAYLOAD_MAX);
	if (!event_payload(&ev->payload, facts)) {
		log_error(&ls->d->log,
			  "an event %s with %zu bytes of data is lost: it is too big, or there is no memory",
			  event_name(facts->type), facts->len);
		shared_event_unref(ev);
		return NULL;
	}
	ev->chars = utf8_count(ev->payload.data, ev->payload.len);
	ev->serial = ls->d->event_serial;
	ls->d->event_serial = ev->serial == INT64_MAX ? 0 : ev->serial + 1;
	return ev;
}

static void
emit(struct listeners *ls, const struct event_facts *facts)
{
	struct listener_pool *pool;
	struct shared_event *ev;

	if (ls->wanted[facts->type] == 0)
		return;
	ev = shared_event_new(ls, facts);
	if (ev == NULL)
		return;
	TAILQ_FOREACH(pool, &ls->pools, link) {
		if (!pool->wants[facts->type])
			continue;
		listener_pool_add(pool, ev);
		serve(pool);
	}
	shared_event_unref(ev);
}

/* What the bus tells, as events */

static void
emit_of_process(struct listeners *ls, enum event_type type, const struct bus_event *ev)
{
	const struct process *p = ev->process;

	emit(ls, &(struct event_facts){
		     .type = type,
		     .process = p->name,
		     .group = p->group->name,
		     .from = ev->from,
		     .tries = ev->tries,
		     .pid = ev->pid,
		     .expected = ev->expected,
		     .data = ev->data,
		     .len = ev->len,
		 });
}

/* A listener that is RUNNING now may have said READY before. */
static void
process_changed(struct listeners *ls, const struct bus_event *ev)
{
	const struct process *p = ev->process;

	emit_of_process(ls, state_types[p->state], ev);
	if (p->state == PROCESS_RUNNING && p->io != NULL && p->io->listener != NULL)
		serve(p->io->listener->pool);
}

/* That it ends is told once, also when a restart becomes a shutdown. */
static void
supervisor_changed(struct listeners *ls)
{
	if (ls->d->state == SUPERVISOR_RUNNING) {
		emit(ls, &(struct event_facts){.type = EVENT_SUPERVISOR_STATE_CHANGE_RUNNING});
		return;
	}
	if (ls->ending)
		return;
	ls->ending = true;
	emit(ls, &(struct event_facts){.type = EVENT_SUPERVISOR_STATE_CHANGE_STOPPING});
}

static void
ticked(struct listeners *ls, const struct bus_event *ev)
{
	for (int period = 0; period < NSLICES; period++)
		if (slice_seconds((enum slice_period)period) == ev->period)
			emit(ls, &(struct event_facts){.type = tick_types[period], .slice = ev->slice});
}

static void
emit_of_group(struct listeners *ls, enum event_type type, const struct bus_event *ev)
{
	emit(ls, &(struct event_facts){.type = type, .group = ev->group->name});
}

static void
emit_remote(struct listeners *ls, const struct bus_event *ev)
{
	emit(ls, &(struct event_facts){
		     .type = EVENT_REMOTE_COMMUNICATION,
		     .topic = ev->topic,
		     .data = ev->data,
		     .len = ev->len,
		 });
}

static void
bus_cb(void *arg, const struct bus_event *ev)
{
	struct listeners *ls = arg;

	switch (ev->type) {
	case BUS_PROCESS_STATE:
		process_changed(ls, ev);
		break;
	case BUS_PROCESS_LOG:
		emit_of_process(ls, log_types[ev->channel], ev);
		break;
	case BUS_PROCESS_COMM:
		emit_of_process(ls, comm_types[ev->channel], ev);
		break;
	case BUS_REMOTE_COMM:
		emit_remote(ls, ev);
		break;
	case BUS_GROUP_ADDED:
		emit_of_group(ls, EVENT_PROCESS_GROUP_ADDED, ev);
		break;
	case BUS_GROUP_REMOVED:
		emit_of_group(ls, EVENT_PROCESS_GROUP_REMOVED, ev);
		break;
	case BUS_SUPERVISOR:
		supervisor_changed(ls);
		break;
	case BUS_TICK:
		ticked(ls, ev);
		break;
	case BUS_PROCESS_SPAWNED:
	case BUS_PROCESS_REAPED:
	case BUS_CONFIG_READ:
	case BUS_LOSS:
	case BUS_LISTENER:
		break; /* no event of Supervisor's: not subscribed to */
	}
}

/* What listeners say */

/* Supervisor's words, and what was said; a bad result line has a message of its own. */
static void
log_unknown(const struct listener *l, const struct listener_news *news)
{
	struct buf text = BUF_INIT(SIZE_MAX / 2);

	buf_printf(
	    &text,
	    "%s: has entered the UNKNOWN state and will no longer receive events, this usually indicates the "
	    "process violated the eventlistener protocol",
	    l->process->name);
	if (news->type == LISTENER_NEWS_VIOLATION) {
		buf_puts(&text, "; it said ");
		pyrepr_append(&text, news->line, news->len);
		buf_puts(&text, news->from == LISTENER_READY ? " while it was READY" : ", not 'READY\\n'");
	}
	log_text(&l->pool->d->log, LOG_LEVEL_WARN, buf_str(&text), text.len);
	buf_release(&text);
}

/* Of any bytes, so it is put together by hand; the parser limits the line. */
static void
log_bad_line(const struct listener *l, const struct listener_news *news)
{
	struct buf text = BUF_INIT(SIZE_MAX / 2);

	buf_printf(&text, "%s: bad result line: '", l->process->name);
	event_append_data(&text, news->line, news->len);
	buf_putc(&text, '\'');
	log_text(&l->pool->d->log, LOG_LEVEL_WARN, buf_str(&text), text.len);
	buf_release(&text);
}

static void
log_before(const struct listener *l, const struct listener_news *news)
{
	const struct log *log = &l->pool->d->log;

	if (news->type == LISTENER_NEWS_BAD_LINE)
		log_bad_line(l, news);
	else if (news->type == LISTENER_NEWS_RESULT && news->ok)
		log_debug(log, "%s: event was processed", l->process->name);
	else if (news->type == LISTENER_NEWS_RESULT)
		log_warn(log, "%s: event was rejected", l->process->name);
}

static void
act_on(struct listener *l, const struct listener_news *news)
{
	log_before(l, news);
	log_debug(&l->pool->d->log, "%s: %s -> %s", l->process->name, listener_state_name(news->from),
		  listener_state_name(news->to));
	if (news->to == LISTENER_UNKNOWN)
		log_unknown(l, news);
	l->news = l->news || news->to == LISTENER_UNKNOWN || (news->to == LISTENER_READY && !l->was_ready);
	l->was_ready = l->was_ready || news->to == LISTENER_READY;
	if (news->type == LISTENER_NEWS_RESULT && news->ok)
		listener_release_event(l);
	else
		listener_reject_event(l);
	proceed(l->pool);
}

/* What grandchildren write after the end of a listener is not its word any more. */
static void
output_cb(void *arg, const char *data, size_t len)
{
	struct listener *l = arg;
	struct listener_news news;

	while (len > 0 && l->listening) {
		size_t n = listener_proto_feed(&l->proto, data, len, &news);

		if (news.type != LISTENER_NEWS_NONE)
			act_on(l, &news);
		data += n;
		len -= n;
	}
}

static void
drained_cb(void *arg)
{
	struct listener *l = arg;

	serve(l->pool);
}

void
listeners_spawned(struct process *p)
{
	struct listener *l = p->io->listener;

	if (l == NULL)
		return;
	listener_reject_event(l);
	listener_proto_reset(&l->proto);
	l->listening = true;
	l->was_ready = false;
	p->io->in.drained = drained_cb;
	p->io->in.drained_arg = l;
	if (p->io->channel[CHANNEL_STDOUT] != NULL)
		logpump_read_by(p->io->channel[CHANNEL_STDOUT], output_cb, l);
}

void
listeners_exited(struct process *p)
{
	struct listener *l = p->io->listener;

	if (l == NULL)
		return;
	l->listening = false;
	listener_reject_event(l);
	proceed(l->pool);
}

/* The end */

bool
listeners_are_working(const struct group *g)
{
	const struct process_io *io = g->nprocs > 0 ? g->procs[0].io : NULL;

	return io != NULL && io->listener != NULL && listener_pool_is_working(io->listener->pool);
}

void
listeners_on_answer(struct listeners *ls, listeners_fn *fn, void *arg)
{
	ls->on_answer = fn;
	ls->on_answer_arg = arg;
}

/* Groups */

static void
count_wanted(struct listeners *ls, const struct listener_pool *pool, int by)
{
	for (int type = 0; type < EVENT_NTYPES; type++)
		if (pool->wants[type])
			ls->wanted[type] += (unsigned)by;
	for (int period = 0; period < NSLICES; period++)
		tick_want(ls->d->tick, (enum slice_period)period, ls->wanted[tick_types[period]] > 0);
}

void
listeners_add_group(struct listeners *ls, struct group *g)
{
	struct listener_pool *pool;

	if (g->config->kind != GROUP_LISTENER)
		return;
	pool = listener_pool_new(ls->d, g);
	TAILQ_INSERT_TAIL(&ls->pools, pool, link);
	count_wanted(ls, pool, 1);
}

void
listeners_remove_group(struct listeners *ls, struct group *g)
{
	struct listener *l = g->nprocs > 0 && g->procs[0].io != NULL ? g->procs[0].io->listener : NULL;
	struct listener_pool *pool;

	if (l == NULL)
		return;
	pool = l->pool;
	for (size_t i = 0; i < g->nprocs; i++) {
		g->procs[i].io->in.drained = NULL;
		if (g->procs[i].io->channel[CHANNEL_STDOUT] != NULL)
			logpump_read_by(g->procs[i].io->channel[CHANNEL_STDOUT], NULL, NULL);
	}
	TAILQ_REMOVE(&ls->pools, pool, link);
	count_wanted(ls, pool, -1);
	listener_pool_free(pool);
}

struct listeners *
listeners_new(struct daemon *d)
{
	const unsigned mask = BUS_PROCESS_STATE | BUS_PROCESS_LOG | BUS_PROCESS_COMM | BUS_REMOTE_COMM |
			      BUS_GROUP_ADDED | BUS_GROUP_REMOVED | BUS_SUPERVISOR | BUS_TICK;
	struct listeners *ls = xcalloc(1, sizeof(*ls));

	ls->d = d;
	TAILQ_INIT(&ls->pools);
	ls->later = evtimer_new(d->base, later_cb, ls);
	ls->teller = listener_teller_new(d, &ls->pools);
	ls->sub = eventbus_subscribe(d->bus, mask, bus_cb, ls);
	return ls;
}

void
listeners_free(struct listeners *ls)
{
	if (ls == NULL)
		return;
	eventbus_unsubscribe(ls->sub);
	event_free(ls->later);
	listener_teller_free(ls->teller);
	free(ls);
}
