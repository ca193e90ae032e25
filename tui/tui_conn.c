/* tui_conn.c: see tui_conn.h. */
#include "autoconf.h"

#include "tui/tui_conn.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/clock.h"
#include "base/xmalloc.h"
#include "client/client_rpc.h"
#include "client/client_stream.h"
#include "core/sse.h"
#include "tui/tui_actions.h"
#include "tui/tui_feed.h"
#include "tui/tui_feed_log.h"
#include "tui/tui_watch.h"
#include "tui/tui_ssh.h"
#include "tui/tui_trouble.h"

#define EVENT_MAX (8 * 1024 * 1024) /* bytes of one event */
#define METRICS_SECONDS 3
#define LOG_TAIL 65536  /* bytes of the past of a log that is looked at */
#define MAIN_TAIL 16384 /* the same, of the daemon's own log of a daemon that is polled */
#define POLL_SECONDS 2
#define RETRY_FIRST 0.5 /* seconds; doubles */
#define RETRY_MAX 5.0
#define OVERDUE 18          /* seconds: a comment comes every 15, so by then something is wrong */
#define ASKED_OVERDUE 3     /* ... after the user has asked for something: the answer, or what it causes */
#define POLL_OVERDUE 5      /* ... for an answer while polling */
#define SILENCE 40          /* so long means that nobody is there */
#define GREETING 20         /* ... when nothing has come yet at all */
#define FOLLOW_DELAY_MS 120 /* a selection that only passes by asks for nothing */

/*
 * Three connections, so that none waits behind another: the stream, the user's calls (one may take as long as
 * a program takes to stop), and the screen's own small calls (follow, and all of polling).
 */
struct tui_conn {
	struct event_base *base;
	struct client_options options;
	struct tui_ssh *ssh; /* NULL: none */
	char *url;           /* where ssh leads to; owned */
	const char *file;
	struct tui_host *h;
	tui_changed_fn *changed;
	void *arg;

	struct client_stream *stream;
	struct sse_parser parser;
	char *last_id; /* owned */
	struct client *calls;
	struct client *own;
	bool metrics;
	bool complete;
	unsigned turn;                /* of what is shown, when logs were asked for last */
	size_t nfollowed;             /* logs that were asked for */
	struct xmlrpc_value *follows; /* while they are collected; borrowed */
	unsigned poll_wait;           /* answers of this poll that are to come */
	double asked_at;              /* when the user has asked for something last, by the model's clock */
	double pause;                 /* before the next try */
	struct waiting *waiting;      /* calls of the user under way */
	struct asked *asked;          /* the same, about logs */

	struct event *retry;
	struct event *silence;
	struct event *follow;
	struct event *poll;
};

/* The question that an answer belongs to, when it is about logs. */
struct asked {
	struct asked *next;
	struct tui_conn *conn;
	unsigned turn; /* of what is shown */
	char *name;    /* of the log; owned; NULL: all that are followed */
};

/* A call of the user, and whom its answer is for. */
struct waiting {
	struct waiting *next;
	struct tui_conn *conn;
	enum tui_tag tag;
	unsigned ticket;
	bool ask; /* nothing changes by it */
};

static void free_asked(struct asked *a);
static void open_stream(struct tui_conn *conn);
static void begin_polling(struct tui_conn *conn);

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

/* Trouble */

/* One sentence, with what mends it where that is known. The caller frees it. */
static char *
explain(const struct tui_conn *conn, const struct client_error *e)
{
	const struct tui_way way = {.file = conn->file, .has_user = conn->options.username != NULL};

	return tui_trouble(e, &way);
}

/* Those under way get no answer any more. */
static void
end_calls(struct tui_conn *conn)
{
	struct waiting *w;

	client_free(conn->calls);
	client_free(conn->own);
	while ((w = conn->waiting) != NULL) {
		conn->waiting = w->next;
		free(w);
	}
	while (conn->asked != NULL)
		free_asked(conn->asked);
}

