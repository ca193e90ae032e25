/* tui_conn.c: see tui_conn.h. */
#include "autoconf.h"

#include "tui/tui_conn.h"

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "base/clock.h"
#include "base/xmalloc.h"
#include "client/client_rpc.h"
#include "client/client_stream.h"
#include "core/sse.h"
#include "tui/tui_conn_calls.h"
#include "tui/tui_conn_log.h"
#include "tui/tui_conn_poll.h"
#include "tui/tui_feed.h"
#include "tui/tui_recorder.h"
#include "tui/tui_trouble.h"

#define EVENT_MAX (8 * 1024 * 1024) /* bytes of one event */
#define METRICS_SECONDS 3
#define RETRY_FIRST 0.5 /* seconds; doubles */
#define RETRY_MAX 5.0
#define OVERDUE 18      /* seconds: a comment comes every 15, so by then something is wrong */
#define ASKED_OVERDUE 3 /* ... after the user has asked for something: the answer, or what it causes */
#define POLL_OVERDUE 5  /* ... for an answer while polling */
#define SILENCE 40      /* so long means that nobody is there */
#define GREETING 20     /* ... when nothing has come yet at all */

/*
 * Three connections, so that none waits behind another: the stream, the user's calls (one may take as long as
 * a program takes to stop), and the screen's own small calls (follow, and all of polling).
 */
struct tui_conn {
	struct event_base *base;
	struct client_options options;
	struct tui_ssh *ssh; /* NULL: none */
	char *url;           /* where ssh leads to; owned */
	struct tui_way way;
	struct tui_host *h;
	tui_changed_fn *changed;
	void *arg;

	struct client_stream *stream;
	struct sse_parser parser;
	char *last_id;       /* owned */
	struct client *slow; /* calls of the user */
	struct client *own;
	struct tui_conn_calls *calls;
	struct tui_conn_log *log;
	struct tui_conn_poll *poll;
	bool metrics;        /* are wanted */
	bool stream_metrics; /* the stream was asked for them */
	bool complete;
	struct tui_recorder *recorder; /* borrowed; NULL: nothing is recorded */
	double asked_at;               /* when the user has asked for something last, by the model's clock */
	double pause;                  /* before the next try */

	struct event *retry;
	struct event *silence;
};

static void open_stream(struct tui_conn *conn);
static void fit_stream(struct tui_conn *conn);

static double
local_now(void)
{
	struct now now;

	clock_read(&now);
	return (double)now.wall / 1e6;
}

void
tui_conn_tick(struct tui_model *m)
{
	m->now = local_now();
}

static struct timeval
seconds(double s)
{
	return (struct timeval){.tv_sec = (time_t)s, .tv_usec = (suseconds_t)((s - (double)(time_t)s) * 1e6)};
}

static void
arm(struct event *timer, double s)
{
	struct timeval tv = seconds(s);

	event_add(timer, &tv);
}

static void
changed(struct tui_conn *conn)
{
	conn->changed(conn->arg);
}

/* Lost, and tried again */

/* Those under way get no answer any more. */
static void
end_calls(struct tui_conn *conn)
{
	client_free(conn->slow);
	client_free(conn->own);
	tui_conn_calls_drop(conn->calls);
}

static void
close_all(struct tui_conn *conn)
{
	if (conn->stream != NULL)
		client_stream_close(conn->stream);
	conn->stream = NULL;
	end_calls(conn);
	conn->slow = client_new(conn->base, &conn->options);
	conn->own = client_new(conn->base, &conn->options);
	tui_conn_log_begin(conn->log, conn->own);
	tui_conn_poll_end(conn->poll);
	event_del(conn->silence);
}

static void
lost(struct tui_conn *conn, const char *why)
{
	double pause = conn->pause;

	close_all(conn);
	conn->pause = pause * 2 > RETRY_MAX ? RETRY_MAX : pause * 2;
	tui_conn_tick(conn->h->model);
	tui_host_link(conn->h, LINK_DOWN, why, conn->h->model->now + pause);
	tui_recorder_down(conn->recorder, conn->h, why, conn->h->model->now);
	arm(conn->retry, pause);
	changed(conn);
}

