/*
 * push.c: GET /events: who reads, and what happens.
 *
 * Each event of the bus becomes a record in the ring d->history, and is rendered once for all live streams
 * that want the same. push_stream.c decides what each of them gets when, push_render.c makes the bytes,
 * push_log.c follows logs.
 *
 * Entered by: the bus, the HTTP server (a request; a client that has gone), two timers: the comment every 15
 * s, which runs only while there are streams, and the losses of a full disk, told at most once a second.
 */
#include "autoconf.h"

#include "daemon/push.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/map.h"
#include "base/xmalloc.h"
#include "core/snapshot.h"
#include "core/sse.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/http_stream.h"
#include "daemon/httpd.h"
#include "daemon/push_stream.h"
#include "daemon/sampler.h"

/* Enough that a fleet whose members fall over and over does not push a quarter of an hour out at once; about 2 MB, of which
   no page is touched before it is used. */
#define HISTORY_CAPACITY 16384
#define PING_SECONDS 15
#define SCRATCH_MAX ((size_t)4 * 1024 * 1024)

/* Renders a record once for all streams with the same filter, and hands it to each. */
static void
tell(struct push *push, uint64_t seq)
{
	const unsigned none = PUSH_ALL + 1;
	struct buf frame = BUF_INIT(SCRATCH_MAX);
	struct push_stream *s, *next;
	unsigned rendered = none;
	bool ok = true;

	for (s = TAILQ_FIRST(&push->streams); s != NULL; s = next) {
		next = TAILQ_NEXT(s, entry);
		if (s->phase != PHASE_LIVE)
			continue;
		if (rendered != s->kinds) {
			buf_clear(&frame);
			ok = push_render_record(push, seq, s->kinds, false, &frame);
			rendered = s->kinds;
		}
		push_stream_live(s, seq, ok ? &frame : NULL);
	}
	buf_release(&frame);
}

static void
record_process(struct push *push, enum history_kind kind, const struct bus_event *ev)
{
	struct history_record r;

	history_describe(&r, kind, ev->process, ev->now);
	r.cause = ev->cause;
	r.who = ev->cause == CAUSE_REQUEST ? ev->who : "";
	if (kind == HISTORY_STATE)
		r.from = ev->from;
	if (kind == HISTORY_SPAWNED || kind == HISTORY_REAPED)
		r.pid = ev->pid;
	if (kind == HISTORY_REAPED) {
		r.exitstatus = WIFEXITED(ev->status) ? WEXITSTATUS(ev->status) : -1;
		r.signal = WIFSIGNALED(ev->status) ? WTERMSIG(ev->status) : 0;
		r.failed = ev->cause == CAUSE_CRASH;
	}
	tell(push, history_append(push->d->history, &r));
}

static void
record_other(struct push *push, enum history_kind kind, const char *group, const char *name, const char *who,
	     int64_t value)
{
	const struct history_record r = {
	    .kind = kind,
	    .group = group,
	    .name = name,
	    .spawnerr = "",
	    .who = who,
	    .time = push->d->now.wall,
	    .tries = value,
	};

	tell(push, history_append(push->d->history, &r));
}

static json_t *
list_of(const char *const *names)
{
	json_t *list = json_array();

	for (; names != NULL && *names != NULL; names++)
		json_array_append_new(list, snapshot_text(*names, strlen(*names)));
	return list;
}

static void
record_config(struct push *push, const struct bus_event *ev)
{
	json_decref(push->config);
	push->config = json_object();
	json_object_set_new_nocheck(push->config, "available", list_of(ev->added));
	json_object_set_new_nocheck(push->config, "changed", list_of(ev->changed));
	json_object_set_new_nocheck(push->config, "disappeared", list_of(ev->removed));
	push_set_who(push->config, ev->who);
	record_other(push, HISTORY_CONFIG, "", "config", ev->who, 0);
}

static void
record_as_it_is(struct push *push, enum history_kind kind, const struct process *p)
{
	struct history_record r;

	history_describe(&r, kind, p, &push->d->now);
	tell(push, history_append(push->d->history, &r));
}

static void
record_loss(struct push *push, const struct process *p)
{
	record_as_it_is(push, HISTORY_LOSS, p);
	push->loss_due = push->d->now.mono + SECOND_US;
}

/* A full disk loses output with each write of a noisy child: the first loss is told at once, the others
 * together. */
static void
note_loss(struct push *push, const struct process *p)
{
	const struct timeval second = {.tv_sec = 1};
	char *key;

	if (push->d->now.mono >= push->loss_due) {
		record_loss(push, p);
		return;
	}
	key = xasprintf("%s:%s", p->group->name, p->name);
	map_put(push->losses, key, push);
	free(key);
	if (!evtimer_pending(push->loss_timer, NULL))
		evtimer_add(push->loss_timer, &second);
}