static void
close_all(struct tui_conn *conn)
{
	if (conn->stream != NULL)
		client_stream_close(conn->stream);
	conn->stream = NULL;
	end_calls(conn);
	conn->calls = client_new(conn->base, &conn->options);
	conn->own = client_new(conn->base, &conn->options);
	conn->poll_wait = 0;
	conn->nfollowed = 0;
	event_del(conn->silence);
	event_del(conn->poll);
	event_del(conn->follow);
}

static void
lost(struct tui_conn *conn, const char *why)
{
	double pause = conn->pause;

	close_all(conn);
	conn->pause = pause * 2 > RETRY_MAX ? RETRY_MAX : pause * 2;
	tui_conn_tick(conn->h->model);
	tui_host_link(conn->h, LINK_DOWN, why, conn->h->model->now + pause);
	arm(conn->retry, pause);
	changed(conn);
}

static void
lost_by(struct tui_conn *conn, const struct client_error *e)
{
	char *why = explain(conn, e);

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
	if (!event_pending(conn->retry, EV_TIMEOUT, NULL))
		return;
	event_del(conn->retry);
	conn->pause = RETRY_FIRST;
	begin(conn);
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

	tui_set(&conn->url, url);
	conn->options.url = conn->url;
	close_all(conn);
	open_stream(conn);
}

static void
ssh_down_cb(void *arg, const char *why)
{
	struct tui_conn *conn = arg;

	if (!event_pending(conn->retry, EV_TIMEOUT, NULL)) {
		lost(conn, why);
		return;
	}
	/* What went through it was cut before: now it is known why. */
	tui_host_link(conn->h, LINK_DOWN, why, conn->h->retry_at);
	changed(conn);
}

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
	if (!conn->h->in_snapshot)
		changed(conn);
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
	if (has_no_stream(e))
		begin_polling(conn);
	else
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

	conn->nfollowed = 0;
	sse_parser_release(&conn->parser);
	sse_parser_init(&conn->parser, EVENT_MAX, event_cb, conn);
	buf_printf(&path, "/events?log_tail=%d", LOG_TAIL);
	if (conn->metrics)
		buf_printf(&path, "&metrics=%d", METRICS_SECONDS);
	conn->stream = client_stream_open(conn->base, &conn->options, buf_str(&path), "text/event-stream",
					  conn->last_id, &stream_ops, conn);
	buf_release(&path);
	/* Somebody who takes the connection and says nothing is as good as nobody. */
	arm(conn->silence, GREETING);
}

void
tui_conn_set_metrics(struct tui_conn *conn, bool wanted)
{
	if (conn->metrics == wanted)
		return;
	conn->metrics = wanted;
	if (conn->stream == NULL || conn->h->link != LINK_LIVE)
		return;
	/* With the last id, the new stream goes on where the old one was. */
	client_stream_close(conn->stream);
	open_stream(conn);
}

/* Following a log */

static struct asked *
new_asked(struct tui_conn *conn, const char *name)
{
	struct asked *a = xmalloc(sizeof(*a));

	*a = (struct asked){
	    .next = conn->asked,
	    .conn = conn,
	    .turn = conn->h->model->logpane.show.turn,
	    .name = name == NULL ? NULL : xstrdup(name),
	};
	conn->asked = a;
	return a;
}

static void
free_asked(struct asked *a)
{
	struct asked **at = &a->conn->asked;

	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
	free(a->name);
	free(a);
}

static void
poll_tail_cb(void *arg, struct client_result *result)
{
	struct asked *a = arg;
	struct tui_host *h = a->conn->h;

	if (result->value != NULL && a->turn == h->model->logpane.show.turn) {
		tui_conn_tick(h->model);
		if (strcmp(a->name, ":main") == 0)
			tui_feed_main_tail(h, xmlrpc_get_string(result->value),
					   xmlrpc_get_length(result->value), MAIN_TAIL);
		else
			tui_feed_tail(h, a->name, result->value);
		changed(a->conn);
	}
	free_asked(a);
}