static void
lost_by(struct tui_conn *conn, const struct client_error *e)
{
	char *why = tui_trouble(e, &conn->way);

	lost(conn, why);
	free(why);
}

/* Whoever has answered the last time may be another one now: both ways are tried, the better one first. */
static void
begin(struct tui_conn *conn)
{
	if (conn->ssh != NULL)
		tui_ssh_open(conn->ssh, false);
	else
		open_stream(conn);
}

static void
retry_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_conn *conn = arg;

	(void)fd;
	(void)what;
	begin(conn);
	changed(conn);
}

void
tui_conn_retry(struct tui_conn *conn)
{
	if (tui_host_is_up(conn->h) && conn->h->silent) {
		/* ssh stays: where it had asked for a password it could not come back. */
		close_all(conn);
		tui_host_link(conn->h, LINK_DOWN, "connecting again", conn->h->model->now);
	} else if (event_pending(conn->retry, EV_TIMEOUT, NULL))
		event_del(conn->retry);
	else
		return;
	conn->pause = RETRY_FIRST;
	begin(conn);
}

bool
tui_conn_login(struct tui_conn *conn, tui_ssh_over_fn *over, void *arg)
{
	if (conn->ssh == NULL || !tui_ssh_login(conn->ssh, over, arg))
		return false;
	event_del(conn->retry);
	conn->pause = RETRY_FIRST;
	return true;
}

/* Something came: it is there. */
static void
heard(struct tui_conn *conn, double overdue)
{
	bool was_silent = conn->h->silent;

	tui_conn_tick(conn->h->model);
	tui_host_heard(conn->h);
	if (was_silent)
		changed(conn);
	arm(conn->silence, overdue);
}

/* First it is said, and the connection kept: a daemon that was stopped, or a slow line, goes on where it was. */
static void
silence_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_conn *conn = arg;
	struct tui_host *h = conn->h;
	double quiet;

	(void)fd;
	(void)what;
	tui_conn_tick(h->model);
	quiet = h->model->now - h->heard;
	if (tui_host_is_up(h) && !h->silent) {
		tui_host_silent(h, conn->asked_at > h->heard ? conn->asked_at : h->heard);
		arm(conn->silence, SILENCE > quiet ? SILENCE - quiet : 0);
		changed(conn);
		return;
	}
	/* ssh may not know yet that its line is dead. */
	if (conn->ssh != NULL)
		tui_ssh_close(conn->ssh);
	lost(conn, tui_host_is_up(h) ? "the connection is dead"
				     : "it takes the connection and says nothing (is the daemon stopped?)");
}

/* Through ssh */

static void
ssh_up_cb(void *arg, const char *url)
{
	struct tui_conn *conn = arg;

	conn->h->needs_login = false;
	tui_set(&conn->url, url);
	conn->options.url = conn->url;
	close_all(conn);
	open_stream(conn);
}

static void
ssh_down_cb(void *arg, const char *why)
{
	struct tui_conn *conn = arg;

	conn->h->needs_login = tui_ssh_needs_login(conn->ssh);
	if (!event_pending(conn->retry, EV_TIMEOUT, NULL)) {
		lost(conn, why);
		return;
	}
	/* What went through it was cut before: now it is known why. */
	tui_host_link(conn->h, LINK_DOWN, why, conn->h->retry_at);
	changed(conn);
}

static const char *const ask_by[] = {
    [MODE_SCREEN] = ":login",
    [MODE_LINES] = "login",
    [MODE_ONCE] = NULL,
};

static const struct tui_ssh_ops ssh_ops = {
    .up = ssh_up_cb,
    .down = ssh_down_cb,
};

/* The stream */