static void
loss_cb(evutil_socket_t fd, short what, void *arg)
{
	struct push *push = arg;
	struct map *losses = push->losses;
	const struct process *p;
	const char *key;
	size_t pos = 0;

	(void)fd;
	(void)what;
	daemon_tick(push->d);
	push->losses = map_new();
	while (map_next(losses, &pos, &key, NULL)) {
		p = map_get(push->d->table.by_spec, key);
		if (p != NULL)
			record_loss(push, p);
	}
	map_free(losses);
}

static void
group_leaves(struct push *push, const struct group *g, const char *who)
{
	struct push_stream *s;

	TAILQ_FOREACH(s, &push->streams, entry)
		push_stream_group_leaves(s, g->index);
	record_other(push, HISTORY_GROUP_REMOVED, g->name, "", who, 0);
}

static void
bus_cb(void *arg, const struct bus_event *ev)
{
	struct push *push = arg;

	switch (ev->type) {
	case BUS_PROCESS_STATE:
		record_process(push, HISTORY_STATE, ev);
		break;
	case BUS_PROCESS_SPAWNED:
		record_process(push, HISTORY_SPAWNED, ev);
		break;
	case BUS_PROCESS_REAPED:
		record_process(push, HISTORY_REAPED, ev);
		break;
	case BUS_GROUP_ADDED:
		record_other(push, HISTORY_GROUP_ADDED, ev->group->name, "", ev->who, 0);
		break;
	case BUS_GROUP_REMOVED:
		group_leaves(push, ev->group, ev->who);
		break;
	case BUS_SUPERVISOR:
		record_other(push, HISTORY_SUPERVISOR, "", "supervisor", ev->who, push->d->state);
		break;
	case BUS_CONFIG_READ:
		record_config(push, ev);
		break;
	case BUS_LOSS:
		note_loss(push, ev->process);
		break;
	case BUS_LISTENER:
		record_as_it_is(push, HISTORY_LISTENER, ev->process);
		break;
	case BUS_PROCESS_LOG:
	case BUS_PROCESS_COMM:
	case BUS_REMOTE_COMM:
	case BUS_TICK:
		break; /* for event listeners; the stream has the logs by itself */
	}
}

/* A line to each reader that has nothing else to read: a connection that is dead is noticed when it is
 * written to. */
static void
ping_cb(evutil_socket_t fd, short what, void *arg)
{
	struct push *push = arg;
	struct buf comment = BUF_INIT(64);
	struct push_stream *s, *next;

	(void)fd;
	(void)what;
	daemon_tick(push->d);
	sse_write_comment(&comment, "still here");
	for (s = TAILQ_FIRST(&push->streams); s != NULL; s = next) {
		next = TAILQ_NEXT(s, entry);
		if (http_stream_unsent(s->http) == 0)
			http_stream_write(s->http, comment.data, comment.len);
	}
	buf_release(&comment);
}

struct push *
push_new(struct daemon *d)
{
	struct push *push = xcalloc(1, sizeof(*push));

	push->d = d;
	TAILQ_INIT(&push->streams);
	buf_init(&push->json, SCRATCH_MAX);
	buf_init(&push->frame, SCRATCH_MAX);
	buf_init(&push->text, SCRATCH_MAX);
	push->losses = map_new();
	push->ping = event_new(d->base, -1, EV_PERSIST, ping_cb, push);
	push->loss_timer = evtimer_new(d->base, loss_cb, push);
	if (d->history == NULL)
		d->history = history_new(HISTORY_CAPACITY);
	if (d->sampler == NULL)
		d->sampler = sampler_new(d);
	push->sub = eventbus_subscribe(d->bus,
				       BUS_PROCESS_STATE | BUS_PROCESS_SPAWNED | BUS_PROCESS_REAPED |
					   BUS_GROUP_ADDED | BUS_GROUP_REMOVED | BUS_SUPERVISOR |
					   BUS_CONFIG_READ | BUS_LOSS | BUS_LISTENER,
				       bus_cb, push);
	return push;
}

static void
forget_stream(struct push_stream *s)
{
	struct push *push = s->push;

	TAILQ_REMOVE(&push->streams, s, entry);
	push_stream_free(s);
	if (TAILQ_EMPTY(&push->streams))
		event_del(push->ping);
}

void
push_free(struct push *push)
{
	struct push_stream *s;

	if (push == NULL)
		return;
	eventbus_unsubscribe(push->sub);
	while ((s = TAILQ_FIRST(&push->streams)) != NULL) {
		http_stream_end(s->http);
		forget_stream(s);
	}
	event_free(push->ping);
	event_free(push->loss_timer);
	json_decref(push->config);
	map_free(push->losses);
	buf_release(&push->json);
	buf_release(&push->frame);
	buf_release(&push->text);
	free(push);
}

size_t
push_nstreams(const struct push *push)
{
	const struct push_stream *s;
	size_t n = 0;

	TAILQ_FOREACH(s, &push->streams, entry)
		n++;
	return n;
}

bool
push_follow(struct push *push, long stream, const char *const *logs, size_t n)
{
	struct push_stream *s;

	TAILQ_FOREACH(s, &push->streams, entry)
		if (s->number == stream)
			break;
	if (s == NULL)
		return false;
	/* What the request asked for and has not begun yet is replaced. */
	for (size_t i = 0; i < s->nwanted; i++)
		free(s->wanted[i]);
	s->nwanted = 0;
	push_logs_follow(s, logs, n);
	return true;
}