static void
poll_source(struct tui_conn *conn, const struct tui_source *s)
{
	struct xmlrpc_value *params = xmlrpc_array();
	const char *method = s->channel == CHANNEL_STDOUT ? "supervisor.tailProcessStdoutLog"
							  : "supervisor.tailProcessStderrLog";
	struct asked *a = new_asked(conn, s->name);

	if (tui_source_is_main(s)) {
		method = "supervisor.readLog";
		xmlrpc_append(params, xmlrpc_int(-MAIN_TAIL));
		xmlrpc_append(params, xmlrpc_int(0));
	} else {
		bool far = s->offset < 0 || s->offset > INT32_MAX - LOG_TAIL;

		xmlrpc_append(params, xmlrpc_string(s->key));
		xmlrpc_append(params, xmlrpc_int(far ? 0 : s->offset));
		xmlrpc_append(params, xmlrpc_int(LOG_TAIL));
	}
	if (!client_call(conn->own, method, params, poll_tail_cb, a))
		free_asked(a);
}

/* The logs of this host that are shown. Calls fn for each; returns how many. */
static size_t
each_source(struct tui_conn *conn, void (*fn)(struct tui_conn *, const struct tui_source *))
{
	const struct tui_logpane *p = &conn->h->model->logpane;
	size_t n = 0;

	for (size_t i = 0; p->height > 0 && i < p->log.nsources; i++) {
		const struct tui_source *s = p->log.sources[i];

		if (s->host != conn->h || !s->followed)
			continue;
		fn(conn, s);
		n++;
	}
	return n;
}

static void
poll_tail(struct tui_conn *conn)
{
	each_source(conn, poll_source);
}

static void
followed_cb(void *arg, struct client_result *result)
{
	struct asked *a = arg;

	if (result->value != NULL)
		tui_show_followed(a->conn->h, a->turn);
	free_asked(a);
}

/* Takes logs over. */
static void
call_follow(struct tui_conn *conn, struct xmlrpc_value *logs)
{
	struct xmlrpc_value *params = xmlrpc_array();
	struct asked *a = new_asked(conn, NULL);

	xmlrpc_append(params, xmlrpc_int(conn->h->daemon.stream));
	xmlrpc_append(params, logs);
	if (!client_call(conn->own, "cvisor.follow", params, followed_cb, a))
		free_asked(a);
}

static void
add_followed(struct tui_conn *conn, const struct tui_source *s)
{
	xmlrpc_append(conn->follows, xmlrpc_string(s->name));
}

/* A log that is followed for its watch words, unless it is shown anyway. */
static void
add_watched(void *arg, const char *log)
{
	struct tui_conn *conn = arg;
	const struct tui_logpane *p = &conn->h->model->logpane;
	unsigned source = p->height > 0 ? tui_log_find_source(&p->log, conn->h, log) : TUI_LOG_NO_SOURCE;

	if (source == TUI_LOG_NO_SOURCE && xmlrpc_get_length(conn->follows) < TUI_SHOW_MAX)
		xmlrpc_append(conn->follows, xmlrpc_string(log));
}

static void
send_follow(struct tui_conn *conn)
{
	unsigned turn = conn->h->model->logpane.show.turn;
	size_t before = conn->nfollowed, n;

	/* The daemon goes on with a log that it follows already; where something else is shown, the end of its file is
	   wanted again. */
	if (conn->turn != turn && before > 0) {
		conn->follows = xmlrpc_array();
		tui_watch_each_log(conn->h->model, conn->h, add_watched, conn);
		call_follow(conn, conn->follows);
	}
	conn->turn = turn;
	conn->follows = xmlrpc_array();
	each_source(conn, add_followed);
	tui_watch_each_log(conn->h->model, conn->h, add_watched, conn);
	n = xmlrpc_get_length(conn->follows);
	/* A daemon whose logs nobody looks at need not be told so again. */
	if (n > 0 || before > 0)
		call_follow(conn, conn->follows);
	else
		xmlrpc_free(conn->follows);
	conn->nfollowed = n;
}