static void
event_cb(void *arg, const struct sse_event *ev)
{
	struct tui_conn *conn = arg;

	if (ev->id != NULL)
		tui_set(&conn->last_id, ev->id);
	tui_recorder_event(conn->recorder, conn->h, ev->event, ev->data, ev->data_len, local_now());
	tui_feed_event(conn->h, ev->event, ev->data, ev->data_len, local_now());
	if (strcmp(ev->event, "snapshot-end") == 0)
		conn->complete = true;
}

static void
stream_open_cb(void *arg)
{
	struct tui_conn *conn = arg;

	conn->pause = RETRY_FIRST;
	heard(conn, OVERDUE);
}

static void
stream_data_cb(void *arg, const char *data, size_t len)
{
	struct tui_conn *conn = arg;

	heard(conn, OVERDUE);
	if (!sse_parser_feed(&conn->parser, data, len)) {
		lost(conn, "the daemon sent an event that is too long");
		return;
	}
	/* Half a snapshot is no picture: counts and rows would be wrong for a moment. */
	if (conn->h->in_snapshot)
		return;
	changed(conn);
	fit_stream(conn);
}

/* A daemon without /events answers with a status; Supervisor's own with 404. */
static bool
has_no_stream(const struct client_error *e)
{
	return e->kind == CLIENT_STATUS &&
	       (e->code == 404 || e->code == 400 || e->code == 405 || e->code == 501);
}

static void
stream_end_cb(void *arg, const struct client_error *e)
{
	struct tui_conn *conn = arg;

	client_stream_close(conn->stream);
	conn->stream = NULL;
	if (has_no_stream(e)) {
		tui_set(&conn->last_id, NULL);
		if (conn->recorder != NULL)
			tui_say(conn->h, LOOK_WARN,
				"nothing is recorded of it: it does not tell what happens");
		tui_conn_poll_begin(conn->poll, conn->own, conn->options.url);
	} else
		lost_by(conn, e);
}

static const struct client_stream_ops stream_ops = {
    .open = stream_open_cb,
    .data = stream_data_cb,
    .end = stream_end_cb,
};

static void
open_stream(struct tui_conn *conn)
{
	struct buf path = BUF_INIT(256);

	tui_conn_log_stream(conn->log);
	sse_parser_release(&conn->parser);
	sse_parser_init(&conn->parser, EVENT_MAX, event_cb, conn);
	buf_printf(&path, "/events?log_tail=%d", TUI_LOG_TAIL);
	conn->stream_metrics = conn->metrics;
	if (conn->metrics)
		buf_printf(&path, "&metrics=%d", METRICS_SECONDS);
	conn->stream = client_stream_open(conn->base, &conn->options, buf_str(&path), "text/event-stream",
					  conn->last_id, &stream_ops, conn);
	buf_release(&path);
	/* Somebody who takes the connection and says nothing is as good as nobody. */
	arm(conn->silence, GREETING);
}

/* With the last id, the new stream goes on where the old one was. One that does not say yet where it is has to do that
   first. */
static void
fit_stream(struct tui_conn *conn)
{
	if (conn->metrics == conn->stream_metrics || conn->stream == NULL || conn->h->link != LINK_LIVE ||
	    conn->h->in_snapshot)
		return;
	client_stream_close(conn->stream);
	open_stream(conn);
}

void
tui_conn_set_metrics(struct tui_conn *conn, bool wanted)
{
	conn->metrics = wanted;
	fit_stream(conn);
}

/* Polling */

static void
poll_asked_cb(void *arg)
{
	struct tui_conn *conn = arg;

	if (!conn->h->silent)
		arm(conn->silence, tui_host_is_up(conn->h) ? POLL_OVERDUE : GREETING);
}

static void
poll_answered_cb(void *arg)
{
	struct tui_conn *conn = arg;

	heard(conn, POLL_OVERDUE);
	conn->pause = RETRY_FIRST;
}

