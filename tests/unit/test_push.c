/*
 * test_push.c: the push stream on a bare struct daemon, with HTTP streams, logs and clocks that the test
 * owns.
 */
#include "autoconf.h"

#include <event2/event.h>
#include <inttypes.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "core/sse.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/http_stream.h"
#include "daemon/httpd.h"
#include "daemon/logfollow.h"
#include "daemon/mainlog.h"
#include "daemon/push.h"
#include "daemon/push_stream.h"
#include "daemon/sampler.h"

/*
 * The world.
 */

/* A request, with its query as pairs of name and value. */
struct http_request {
	enum http_method method;
	const char *const *query;
	const char *last_event_id;
	struct http_stream *stream; /* what came of it */
	int error;
};

struct seen {
	char *event, *id;
	json_t *data;
};

/* A reply, and the client that reads it. */
struct http_stream {
	const struct http_stream_callbacks *cb;
	void *arg;
	struct buf wire; /* what the client has not taken */
	size_t most;     /* bytes that were ever unsent */
	bool ended;
	struct sse_parser parser;
	struct seen *seen;
	size_t nseen, next;
	size_t comments;
};

enum http_method
http_request_method(const struct http_request *r)
{
	return r->method;
}

const char *
http_request_query(const struct http_request *r, const char *name)
{
	for (const char *const *q = r->query; q != NULL && *q != NULL; q += 2)
		if (strcmp(q[0], name) == 0)
			return q[1];
	return NULL;
}

void
http_request_query_each(const struct http_request *r, const char *name,
			void (*fn)(void *arg, const char *value), void *arg)
{
	for (const char *const *q = r->query; q != NULL && *q != NULL; q += 2)
		if (strcmp(q[0], name) == 0)
			fn(arg, q[1]);
}

const char *
http_request_header(const struct http_request *r, const char *name)
{
	return strcmp(name, "Last-Event-ID") == 0 ? r->last_event_id : NULL;
}

const char *
http_request_caller(const struct http_request *r)
{
	(void)r;
	return "anna (supervisortui, pid 815)";
}

void
http_reply_error(struct http_request *r, int code)
{
	r->error = code;
}

void
http_reply(struct http_request *r, int code, const char *content_type, const char *body, size_t len)
{
	assert_string_equal(content_type, "text/plain;charset=utf-8");
	assert_true(len > 0 && body[len - 1] == '\n');
	r->error = code;
}

static void
see_cb(void *arg, const struct sse_event *ev)
{
	struct http_stream *s = arg;

	s->seen = xreallocarray(s->seen, s->nseen + 1, sizeof(*s->seen));
	s->seen[s->nseen++] = (struct seen){
	    .event = xstrdup(ev->event),
	    .id = xstrdup(ev->id != NULL ? ev->id : ""),
	    .data = json_loadb(ev->data, ev->data_len, JSON_ALLOW_NUL, NULL),
	};
	assert_non_null(s->seen[s->nseen - 1].data);
}

struct http_stream *
http_stream_start(struct http_request *r, const char *content_type, const char *const *headers,
		  const struct http_stream_callbacks *cb, void *arg)
{
	struct http_stream *s = xcalloc(1, sizeof(*s));

	(void)headers;
	assert_string_equal(content_type, "text/event-stream");
	s->cb = cb;
	s->arg = arg;
	buf_init(&s->wire, PUSH_LIMIT * 2);
	sse_parser_init(&s->parser, PUSH_LIMIT, see_cb, s);
	r->stream = s;
	return s;
}

size_t
http_stream_unsent(const struct http_stream *s)
{
	return s->wire.len;
}

void
http_stream_write(struct http_stream *s, const char *data, size_t len)
{
	assert_false(s->ended);
	assert_true(buf_append(&s->wire, data, len));
	if (len > 2 && data[0] == ':')
		s->comments++;
	if (s->wire.len > s->most)
		s->most = s->wire.len;
}

void
http_stream_end(struct http_stream *s)
{
	s->ended = true;
}

struct log_tap {
	char *log;
	log_tap_fn *fn;
	void *arg;
};

static struct log_tap *taps[16];
static const char *tail_of_file, *path_of_tail = "/log/a:one";

struct log_tap *
logfollow_tap(struct logfollow *lf, const char *log, log_tap_fn *fn, void *arg)
{
	struct log_tap *tap = xcalloc(1, sizeof(*tap));
	size_t i;

	(void)lf;
	*tap = (struct log_tap){.log = xstrdup(log), .fn = fn, .arg = arg};
	for (i = 0; taps[i] != NULL; i++)
		;
	taps[i] = tap;
	return tap;
}

void
logfollow_untap(struct log_tap *tap)
{
	for (size_t i = 0; i < sizeof(taps) / sizeof(taps[0]); i++)
		if (taps[i] == tap)
			taps[i] = NULL;
	free(tap->log);
	free(tap);
}

static size_t
count_taps(void)
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(taps) / sizeof(taps[0]); i++)
		n += taps[i] != NULL;
	return n;
}