static void
follow_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_conn *conn = arg;

	(void)fd;
	(void)what;
	if (conn->h->link == LINK_LIVE)
		send_follow(conn);
	else if (conn->h->link == LINK_POLLING)
		poll_tail(conn);
}

void
tui_conn_follow(struct tui_conn *conn)
{
	arm(conn->follow, FOLLOW_DELAY_MS / 1000.0);
}

/* Polling */

static void
next_poll(struct tui_conn *conn)
{
	if (--conn->poll_wait == 0)
		arm(conn->poll, POLL_SECONDS);
}

static void
say_return(struct tui_host *h)
{
	char age[TUI_CELL_MAX];
	double valid = 1e9;

	if (!h->ever_connected || tui_host_is_up(h))
		return;
	tui_format_age(h->model->now - tui_host_gone_since(h), age, &valid);
	tui_host_say(h, LOOK_OK, "connected again after %s", age);
}

static void
poll_processes_cb(void *arg, struct client_result *result)
{
	struct tui_conn *conn = arg;
	struct tui_host *h = conn->h;

	if (result->value == NULL) {
		lost_by(conn, &result->error);
		return;
	}
	heard(conn, POLL_OVERDUE);
	if (h->link != LINK_POLLING) {
		conn->pause = RETRY_FIRST;
		say_return(h);
		tui_host_link(h, LINK_POLLING, NULL, 0);
	}
	tui_feed_processes(h, result->value);
	conn->complete = true;
	next_poll(conn);
	changed(conn);
}

static void
poll_state_cb(void *arg, struct client_result *result)
{
	struct tui_conn *conn = arg;

	if (result->value != NULL)
		tui_set(&conn->h->daemon.statename,
			xmlrpc_get_string(xmlrpc_find(result->value, "statename")));
	next_poll(conn);
}

static void
identification_cb(void *arg, struct client_result *result)
{
	struct tui_conn *conn = arg;

	if (result->value != NULL)
		tui_set(&conn->h->daemon.identification, xmlrpc_get_string(result->value));
}

static void
version_cb(void *arg, struct client_result *result)
{
	struct tui_conn *conn = arg;

	if (result->value != NULL)
		tui_set(&conn->h->daemon.version, xmlrpc_get_string(result->value));
}

static void
poll_now(struct tui_conn *conn)
{
	conn->poll_wait = 2;
	if (!conn->h->silent)
		arm(conn->silence, tui_host_is_up(conn->h) ? POLL_OVERDUE : GREETING);
	client_call(conn->own, "supervisor.getState", NULL, poll_state_cb, conn);
	client_call(conn->own, "supervisor.getAllProcessInfo", NULL, poll_processes_cb, conn);
	poll_tail(conn);
}

static void
poll_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	poll_now(arg);
}

/* Its host is where the URL leads: this one for a socket. */
static void
name_host(struct tui_conn *conn)
{
	struct client_address address;
	struct client_error error = CLIENT_ERROR_INIT;
	char host[256] = "";

	if (client_address_parse(&address, conn->options.url, &error)) {
		if (address.is_unix || address.host[0] == '\0')
			gethostname(host, sizeof(host) - 1);
		tui_set(&conn->h->daemon.host, host[0] != '\0' ? host : address.host);
		tui_model_name_hosts(conn->h->model);
		client_address_release(&address);
	}
	client_error_release(&error);
}

static void
begin_polling(struct tui_conn *conn)
{
	tui_set(&conn->last_id, NULL);
	tui_set(&conn->h->daemon.boot, "");
	conn->h->daemon.started = 0;
	name_host(conn);
	client_call(conn->own, "supervisor.getIdentification", NULL, identification_cb, conn);
	client_call(conn->own, "supervisor.getSupervisorVersion", NULL, version_cb, conn);
	poll_now(conn);
}