static void
poll_fed_cb(void *arg)
{
	struct tui_conn *conn = arg;

	conn->complete = true;
	changed(conn);
}

static void
poll_failed_cb(void *arg, const struct client_error *e)
{
	lost_by(arg, e);
}

static const struct tui_conn_poll_ops poll_ops = {
    .asked = poll_asked_cb,
    .answered = poll_answered_cb,
    .fed = poll_fed_cb,
    .failed = poll_failed_cb,
};

/* Calls of the user */

static void
call_heard_cb(void *arg)
{
	struct tui_conn *conn = arg;

	heard(conn, conn->h->link == LINK_POLLING ? POLL_OVERDUE : OVERDUE);
}

static void
call_answered_cb(void *arg, bool ask)
{
	struct tui_conn *conn = arg;

	changed(conn);
	if (!ask)
		tui_conn_poll_soon(conn->poll);
}

static const struct tui_conn_calls_ops calls_ops = {
    .heard = call_heard_cb,
    .answered = call_answered_cb,
};

void
tui_conn_call(struct tui_conn *conn, struct tui_request *r)
{
	if (tui_host_is_fresh(conn->h) && conn->asked_at <= conn->h->heard) {
		conn->asked_at = conn->h->model->now;
		arm(conn->silence, ASKED_OVERDUE);
	}
	tui_conn_calls_send(conn->calls, conn->own, conn->slow, r);
}

void
tui_conn_follow(struct tui_conn *conn)
{
	tui_conn_log_follow(conn->log);
}

/* From outside */

void
tui_conn_record(struct tui_conn *conn, struct tui_recorder *recorder)
{
	conn->recorder = recorder;
}

const char *
tui_conn_url(const struct tui_conn *conn)
{
	return conn->options.url;
}

bool
tui_conn_is_complete(const struct tui_conn *conn)
{
	return conn->complete;
}

bool
tui_conn_is_asking_for_logs(const struct tui_conn *conn)
{
	return tui_conn_log_is_asking(conn->log);
}

struct tui_conn *
tui_conn_new(struct event_base *base, const struct client_options *options, struct tui_ssh *ssh,
	     const struct tui_way *way, struct tui_host *h, tui_changed_fn *fn, void *arg)
{
	struct tui_conn *conn = xcalloc(1, sizeof(*conn));

	conn->base = base;
	conn->options = *options;
	conn->ssh = ssh;
	conn->way = *way;
	conn->h = h;
	conn->changed = fn;
	conn->arg = arg;
	conn->metrics = true;
	conn->pause = RETRY_FIRST;
	conn->slow = client_new(base, &conn->options);
	conn->own = client_new(base, &conn->options);
	conn->calls = tui_conn_calls_new(h, &conn->way, &calls_ops, conn);
	conn->log = tui_conn_log_new(base, h, fn, arg);
	tui_conn_log_begin(conn->log, conn->own);
	conn->poll = tui_conn_poll_new(base, h, conn->log, &poll_ops, conn);
	conn->retry = evtimer_new(base, retry_cb, conn);
	conn->silence = evtimer_new(base, silence_cb, conn);
	sse_parser_init(&conn->parser, EVENT_MAX, event_cb, conn);
	if (ssh != NULL) {
		tui_ssh_listen(ssh, &ssh_ops, conn);
		tui_ssh_ask_by(ssh, ask_by[h->model->mode]);
	}
	begin(conn);
	return conn;
}

void
tui_conn_free(struct tui_conn *conn)
{
	if (conn == NULL)
		return;
	if (conn->stream != NULL)
		client_stream_close(conn->stream);
	end_calls(conn);
	tui_conn_calls_free(conn->calls);
	tui_conn_log_free(conn->log);
	tui_conn_poll_free(conn->poll);
	event_free(conn->retry);
	event_free(conn->silence);
	sse_parser_release(&conn->parser);
	free(conn->last_id);
	free(conn->url);
	free(conn);
}