static void
log_says(const char *log, const char *text, size_t len, int64_t offset, bool rotated)
{
	const struct log_chunk chunk = {
	    .log = log,
	    .time = 1500000,
	    .offset = offset,
	    .data = text,
	    .len = len,
	    .rotated = rotated,
	};

	for (size_t i = 0; i < sizeof(taps) / sizeof(taps[0]); i++)
		if (taps[i] != NULL && strcmp(taps[i]->log, log) == 0)
			taps[i]->fn(taps[i]->arg, &chunk);
}

/* The file is 1000 bytes long and ends in tail_of_file. */
char *
logfollow_read_tail(const char *path, size_t bytes, size_t *len, int64_t *offset)
{
	size_t n = strlen(tail_of_file);

	assert_string_equal(path, path_of_tail);
	*len = n < bytes ? n : bytes;
	*offset = 1000 - (int64_t)*len;
	return xstrdup(tail_of_file + n - *len);
}

const char *
mainlog_path(const struct mainlog *m)
{
	(void)m;
	return NULL;
}

void
daemon_tick(struct daemon *d)
{
	clock_read(&d->now);
}

const char *
supervisor_state_name(enum supervisor_state state)
{
	return state == SUPERVISOR_RUNNING    ? "RUNNING"
	       : state == SUPERVISOR_SHUTDOWN ? "SHUTDOWN"
					      : "RESTARTING";
}

/*
 * A daemon.
 */

struct fixture {
	struct daemon d;
	struct config config;
	struct config_world world;
};

static struct group_config *
make_config(const char *name, size_t nprocs)
{
	struct group_config *g = xcalloc(1, sizeof(*g));

	g->refs = 1;
	g->name = xstrdup(name);
	g->priority = 999;
	g->nprocs = nprocs;
	g->procs = xcalloc(nprocs + 1, sizeof(*g->procs));
	for (size_t i = 0; i < nprocs; i++) {
		g->procs[i].name = i == 0 ? xstrdup("one") : xasprintf("p%zu", i);
		g->procs[i].priority = 7;
	}
	return g;
}

static struct group *
add_group(struct fixture *f, const char *name, size_t nprocs)
{
	struct group_config *config = make_config(name, nprocs);
	struct group *g = process_table_add(&f->d.table, config);
	struct bus_event ev = {.type = BUS_GROUP_ADDED, .now = &f->d.now, .group = g};

	group_config_unref(config);
	for (size_t i = 0; i < nprocs; i++)
		g->procs[i].logpath[CHANNEL_STDOUT] = xasprintf("/log/%s:%s", name, g->procs[i].name);
	eventbus_fire(f->d.bus, &ev);
	return g;
}

static void
remove_group(struct fixture *f, const char *name)
{
	struct group *g = process_table_group(&f->d.table, name);
	struct bus_event ev = {.type = BUS_GROUP_REMOVED, .now = &f->d.now, .group = g};

	eventbus_fire(f->d.bus, &ev);
	process_table_remove(&f->d.table, g);
}

static void
enter(struct fixture *f, const char *group, const char *name, enum process_state state)
{
	struct process *p = process_table_find(&f->d.table, group, name);
	struct bus_event ev = {
	    .type = BUS_PROCESS_STATE,
	    .now = &f->d.now,
	    .process = p,
	    .from = p->state,
	    .cause = CAUSE_REQUEST,
	    .who = "anna",
	};

	p->state = state;
	free(p->who);
	p->who = xstrdup("anna");
	eventbus_fire(f->d.bus, &ev);
}

static int
setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));

	f->config.supervisord.identifier = xstrdup("ident");
	f->world.hostname = "host";
	f->d.base = event_base_new();
	f->d.bus = eventbus_new();
	f->d.state = SUPERVISOR_RUNNING;
	f->d.pid = 4711;
	f->d.started = 5 * SECOND_US;
	f->d.config = &f->config;
	f->d.world = &f->world;
	strcpy(f->d.boot, "b007");
	process_table_init(&f->d.table);
	daemon_tick(&f->d);
	f->d.push = push_new(&f->d);
	add_group(f, "a", 2);
	add_group(f, "b", 1);
	*state = f;
	return 0;
}

static int
teardown(void **state)
{
	struct fixture *f = *state;

	push_free(f->d.push);
	assert_int_equal(event_base_get_num_events(f->d.base, EVENT_BASE_COUNT_ADDED), 0);
	assert_int_equal(count_taps(), 0);
	sampler_free(f->d.sampler);
	history_free(f->d.history);
	process_table_release(&f->d.table);
	eventbus_free(f->d.bus);
	event_base_free(f->d.base);
	free(f->config.supervisord.identifier);
	free(f);
	return 0;
}

/*
 * A client.
 */

static struct http_stream *
open_stream(struct fixture *f, const char *const *query, const char *last_event_id)
{
	struct http_request r = {.method = HTTP_GET, .query = query, .last_event_id = last_event_id};

	push_handle(&f->d, &r);
	assert_int_equal(r.error, 0);
	assert_non_null(r.stream);
	return r.stream;
}