/* Calls of the user */

static void
drop_waiting(struct waiting *w)
{
	struct waiting **at = &w->conn->waiting;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	free(w);
}

static void
reply_cb(void *arg, struct client_result *result)
{
	struct waiting *w = arg;
	struct tui_conn *conn = w->conn;
	bool ask;
	const struct client_error *e = &result->error;
	char *why = e->kind == CLIENT_OK      ? NULL
		    : e->kind == CLIENT_FAULT ? xstrdup(e->text)
					      : explain(conn, e);
	/* Statuses of HTTP are told from faults by their sign. */
	int code = e->kind == CLIENT_FAULT ? e->code : e->kind == CLIENT_STATUS ? -e->code : 0;

	tui_conn_tick(conn->h->model);
	if (tui_host_is_up(conn->h) && (e->kind == CLIENT_OK || e->kind == CLIENT_FAULT))
		heard(conn, conn->h->link == LINK_POLLING ? POLL_OVERDUE : OVERDUE);
	tui_actions_reply(conn->h, w->tag, w->ticket, result->value, code,
			  why);
	free(why);
	ask = w->ask;
	drop_waiting(w);
	changed(conn);
	/* What was asked shows at once, not two seconds later. */
	if (!ask && conn->h->link == LINK_POLLING && conn->poll_wait == 0) {
		event_del(conn->poll);
		arm(conn->poll, 0.1);
	}
}

/* Questions that the daemon answers at once do not wait behind what takes its time. */
static bool
is_quick(enum tui_tag tag)
{
	return tag == TAG_PAST || tag == TAG_AROUND || tag == TAG_RUNS || tag == TAG_HISTORY;
}

void
tui_conn_call(struct tui_conn *conn, struct tui_request *r)
{
	struct waiting *w = xmalloc(sizeof(*w));

	*w = (struct waiting){
	    .next = conn->waiting, .conn = conn, .tag = r->tag, .ticket = r->ticket, .ask = r->ask};
	conn->waiting = w;
	if (tui_host_is_fresh(conn->h) && conn->asked_at <= conn->h->heard) {
		conn->asked_at = conn->h->model->now;
		arm(conn->silence, ASKED_OVERDUE);
	}
	if (!client_call(r->ask || is_quick(r->tag) ? conn->own : conn->calls, r->text, r->params, reply_cb,
			 w)) {
		drop_waiting(w);
		tui_actions_reply(conn->h, r->tag, r->ticket, NULL, 0,
				  "too many calls wait for their answers");
	}
	r->params = NULL; /* taken over in either case */
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

struct tui_conn *
tui_conn_new(struct event_base *base, const struct client_options *options, struct tui_ssh *ssh,
	     const char *file, struct tui_host *h, tui_changed_fn *fn, void *arg)
{
	struct tui_conn *conn = xcalloc(1, sizeof(*conn));

	conn->base = base;
	conn->options = *options;
	conn->ssh = ssh;
	conn->file = file;
	conn->h = h;
	conn->changed = fn;
	conn->arg = arg;
	conn->metrics = true;
	conn->pause = RETRY_FIRST;
	conn->calls = client_new(base, &conn->options);
	conn->own = client_new(base, &conn->options);
	conn->retry = evtimer_new(base, retry_cb, conn);
	conn->silence = evtimer_new(base, silence_cb, conn);
	conn->follow = evtimer_new(base, follow_cb, conn);
	conn->poll = evtimer_new(base, poll_cb, conn);
	sse_parser_init(&conn->parser, EVENT_MAX, event_cb, conn);
	if (ssh != NULL)
		tui_ssh_listen(ssh, &ssh_ops, conn);
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
	event_free(conn->retry);
	event_free(conn->silence);
	event_free(conn->follow);
	event_free(conn->poll);
	sse_parser_release(&conn->parser);
	free(conn->last_id);
	free(conn->url);
	free(conn);
}
