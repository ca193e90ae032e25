/*
 * test_metrics.c: an answer to /metrics and its reader, who is a fake here: he takes what a test lets him take. Values are
 * tested on a real daemon (tests/e2e/test_metrics.py).
 */
#include "autoconf.h"

#include <event2/event.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/http_stream.h"
#include "daemon/httpd.h"
#include "daemon/listener_pool.h"
#include "daemon/metrics.h"
#include "daemon/metrics_table.h"
#include "daemon/push.h"
#include "daemon/reaper.h"
#include "daemon/rpc.h"

#define NPROCS 500
#define BOUND ((size_t)96 * 1024) /* of what may be made before it is taken */
#define TEXT_MAX ((size_t)16 * 1024 * 1024)

struct http_stream {
	const struct http_stream_callbacks *cb;
	void *arg;
	struct buf text; /* all that was written */
	size_t taken;    /* of it */
	bool ended;
};

struct http_request {
	enum http_method method;
	int error; /* status of a refusal */
	struct http_stream stream;
};

struct world {
	struct daemon d;
	struct group_config config;
	struct group_config next; /* for a group that comes later */
	struct process_config procs[NPROCS];
	struct http_request r;
};

static char group_name[] = "group", next_name[] = "next", process_name[] = "process";

/* What the code under test calls. */

void
daemon_tick(struct daemon *d)
{
	clock_read(&d->now);
}

void
daemon_do_later(struct event *timer)
{
	const struct timeval now = {0};

	evtimer_add(timer, &now);
}

/* Slices are as short as can be: what happens between two of them is what is tested. */
bool
daemon_slice_is_over(struct daemon *d, mono_us began, size_t made)
{
	(void)d, (void)began;
	return made >= 50;
}

enum http_method
http_request_method(const struct http_request *r)
{
	return r->method;
}

void
http_reply_error(struct http_request *r, int code)
{
	r->error = code;
}

struct http_stream *
http_stream_start(struct http_request *r, const char *content_type, const char *const *headers,
		  const struct http_stream_callbacks *cb, void *arg)
{
	assert_string_equal(content_type, "text/plain; version=0.0.4; charset=utf-8");
	assert_string_equal(headers[0], "Cache-Control");
	assert_true(cb->has_end); /* its reader has a time limit, which is tested with the HTTP server */
	r->stream = (struct http_stream){.cb = cb, .arg = arg, .text = BUF_INIT(TEXT_MAX)};
	return &r->stream;
}

size_t
http_stream_unsent(const struct http_stream *s)
{
	return s->text.len - s->taken;
}

void
http_stream_write(struct http_stream *s, const char *data, size_t len)
{
	assert_true(!s->ended);
	assert_true(buf_append(&s->text, data, len));
	assert_true(http_stream_unsent(s) < BOUND);
}

void
http_stream_end(struct http_stream *s)
{
	s->ended = true;
}

void
http_stream_abort(struct http_stream *s)
{
	(void)s;
	fail();
}

size_t
httpd_connections(const struct httpd *h)
{
	(void)h;
	return 0;
}

size_t
push_nstreams(const struct push *push)
{
	(void)push;
	return 0;
}

const struct reaper_counts *
reaper_counts(const struct reaper *r)
{
	static const struct reaper_counts none;

	(void)r;
	return &none;
}

const struct rpc_count *
rpc_count(const struct rpc *rpc, const struct rpc_method *method)
{
	static const struct rpc_count none;

	(void)rpc, (void)method;
	return &none;
}

void
rpc_each_method(const struct rpc *rpc,
		void (*fn)(void *arg, const char *full, const struct rpc_method *method), void *arg)
{
	(void)rpc, (void)fn, (void)arg;
}

size_t
listener_pool_nready(const struct listener_pool *pool)
{
	(void)pool;
	return 0;
}

/* The world */

static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof(*w));

	for (size_t i = 0; i < NPROCS; i++)
		w->procs[i].name = process_name;
	w->config = (struct group_config){.refs = 1, .name = group_name, .procs = w->procs, .nprocs = NPROCS};
	w->next = (struct group_config){.refs = 1, .name = next_name, .procs = w->procs, .nprocs = 1};
	w->d.base = event_base_new();
	w->d.pid = getpid();
	w->d.metrics = metrics_new(&w->d);
	process_table_init(&w->d.table);
	process_table_add(&w->d.table, &w->config);
	daemon_tick(&w->d);
	*state = w;
	return 0;
}

static int
teardown(void **state)
{
	struct world *w = *state;

	metrics_free(w->d.metrics);
	process_table_release(&w->d.table);
	event_base_free(w->d.base);
	buf_release(&w->r.stream.text);
	free(w);
	return 0;
}

/* The reader takes bytes, and the server says when he has got all. */
static void
take(struct http_stream *s, size_t most)
{
	size_t unsent = http_stream_unsent(s);

	if (unsent == 0)
		return;
	s->taken += unsent < most ? unsent : most;
	if (http_stream_unsent(s) == 0 && !s->ended)
		s->cb->writable(s->arg);
}

/* Until the scrape has ended or waits for its reader. */
static void
turn(struct world *w)
{
	event_base_loop(w->d.base, EVLOOP_NONBLOCK);
}

static void
run_slices(struct world *w)
{
	size_t before;

	do {
		before = w->r.stream.text.len;
		for (int i = 0; i < 100; i++)
			turn(w);
	} while (w->r.stream.text.len != before);
}