/* Takes what is there, once, and says that there is room. */
static void
take_once(struct http_stream *s)
{
	assert_true(sse_parser_feed(&s->parser, s->wire.data, s->wire.len));
	buf_clear(&s->wire);
	s->cb->writable(s->arg);
}

static void
take(struct http_stream *s)
{
	while (s->wire.len > 0)
		take_once(s);
}

static void
close_stream(struct http_stream *s)
{
	if (!s->ended)
		s->cb->closed(s->arg);
	for (size_t i = 0; i < s->nseen; i++) {
		free(s->seen[i].event);
		free(s->seen[i].id);
		json_decref(s->seen[i].data);
	}
	free(s->seen);
	sse_parser_release(&s->parser);
	buf_release(&s->wire);
	free(s);
}

/* The next event; it has to be of this type. */
static const struct seen *
expect(struct http_stream *s, const char *event)
{
	take(s);
	if (s->next >= s->nseen)
		fail_msg("no event where a %s was expected", event);
	assert_string_equal(s->seen[s->next].event, event);
	return &s->seen[s->next++];
}

static void
expect_nothing(struct http_stream *s)
{
	take(s);
	if (s->next < s->nseen)
		fail_msg("unexpected event %s", s->seen[s->next].event);
}

static const char *
text(const struct seen *ev, const char *key)
{
	const char *s = json_string_value(json_object_get(ev->data, key));

	return s != NULL ? s : "(none)";
}

static int64_t
number(const struct seen *ev, const char *key)
{
	return json_integer_value(json_object_get(ev->data, key));
}

static void
expect_process(struct http_stream *s, const char *name, const char *from, const char *to)
{
	const struct seen *ev = expect(s, "process");

	assert_string_equal(text(ev, "name"), name);
	assert_string_equal(text(ev, "from"), from);
	assert_string_equal(text(ev, "statename"), to);
}

/* Reads a snapshot; returns its processes as "group:name=STATE " one after the other. The caller frees. */
static char *
read_snapshot(struct http_stream *s)
{
	struct buf list = BUF_INIT(1 << 20);
	const struct seen *ev;
	json_t *p;
	size_t i;

	assert_string_equal(expect(s, "snapshot-begin")->id, "b007-0");
	for (take(s); s->next < s->nseen && strcmp(s->seen[s->next].event, "snapshot") == 0;) {
		ev = expect(s, "snapshot");
		assert_string_equal(ev->id, "b007-0");
		json_array_foreach(json_object_get(ev->data, "processes"), i, p)
		    buf_printf(&list, "%s:%s=%s ", json_string_value(json_object_get(p, "group")),
			       json_string_value(json_object_get(p, "name")),
			       json_string_value(json_object_get(p, "statename")));
	}
	expect(s, "snapshot-end");
	return list.data != NULL ? buf_steal(&list) : xstrdup("");
}

static void
expect_snapshot(struct http_stream *s, const char *processes)
{
	char *list = read_snapshot(s);

	assert_string_equal(list, processes);
	free(list);
}

#define BOTH "a:one=STOPPED a:p1=STOPPED b:one=STOPPED "

/*
 * Tests.
 */

static void
test_hello_and_snapshot(void **state)
{
	struct fixture *f = *state;
	struct http_stream *s = open_stream(f, NULL, NULL);
	const struct seen *ev = expect(s, "hello");
	json_t *groups;

	assert_string_equal(text(ev, "identification"), "ident");
	assert_string_equal(text(ev, "version"), PACKAGE_VERSION);
	assert_string_equal(text(ev, "boot"), "b007");
	assert_string_equal(text(ev, "host"), "host");
	assert_string_equal(text(ev, "statename"), "RUNNING");
	assert_int_equal(number(ev, "api"), PUSH_API);
	assert_int_equal(number(ev, "stream"), 1);
	assert_int_equal(number(ev, "pid"), 4711);
	assert_int_equal(number(ev, "started"), 5);
	assert_true(json_is_real(json_object_get(ev->data, "now")));
	assert_string_equal(ev->id, "b007-0");
	expect(s, "snapshot-begin");
	ev = expect(s, "snapshot");
	groups = json_object_get(ev->data, "groups");
	assert_int_equal(json_array_size(groups), 2);
	assert_string_equal(json_string_value(json_object_get(json_array_get(groups, 0), "name")), "a");
	assert_int_equal(json_integer_value(json_object_get(json_array_get(groups, 0), "priority")), 999);
	assert_int_equal(json_array_size(json_object_get(ev->data, "processes")), 3);
	assert_string_equal(expect(s, "snapshot-end")->id, "b007-2");
	expect_nothing(s);
	close_stream(s);
}