/* The query of a request. */
static bool
read_events(const char *value, unsigned *kinds)
{
	static const struct {
		const char *name;
		unsigned kind;
	} names[] = {
	    {"process", PUSH_PROCESS}, {"group", PUSH_GROUP},     {"supervisor", PUSH_SUPERVISOR},
	    {"config", PUSH_CONFIG},   {"metrics", PUSH_METRICS}, {"log", PUSH_LOG},
	};
	size_t len;

	*kinds = 0;
	for (; *value != '\0'; value += len + (value[len] == ',')) {
		len = strcspn(value, ",");
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (strlen(names[i].name) == len && memcmp(names[i].name, value, len) == 0)
				*kinds |= names[i].kind;
	}
	return *kinds != 0;
}

static bool
read_metrics(const char *value, mono_us *interval)
{
	const double longest = 86400;
	char *end;
	double seconds = strtod(value, &end);

	if (end == value || *end != '\0' || !(seconds > 0))
		return false;
	*interval = (mono_us)((seconds < longest ? seconds : longest) * (double)SECOND_US);
	*interval = *interval > SAMPLER_MIN_INTERVAL ? *interval : SAMPLER_MIN_INTERVAL;
	return true;
}

static bool
read_tail(const char *value, size_t *bytes)
{
	unsigned long long n;
	char *end;

	if (*value < '0' || *value > '9')
		return false;
	n = strtoull(value, &end, 10);
	*bytes = n < PUSH_TAIL_MAX ? (size_t)n : PUSH_TAIL_MAX;
	return *end == '\0';
}

struct wanted_logs {
	struct push_stream *stream;
	bool ok;
};

static void
add_wanted(void *arg, const char *value)
{
	struct wanted_logs *wanted = arg;
	struct push_stream *s = wanted->stream;

	if (!push_log_is_valid(value) || s->nwanted == PUSH_MAX_LOGS) {
		wanted->ok = false;
		return;
	}
	if (s->wanted == NULL)
		s->wanted = xcalloc(PUSH_MAX_LOGS, sizeof(*s->wanted));
	s->wanted[s->nwanted++] = xstrdup(value);
}

/* NULL, or what is wrong with the query, as a line for whoever wrote it. */
static const char *
read_query(struct push_stream *s, const struct http_request *r)
{
	struct wanted_logs wanted = {.stream = s, .ok = true};
	const char *value;

	s->kinds = PUSH_ALL;
	value = http_request_query(r, "events");
	if (value != NULL && !read_events(value, &s->kinds))
		return "events: none of these is known (accepted: process, group, supervisor, config, "
		       "metrics, "
		       "log; commas between)\n";
	value = http_request_query(r, "metrics");
	if (value != NULL && !read_metrics(value, &s->metrics))
		return "metrics: not a time in seconds (accepted: a number above 0)\n";
	value = http_request_query(r, "log_tail");
	if (value != NULL && !read_tail(value, &s->log_tail))
		return "log_tail: not a number of bytes (accepted: a whole number)\n";
	http_request_query_each(r, "log", add_wanted, &wanted);
	return wanted.ok ? NULL
			 : "log: not the name of a log, or too many of them (accepted: GROUP:NAME:stdout, "
			   "GROUP:NAME:stderr, :main)\n";
}

static void
writable_cb(void *arg)
{
	struct push_stream *s = arg;

	daemon_tick(s->push->d);
	push_stream_pump(s);
}

static void
closed_cb(void *arg)
{
	struct push_stream *s = arg;

	daemon_tick(s->push->d);
	forget_stream(s);
}

void
push_handle(struct daemon *d, struct http_request *r)
{
	static const struct http_stream_callbacks callbacks = {.writable = writable_cb, .closed = closed_cb};
	static const char *const headers[] = {"Cache-Control", "no-store", "X-Accel-Buffering", "no", NULL};
	const struct timeval interval = {.tv_sec = PING_SECONDS};
	struct push *push = d->push;
	struct push_stream *s;
	uint64_t resume_from;
	const char *wrong;

	if (http_request_method(r) != HTTP_GET) {
		http_reply_error(r, 405);
		return;
	}
	s = xcalloc(1, sizeof(*s));
	s->push = push;
	wrong = read_query(s, r);
	if (wrong != NULL) {
		push_stream_free(s);
		http_reply(r, 400, "text/plain;charset=utf-8", wrong, strlen(wrong));
		return;
	}
	resume_from = push_parse_id(push, http_request_header(r, "Last-Event-ID"));
	s->number = ++push->last_number;
	s->caller = xstrdup(http_request_caller(r));
	s->http = http_stream_start(r, "text/event-stream", headers, &callbacks, s);
	if (TAILQ_EMPTY(&push->streams))
		event_add(push->ping, &interval);
	TAILQ_INSERT_TAIL(&push->streams, s, entry);
	push_stream_begin(s, resume_from);
}