static size_t
count(const struct world *w, const char *what)
{
	size_t n = 0;

	for (const char *at = buf_str(&w->r.stream.text); (at = strstr(at, what)) != NULL; at++)
		n++;
	return n;
}

/* Tests */

static void
test_whole_answer(void **state)
{
	struct world *w = *state;

	metrics_handle(&w->d, &w->r);
	assert_false(w->r.stream.ended);
	while (!w->r.stream.ended) {
		take(&w->r.stream, SIZE_MAX);
		turn(w);
	}
	assert_int_equal(count(w, "\n# TYPE "), metrics_nfamilies);
	assert_int_equal(count(w, "\nsupervisord_process_up{"), NPROCS);
	assert_int_equal(count(w, "\nsupervisord_process_log_lost_bytes_total{"), 2 * NPROCS);
	assert_int_equal(count(w, "\nsupervisord_processes{state=\"STOPPED\"} 500\n"), 1);
}

/* What is made waits for its reader, and the reader gets all of it in the end. */
static void
test_slow_reader(void **state)
{
	struct world *w = *state;
	size_t before;

	metrics_handle(&w->d, &w->r);
	run_slices(w);
	before = w->r.stream.text.len;
	assert_true(before > BOUND / 2);
	/* As long as he has not taken all of it, nothing more is made. */
	take(&w->r.stream, before - 1);
	run_slices(w);
	assert_int_equal(w->r.stream.text.len, before);
	while (!w->r.stream.ended) {
		take(&w->r.stream, 5000);
		turn(w);
	}
	assert_int_equal(count(w, "\nsupervisord_process_log_lost_bytes_total{"), 2 * NPROCS);
}

static void
test_client_leaves(void **state)
{
	struct world *w = *state;

	metrics_handle(&w->d, &w->r);
	run_slices(w);
	w->r.stream.cb->closed(w->r.stream.arg);
	assert_int_equal(event_base_get_num_events(w->d.base, EVENT_BASE_COUNT_ADDED), 0);
}

/* Groups that come during a scrape are left to the next one, those that go are missing from there on. */
static void
test_groups_come_and_go(void **state)
{
	struct world *w = *state;

	metrics_handle(&w->d, &w->r);
	run_slices(w);
	process_table_add(&w->d.table, &w->next);
	process_table_remove(&w->d.table, process_table_group(&w->d.table, "group"));
	process_table_add(&w->d.table, &w->config);
	while (!w->r.stream.ended) {
		take(&w->r.stream, SIZE_MAX);
		turn(w);
	}
	assert_int_equal(count(w, "\nnode_supervisord_up{group=\"group\""), NPROCS);
	assert_int_equal(count(w, "\nsupervisord_process_log_lost_bytes_total{"), 0);
	assert_int_equal(count(w, "group=\"next\""), 0);
	assert_int_equal(count(w, "\n# TYPE "), metrics_nfamilies);
}

static void
test_head(void **state)
{
	struct world *w = *state;

	w->r.method = HTTP_HEAD;
	metrics_handle(&w->d, &w->r);
	assert_true(w->r.stream.ended);
	assert_int_equal(w->r.stream.text.len, 0);
}

static void
test_too_many(void **state)
{
	enum { ROOM = 16 };
	struct http_request r[ROOM] = {0}, more = {0};
	struct world *w = *state;

	for (size_t i = 0; i < ROOM; i++) {
		metrics_handle(&w->d, &r[i]);
		assert_int_equal(r[i].error, 0);
	}
	metrics_handle(&w->d, &more);
	assert_int_equal(more.error, 503);
	r[3].stream.cb->closed(r[3].stream.arg);
	metrics_handle(&w->d, &w->r);
	assert_int_equal(w->r.error, 0);
	/* The daemon ends while they are answered. */
	metrics_free(w->d.metrics);
	w->d.metrics = NULL;
	for (size_t i = 0; i < ROOM; i++) {
		assert_int_equal(r[i].stream.ended, i != 3);
		buf_release(&r[i].stream.text);
	}
}

/* Names after https://prometheus.io/docs/practices/naming/, as far as a machine can tell; and each has one producer. */
static void
test_table(void **state)
{
	static const char *const kept = "node_supervisord_start_time_seconds"; /* a counter by its origin */
	regex_t name;

	(void)state;
	assert_int_equal(regcomp(&name, "^(node_)?supervisord_[a-z]+(_[a-z]+)*$", REG_EXTENDED | REG_NOSUB),
			 0);
	for (size_t i = 0; i < metrics_nfamilies; i++) {
		const struct metrics_family *f = &metrics_families[i];
		size_t len = strlen(f->name);
		bool total = len > 6 && strcmp(f->name + len - 6, "_total") == 0;

		assert_int_equal(regexec(&name, f->name, 0, NULL, 0), 0);
		if (strcmp(f->name, kept) != 0)
			assert_int_equal(total, f->type == PROM_COUNTER);
		assert_true(f->help[0] != '\0' && f->help[strlen(f->help) - 1] == '.');
		assert_int_equal((f->process != NULL) + (f->group != NULL) + (f->whole != NULL), 1);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(f->name, metrics_families[j].name);
	}
	regfree(&name);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_whole_answer),       TEST(test_slow_reader), TEST(test_client_leaves),
	    TEST(test_groups_come_and_go), TEST(test_head),        TEST(test_too_many),
	    cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