static void
test_what_happens_is_told(void **state)
{
	static const char *const added[] = {"x", NULL}, *const changed[] = {"y", "z", NULL},
				 *const none[] = {NULL};
	struct fixture *f = *state;
	struct http_stream *s = open_stream(f, NULL, NULL);
	struct bus_event ev = {.type = BUS_SUPERVISOR, .now = &f->d.now};
	const struct seen *seen;

	expect(s, "hello");
	expect_snapshot(s, BOTH);
	enter(f, "a", "p1", PROCESS_STARTING);
	expect_process(s, "p1", "STOPPED", "STARTING");
	assert_string_equal(s->seen[s->next - 1].id, "b007-3");
	assert_string_equal(text(&s->seen[s->next - 1], "cause"), "request");
	assert_string_equal(text(&s->seen[s->next - 1], "who"), "anna");
	ev = (struct bus_event){.type = BUS_PROCESS_SPAWNED, .now = &f->d.now, .pid = 99};
	ev.process = process_table_find(&f->d.table, "a", "p1");
	ev.process->pid = 99;
	free(ev.process->who);
	ev.process->who = NULL;
	eventbus_fire(f->d.bus, &ev);
	expect_process(s, "p1", "STARTING", "STARTING");
	assert_int_equal(number(&s->seen[s->next - 1], "pid"), 99);
	assert_null(json_object_get(s->seen[s->next - 1].data, "who"));
	ev.type = BUS_PROCESS_REAPED;
	eventbus_fire(f->d.bus, &ev);
	expect_nothing(s);

	f->d.state = SUPERVISOR_SHUTDOWN;
	ev.type = BUS_SUPERVISOR;
	eventbus_fire(f->d.bus, &ev);
	assert_string_equal(text(expect(s, "supervisor"), "statename"), "SHUTDOWN");

	ev.type = BUS_CONFIG_READ;
	ev.added = added;
	ev.changed = changed;
	ev.removed = none;
	eventbus_fire(f->d.bus, &ev);
	seen = expect(s, "config");
	assert_int_equal(json_array_size(json_object_get(seen->data, "available")), 1);
	assert_int_equal(json_array_size(json_object_get(seen->data, "changed")), 2);
	assert_int_equal(json_array_size(json_object_get(seen->data, "disappeared")), 0);

	add_group(f, "c", 2);
	seen = expect(s, "group");
	assert_string_equal(text(seen, "name"), "c");
	assert_string_equal(text(seen, "change"), "added");
	/* Whoever is cut off in the middle gets all of it again. */
	assert_string_equal(seen->id, "b007-7");
	assert_string_equal(expect(s, "process")->id, "b007-7");
	assert_string_equal(expect(s, "process")->id, "b007-8");
	remove_group(f, "c");
	assert_string_equal(text(expect(s, "group"), "change"), "removed");
	expect_nothing(s);
	close_stream(s);
}

static void
test_filter(void **state)
{
	static const char *const only_supervisor[] = {"events", "supervisor,what,is,this", NULL};
	static const char *const only_process[] = {"events", "process", "log", "a:one:stdout", NULL};
	struct fixture *f = *state;
	struct http_stream *s = open_stream(f, only_supervisor, NULL),
			   *p = open_stream(f, only_process, NULL);
	struct bus_event ev = {.type = BUS_SUPERVISOR, .now = &f->d.now};

	assert_int_equal(number(expect(s, "hello"), "stream"), 1);
	assert_int_equal(number(expect(p, "hello"), "stream"), 2);
	expect_snapshot(p, BOTH);
	assert_int_equal(count_taps(), 0);
	enter(f, "a", "p1", PROCESS_STARTING);
	eventbus_fire(f->d.bus, &ev);
	add_group(f, "c", 1);
	remove_group(f, "c");
	expect(s, "supervisor");
	expect_nothing(s);
	expect_process(p, "p1", "STOPPED", "STARTING");
	expect_process(p, "one", "STOPPED", "STOPPED");
	expect_nothing(p);
	close_stream(s);
	close_stream(p);
}

static void
test_bad_requests(void **state)
{
	static const char *const queries[][3] = {
	    {"metrics", "often", NULL},   {"metrics", "0", NULL},     {"metrics", "-1", NULL},
	    {"metrics", "2x", NULL},      {"metrics", "nan", NULL},   {"log_tail", "-5", NULL},
	    {"log_tail", "", NULL},       {"log_tail", "5k", NULL},   {"log", "one", NULL},
	    {"log", "a:one", NULL},       {"log", "a:stdout", NULL},  {"log", "::stdout", NULL},
	    {"log", ":one:stdout", NULL}, {"log", "a::stdout", NULL}, {"log", "", NULL},
	    {"events", "", NULL},         {"events", "proces", NULL},
	};
	struct fixture *f = *state;
	struct http_request r;

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		r = (struct http_request){.method = HTTP_GET, .query = queries[i]};
		push_handle(&f->d, &r);
		if (r.error != 400)
			fail_msg("?%s=%s is accepted", queries[i][0], queries[i][1]);
	}
	r = (struct http_request){.method = HTTP_POST};
	push_handle(&f->d, &r);
	assert_int_equal(r.error, 405);
}

static void
expect_resumed(struct fixture *f, const char *id, bool resumed)
{
	struct http_stream *s = open_stream(f, NULL, id);
	const json_t *said = json_object_get(expect(s, "hello")->data, "resumed");

	assert_true(json_is_true(said) == resumed);
	take(s);
	assert_true((strcmp(s->seen[s->nseen - 1].event, "snapshot-end") == 0) == !resumed);
	close_stream(s);
}

static void
test_resume(void **state)
{
	struct fixture *f = *state;
	struct http_stream *s = open_stream(f, NULL, NULL);

	take(s);
	enter(f, "a", "p1", PROCESS_STARTING); /* 3 */
	take(s);
	close_stream(s);
	enter(f, "a", "p1", PROCESS_BACKOFF);   /* 4 */
	enter(f, "a", "p1", PROCESS_STARTING);  /* 5 */
	add_group(f, "c", 1);                   /* 6 */
	enter(f, "a", "p1", PROCESS_RUNNING);   /* 7 */
	enter(f, "b", "one", PROCESS_STARTING); /* 8 */
	remove_group(f, "b");                   /* 9 */

	/* Every transition, as it was at that time. */
	s = open_stream(f, NULL, "b007-3");
	assert_string_equal(expect(s, "hello")->id, "b007-3");
	expect_process(s, "p1", "STARTING", "BACKOFF");
	expect_process(s, "p1", "BACKOFF", "STARTING");
	assert_string_equal(text(expect(s, "group"), "name"), "c");
	expect_process(s, "one", "STOPPED", "STOPPED");
	expect_process(s, "p1", "STARTING", "RUNNING");
	/* The transition of a process that has gone is left out. */
	assert_string_equal(text(expect(s, "group"), "change"), "removed");
	assert_string_equal(s->seen[s->next - 1].id, "b007-9");
	expect_nothing(s);
	enter(f, "a", "p1", PROCESS_EXITED);
	expect_process(s, "p1", "RUNNING", "EXITED");
	close_stream(s);

	expect_resumed(f, "b007-10", true);
	expect_resumed(f, "b007-1", true);
	expect_resumed(f, "b007-11", false);
	expect_resumed(f, "b007-0", false);
	expect_resumed(f, "b007", false);
	expect_resumed(f, "b007-", false);
	expect_resumed(f, "b007-3x", false);
	expect_resumed(f, "b007--3", false);
	expect_resumed(f, "b0071-3", false);
	expect_resumed(f, "other-3", false);
	expect_resumed(f, "", false);
	for (int i = 0; i < 20000; i++)
		enter(f, "a", "p1", i % 2 ? PROCESS_RUNNING : PROCESS_EXITED);
	expect_resumed(f, "b007-9", false);
	expect_resumed(f, "b007-15000", true);
}

/* The snapshot is made as the reader takes it; groups come and go meanwhile. */
static void
test_snapshot_while_groups_change(void **state)
{
	struct fixture *f = *state;
	struct http_stream *s;
	char *list, name[32];
	size_t batches = 0;

	for (int i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "g%02d", i);
		add_group(f, name, 50);
	}
	s = open_stream(f, NULL, NULL);
	assert_true(s->wire.len < 2 * PUSH_LOW_WATER);
	take_once(s);
	remove_group(f, "a");   /* sent already */
	remove_group(f, "g30"); /* not yet sent */
	add_group(f, "late", 1);
	enter(f, "g00", "p7", PROCESS_STARTING);
	enter(f, "g00", "p7", PROCESS_RUNNING);
	enter(f, "g35", "p7", PROCESS_STARTING);
	enter(f, "g35", "p7", PROCESS_RUNNING);
	take_once(s);
	/* The group that is being sent. */
	for (int i = 39; i >= 0; i--) {
		struct push_stream *stream = s->arg;
		const struct group *g = f->d.table.groups[stream->cursor.group];

		snprintf(name, sizeof(name), "%s", g->name);
	}
	remove_group(f, name);
	expect(s, "hello");
	list = read_snapshot(s);
	assert_true(s->most < 2 * PUSH_LOW_WATER);
	for (size_t i = 0; i < s->nseen; i++)
		batches += strcmp(s->seen[i].event, "snapshot") == 0;
	assert_true(batches > 10);
	assert_null(strstr(list, "g30:"));
	assert_non_null(strstr(list, "late:one="));
	assert_non_null(strstr(list, "g35:p7=RUNNING"));
	for (size_t i = 0; i < f->d.table.ngroups; i++) {
		for (size_t j = 0; j < f->d.table.groups[i]->nprocs; j++) {
			char *spec = xasprintf("%s:%s=", f->d.table.groups[i]->name,
					       f->d.table.groups[i]->procs[j].name);
			char *at = strstr(list, spec);

			if (at == NULL || strstr(at + 1, spec) != NULL)
				fail_msg("%s is not once in the snapshot", spec);
			free(spec);
		}
	}
	free(list);
	/* What happened meanwhile, only its last state each. */
	assert_string_equal(text(expect(s, "group"), "name"), "a");
	assert_string_equal(text(expect(s, "group"), "name"), "g30");
	assert_string_equal(text(expect(s, "group"), "name"), "late");
	expect_process(s, "one", "STOPPED", "STOPPED");
	expect_process(s, "p7", "STARTING", "RUNNING");
	if (strcmp(name, "g35") != 0)
		expect_process(s, "p7", "STARTING", "RUNNING");
	assert_string_equal(text(expect(s, "group"), "name"), name);
	expect_nothing(s);
	close_stream(s);
}

static void
test_slow_reader_is_resynchronised(void **state)
{
	struct fixture *f = *state;
	struct http_stream *slow = open_stream(f, NULL, NULL), *fast = open_stream(f, NULL, NULL);
	char name[20];
	size_t events = 0;

	expect(slow, "hello");
	expect_snapshot(slow, BOTH);
	take(fast);
	for (int i = 0; i < 6000; i++) {
		enter(f, "a", "p1", i % 2 ? PROCESS_RUNNING : PROCESS_EXITED);
		take(fast);
	}
	for (size_t i = 0; i < fast->nseen; i++)
		events += strcmp(fast->seen[i].event, "process") == 0;
	assert_int_equal(events, 6000);
	assert_true(slow->most <= PUSH_LIMIT);
	assert_true(slow->most > PUSH_LIMIT - 1000);

	remove_group(f, "b");
	expect_process(slow, "p1", "STOPPED", "EXITED");
	for (take(slow); strcmp(slow->seen[slow->next].event, "process") == 0; slow->next++)
		;
	expect_snapshot(slow, "a:one=STOPPED a:p1=RUNNING ");
	snprintf(name, sizeof(name), "b007-%" PRIu64, history_newest(f->d.history));
	assert_string_equal(slow->seen[slow->next - 1].id, name);
	expect_nothing(slow);
	enter(f, "a", "p1", PROCESS_STOPPING);
	expect_process(slow, "p1", "RUNNING", "STOPPING");
	close_stream(slow);
	close_stream(fast);
}

/* More happens during a snapshot than the ring holds: the next snapshot follows. */
static void
test_ring_overrun_in_snapshot(void **state)
{
	struct fixture *f = *state;
	struct http_stream *s;

	add_group(f, "big", 500);
	s = open_stream(f, NULL, NULL);
	for (int i = 0; i < 20000; i++)
		enter(f, "a", "p1", i % 2 ? PROCESS_RUNNING : PROCESS_EXITED);
	expect(s, "hello");
	free(read_snapshot(s));
	free(read_snapshot(s));
	expect_nothing(s);
	close_stream(s);
}

/* Hundreds of processes at once come as a snapshot, not as one burst. */
static void
test_big_group_comes_as_snapshot(void **state)
{
	struct fixture *f = *state;
	struct http_stream *s = open_stream(f, NULL, NULL);
	char *list;

	expect(s, "hello");
	expect_snapshot(s, BOTH);
	add_group(f, "big", 3000);
	list = read_snapshot(s);
	assert_non_null(strstr(list, "big:p2999="));
	free(list);
	expect_nothing(s);
	assert_true(s->most < 2 * PUSH_LOW_WATER);
	close_stream(s);
}

static void
expect_log(struct http_stream *s, const char *log, const char *content, int64_t offset)
{
	const struct seen *ev = expect(s, "log");

	assert_string_equal(text(ev, "log"), log);
	assert_string_equal(text(ev, "text"), content);
	assert_int_equal(number(ev, "offset"), offset);
}

static void
test_logs(void **state)
{
	static const char *const query[] = {"log", "a:one:stdout", "log", ":main",
					    "log", "a:one:stdout", NULL};
	struct fixture *f = *state;
	struct http_stream *s = open_stream(f, query, NULL);
	char id[20];

	expect(s, "hello");
	expect_snapshot(s, BOTH);
	snprintf(id, sizeof(id), "%s", s->seen[s->next - 1].id);
	assert_int_equal(count_taps(), 2);
	log_says("a:one:stdout", "hello\n", 6, 100, false);
	expect_log(s, "a:one:stdout", "hello\n", 100);
	assert_string_equal(s->seen[s->next - 1].id, id);
	assert_true(json_real_value(json_object_get(s->seen[s->next - 1].data, "time")) == 1.5);
	assert_null(json_object_get(s->seen[s->next - 1].data, "rotated"));
	assert_null(json_object_get(s->seen[s->next - 1].data, "skipped"));
	log_says(":main", "x", 1, -1, false);
	expect_log(s, ":main", "x", -1);
	log_says("a:one:stderr", "y", 1, 0, false);
	expect_nothing(s);

	/* A character that the reads cut, and bytes that are none. */
	log_says("a:one:stdout", "\xe2\x82", 2, 106, false);
	expect_nothing(s);
	log_says("a:one:stdout", "\xac!\xff", 3, 108, false);
	expect_log(s, "a:one:stdout", "\xe2\x82\xac!\xef\xbf\xbd", 106);
	log_says("a:one:stdout", "end\xe2", 4, 111, true);
	expect_log(s, "a:one:stdout", "end\xef\xbf\xbd", 111);
	assert_true(json_is_true(json_object_get(s->seen[s->next - 1].data, "rotated")));
	log_says("a:one:stdout", "a\0b", 3, 0, false);
	assert_int_equal(json_string_length(json_object_get(expect(s, "log")->data, "text")), 3);
	close_stream(s);
	assert_int_equal(count_taps(), 0);
}

static void
test_log_tail(void **state)
{
	static const char *const query[] = {"log", "a:one:stdout", "log_tail", "11", NULL};
	struct fixture *f = *state;
	struct http_stream *s;

	/* The last 11 bytes begin with the second byte of a character. */
	tail_of_file = "the past \xe2\x82\xac and\nmore";
	s = open_stream(f, query, NULL);
	expect(s, "hello");
	expect_snapshot(s, BOTH);
	expect_log(s, "a:one:stdout", " and\nmore", 991);
	assert_true(json_is_true(json_object_get(s->seen[s->next - 1].data, "tail")));
	log_says("a:one:stdout", "new", 3, 1000, false);
	expect_log(s, "a:one:stdout", "new", 1000);
	assert_null(json_object_get(s->seen[s->next - 1].data, "tail"));
	close_stream(s);
}

/* The past tells when it was written last: when the daemon read it, else what the file says. */
static void
test_log_written(void **state)
{
	static const char *const query[] = {"log", "a:one:stdout", "log_tail", "11", NULL};
	const struct timespec times[2] = {{1000, 0}, {1000, 500000000}};
	char path[] = "/tmp/test_push.XXXXXX";
	struct fixture *f = *state;
	struct process *p = process_table_find(&f->d.table, "a", "one");
	const wall_us read[] = {0, 7250000};
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(futimens(fd, times), 0);
	tail_of_file = "the past";
	path_of_tail = path;
	free(p->logpath[CHANNEL_STDOUT]);
	p->logpath[CHANNEL_STDOUT] = xstrdup(path);
	for (int i = 0; i < 2; i++) {
		struct http_stream *s;
		const json_t *data;

		p->last_read[CHANNEL_STDOUT] = read[i];
		p->last_read[CHANNEL_STDERR] = 9000000; /* is another log's */
		s = open_stream(f, query, NULL);
		expect(s, "hello");
		expect_snapshot(s, BOTH);
		data = expect(s, "log")->data;
		assert_true(json_real_value(json_object_get(data, "written")) == (i == 0 ? 1000.5 : 7.25));
		log_says("a:one:stdout", "new", 3, 1000, false);
		assert_null(json_object_get(expect(s, "log")->data, "written"));
		close_stream(s);
	}
	path_of_tail = "/log/a:one";
	close(fd);
	unlink(path);
}

/* A log that nobody can read fast enough: its bytes are counted, the states still come, no snapshot is
 * needed. */
static void
test_noisy_log(void **state)
{
	static const char *const query[] = {"log", "a:one:stdout", NULL};
	struct fixture *f = *state;
	struct http_stream *s = open_stream(f, query, NULL);
	char *noise = xcalloc(1, 100000);
	uint64_t got = 0, written = 0, skipped = 0;
	const struct seen *ev;

	memset(noise, 'n', 100000);
	expect(s, "hello");
	expect_snapshot(s, BOTH);
	for (int i = 0; i < 50; i++) {
		log_says("a:one:stdout", noise, 99999, (int64_t)written, i == 30);
		written += 99999;
	}
	assert_true(s->most < PUSH_LOG_LIMIT + 2 * PUSH_LOG_PIECE);
	enter(f, "a", "p1", PROCESS_STARTING);
	for (take(s); strcmp(s->seen[s->next].event, "log") == 0; s->next++)
		got += strlen(text(&s->seen[s->next], "text"));
	expect_process(s, "p1", "STOPPED", "STARTING");
	/* With the room comes the word of what was lost, and that the file ended among it. */
	ev = expect(s, "log");
	skipped = (uint64_t)number(ev, "skipped");
	assert_string_equal(text(ev, "text"), "");
	assert_true(json_is_true(json_object_get(ev->data, "rotated")));
	assert_int_equal(got + skipped, written);
	expect_nothing(s);
	log_says("a:one:stdout", "calm", 4, 7, false);
	expect_log(s, "a:one:stdout", "calm", 7);
	close_stream(s);
	free(noise);
}

static void
test_follow(void **state)
{
	static const char *const query[] = {"log", "a:one:stdout", NULL};
	static const char *const two[] = {"b:one:stderr", "a:one:stdout"}, *const one[] = {"b:one:stderr"};
	struct fixture *f = *state;
	struct http_stream *s = open_stream(f, query, NULL);

	expect(s, "hello");
	expect_snapshot(s, BOTH);
	assert_false(push_follow(f->d.push, 2, two, 2));
	log_says("a:one:stdout", "\xe2\x82", 2, 0, false);
	assert_true(push_follow(f->d.push, 1, two, 2));
	/* What was followed before goes on without a gap. */
	log_says("a:one:stdout", "\xac", 1, 2, false);
	expect_log(s, "a:one:stdout", "\xe2\x82\xac", 0);
	log_says("b:one:stderr", "err", 3, 0, false);
	expect_log(s, "b:one:stderr", "err", 0);
	assert_true(push_follow(f->d.push, 1, one, 1));
	log_says("a:one:stdout", "unheard", 7, 3, false);
	expect_nothing(s);
	assert_int_equal(count_taps(), 1);
	assert_true(push_follow(f->d.push, 1, NULL, 0));
	assert_int_equal(count_taps(), 0);
	close_stream(s);
	assert_false(push_follow(f->d.push, 1, NULL, 0));
}

/* Before the first snapshot is out, follow replaces what the request asked for. */
static void
test_follow_at_once(void **state)
{
	static const char *const query[] = {"log", "a:one:stdout", NULL};
	static const char *const other[] = {"b:one:stderr"};
	struct fixture *f = *state;
	struct http_stream *s;

	add_group(f, "big", 1000);
	s = open_stream(f, query, NULL);
	assert_int_equal(count_taps(), 0);
	assert_true(push_follow(f->d.push, 1, other, 1));
	take(s);
	assert_int_equal(count_taps(), 1);
	assert_string_equal(taps[0]->log, "b:one:stderr");
	close_stream(s);
}

static void
test_metrics(void **state)
{
	static const char *const query[] = {"metrics", "1", NULL};
	struct fixture *f = *state;
	struct http_stream *s;
	const struct seen *ev;
	json_t *list;

	process_table_find(&f->d.table, "a", "one")->pid = getpid();
	s = open_stream(f, query, NULL);
	expect(s, "hello");
	expect_snapshot(s, BOTH);
	event_base_loop(f->d.base, EVLOOP_ONCE);
	ev = expect(s, "metrics");
	assert_string_equal(ev->id, s->seen[s->next - 2].id);
	list = json_object_get(ev->data, "processes");
	assert_int_equal(json_array_size(list), 1);
	assert_true(json_integer_value(json_object_get(json_array_get(list, 0), "rss")) > 100000);
	assert_int_equal(json_integer_value(json_object_get(json_array_get(list, 0), "threads")), 1);
	assert_true(json_is_real(json_object_get(json_array_get(list, 0), "cpu")));
	assert_int_equal(json_array_size(json_object_get(ev->data, "load")), 3);
	assert_true(number(ev, "mem_total") >= number(ev, "mem_available"));
	assert_true(number(ev, "mem_available") > 0);
	expect_nothing(s);
	close_stream(s);
	/* Neither the sampler nor the comments wake anybody up any more. */
	assert_int_equal(event_base_get_num_events(f->d.base, EVENT_BASE_COUNT_ADDED), 0);
}

/* No program runs, or there is none: the host is told all the same, once. */
static void
test_metrics_of_nothing(void **state)
{
	static const char *const query[] = {"metrics", "1", "events", "metrics", NULL};
	struct fixture *f = *state;
	struct http_stream *s = open_stream(f, query, NULL);

	expect(s, "hello");
	event_base_loop(f->d.base, EVLOOP_ONCE);
	assert_int_equal(json_array_size(json_object_get(expect(s, "metrics")->data, "processes")), 0);
	expect_nothing(s);
	close_stream(s);
	remove_group(f, "a");
	remove_group(f, "b");
	s = open_stream(f, query, NULL);
	expect(s, "hello");
	event_base_loop(f->d.base, EVLOOP_ONCE);
	expect(s, "metrics");
	expect_nothing(s);
	close_stream(s);
}

/* A full disk that loses output with each write is told once, then together. */
static void
test_losses(void **state)
{
	struct fixture *f = *state;
	struct http_stream *s = open_stream(f, NULL, NULL);
	struct bus_event ev = {.type = BUS_LOSS, .now = &f->d.now};

	expect(s, "hello");
	expect_snapshot(s, BOTH);
	ev.process = process_table_find(&f->d.table, "a", "p1");
	for (int i = 0; i < 100; i++) {
		ev.process->lost_bytes[CHANNEL_STDERR] += 10;
		eventbus_fire(f->d.bus, &ev);
	}
	assert_int_equal(number(expect(s, "process"), "lost_bytes"), 10);
	expect_nothing(s);
	event_base_loop(f->d.base, EVLOOP_ONCE);
	assert_int_equal(number(expect(s, "process"), "lost_bytes"), 1000);
	expect_nothing(s);
	close_stream(s);
}

static void
test_ends_with_the_daemon(void **state)
{
	struct fixture *f = *state;
	struct http_stream *s = open_stream(f, NULL, NULL);

	push_free(f->d.push);
	f->d.push = NULL;
	assert_true(s->ended);
	close_stream(s);
}

#define push_test(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    push_test(test_hello_and_snapshot),
	    push_test(test_what_happens_is_told),
	    push_test(test_filter),
	    push_test(test_bad_requests),
	    push_test(test_resume),
	    push_test(test_snapshot_while_groups_change),
	    push_test(test_slow_reader_is_resynchronised),
	    push_test(test_ring_overrun_in_snapshot),
	    push_test(test_big_group_comes_as_snapshot),
	    push_test(test_logs),
	    push_test(test_log_tail),
	    push_test(test_log_written),
	    push_test(test_noisy_log),
	    push_test(test_follow),
	    push_test(test_follow_at_once),
	    push_test(test_metrics),
	    push_test(test_metrics_of_nothing),
	    push_test(test_losses),
	    push_test(test_ends_with_the_daemon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
