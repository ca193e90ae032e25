/*
 * http_conn.c: the connections of the HTTP servers: how many there may be, how long one may take, and how
 * their end is noticed.
 *
 * evhttp owns its connections and frees them when it likes; one that has not sent a whole request is not even
 * known to us by an evhttp_connection. So each bufferevent is made here, before evhttp gets it, and we hold a
 * second reference: evhttp's bufferevent_free then takes the callbacks away and leaves the descriptor open.
 * "No callbacks" is how the end is seen, always in settle_cb, when the callbacks of that turn are through.
 * What leads there: the descriptor was readable before the first request (watch), evhttp's close callback, an
 * answer that has gone out, and our own limits.
 *
 * While an answer is awaited, evhttp must not read (the next byte would end the daemon). The descriptor is
 * then watched by an edge-triggered event of ours: a client's junk wakes it once, its end always, and a
 * reset, which epoll reports as an error until somebody reads it, does not spin.
 */
#include "autoconf.h"

#include "daemon/http_internal.h"

#include <errno.h>
#include <event2/buffer.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "base/map.h"
#include "base/xmalloc.h"

#define TIME_LIMIT (60 * SECOND_US)
#define MAX_CONNS 1000
/* What may be read ahead while a request comes in, and while an answer goes out; the rest waits in the
   kernel. */
#define REQUEST_BYTES (HTTP_MAX_BODY + HTTP_MAX_HEADERS)
#define EARLY_BYTES HTTP_MAX_HEADERS
#define MIN_CONNS 16

static void
conn_queue_settle(struct http_conn *c)
{
	if (c->settling)
		return;
	c->settling = true;
	TAILQ_INSERT_TAIL(&c->httpd->unsettled, c, settle_link);
	event_active(c->httpd->settle, EV_TIMEOUT, 0);
}

/* evhttp's bufferevent_free has been here. */
static bool
conn_is_dead(const struct http_conn *c)
{
	bufferevent_event_cb event;

	bufferevent_getcb(c->bev, NULL, NULL, &event, NULL);
	return event == NULL;
}

/* evhttp takes it as the end of the client. */
static void
conn_kill(struct http_conn *c)
{
	bufferevent_trigger_event(c->bev, BEV_EVENT_READING | BEV_EVENT_EOF, 0);
	conn_queue_settle(c);
}

static bool
is_waiting(enum http_phase phase)
{
	return phase == HTTP_IDLE || phase == HTTP_READING;
}

static struct http_conns *
list_of(struct http_conn *c)
{
	return is_waiting(c->phase) ? &c->httpd->waiting : &c->httpd->busy;
}

static void
set_read_limit(struct http_conn *c, size_t bytes)
{
	bufferevent_setwatermark(c->bev, EV_READ, 0, bytes);
}

static void
conn_arm_timer(struct http_conn *c, mono_us wait)
{
	struct timeval tv = {.tv_sec = wait / SECOND_US, .tv_usec = wait % SECOND_US};

	event_add(c->timer, &tv);
}

static void
conn_enter(struct http_conn *c, enum http_phase phase)
{
	TAILQ_REMOVE(list_of(c), c, link);
	c->phase = phase;
	TAILQ_INSERT_TAIL(list_of(c), c, link);
	event_del(c->timer);
	if (phase == HTTP_READING || phase == HTTP_WRITING) {
		c->progress = c->httpd->daemon->now.mono;
		conn_arm_timer(c, c->httpd->time_limit);
	}
}

static void
conn_unwatch(struct http_conn *c)
{
	if (c->watch != NULL)
		event_free(c->watch);
	c->watch = NULL;
}

static void
conn_free(struct http_conn *c)
{
	struct httpd *h = c->httpd;

	if (c->settling)
		TAILQ_REMOVE(&h->unsettled, c, settle_link);
	TAILQ_REMOVE(list_of(c), c, link);
	conn_unwatch(c);
	event_free(c->timer);
	intmap_del(h->by_bev, (int64_t)(intptr_t)c->bev);
	h->nconns--;
	bufferevent_decref(c->bev);
	free(c);
	http_accept_again(h);
}

static void
timer_cb(evutil_socket_t fd, short what, void *arg)
{
	struct http_conn *c = arg;
	mono_us left;

	(void)fd;
	(void)what;
	daemon_tick(c->httpd->daemon);
	left = c->progress + c->httpd->time_limit - c->httpd->daemon->now.mono;
	if (left > 0)
		conn_arm_timer(c, left);
	else
		conn_kill(c);
}

/* Before the first request: something came, or the client has gone. */
static void
watch_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	conn_queue_settle(arg);
}

/* While an answer is awaited. Bytes that came early are left alone until it is sent. */
static void
deferred_cb(evutil_socket_t fd, short what, void *arg)
{
	struct http_conn *c = arg;
	struct http_request *r = c->request;
	ssize_t n;
	char byte;

	daemon_tick(c->httpd->daemon);
	n = recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
	if (!(what & EV_CLOSED) && (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR))))
		return;
	conn_unwatch(c);
	c->request = NULL;
	http_request_gone(r);
	evhttp_connection_free(c->evcon);
}

/* evhttp frees the connection. */
static void
closed_cb(struct evhttp_connection *evcon, void *arg)
{
	struct http_conn *c = arg;
	struct http_request *r = c->request;
	struct http_stream *s = c->stream;

	(void)evcon;
	conn_unwatch(c);
	conn_queue_settle(c);
	c->request = NULL;
	c->stream = NULL;
	if (r != NULL)
		http_request_gone(r);
	if (s != NULL)
		http_stream_gone(s);
}

static void
input_cb(struct evbuffer *input, const struct evbuffer_cb_info *info, void *arg)
{
	struct http_conn *c = arg;

	if (info->n_added == 0)
		return;
	switch (c->phase) {
	case HTTP_IDLE:
		daemon_tick(c->httpd->daemon);
		conn_enter(c, HTTP_READING);
		break;
	case HTTP_READING:
		TAILQ_REMOVE(&c->httpd->waiting, c, link);
		TAILQ_INSERT_TAIL(&c->httpd->waiting, c, link);
		break;
	case HTTP_STREAMING:
		/* The reader of a stream has nothing to say. */
		evbuffer_drain(input, evbuffer_get_length(input));
		break;
	case HTTP_HANDLING:
	case HTTP_WRITING:
		break;
	}
}

static void
output_cb(struct evbuffer *output, const struct evbuffer_cb_info *info, void *arg)
{
	struct http_conn *c = arg;

	(void)output;
	if (info->n_deleted == 0 || c->phase != HTTP_WRITING)
		return;
	daemon_tick(c->httpd->daemon);
	c->progress = c->httpd->daemon->now.mono;
}

/* At the limit the connection that idled longest makes room; when all are busy, the new one goes. */
static void
make_room(struct http_conn *c)
{
	struct httpd *h = c->httpd;
	struct http_conn *old = TAILQ_FIRST(&h->waiting);

	if (h->nconns <= h->max_conns)
		return;
	while (old != NULL && (old == c || old->fd < 0 || old->refused))
		old = TAILQ_NEXT(old, link);
	if (old == NULL) {
		c->refused = true;
		return;
	}
	old->refused = true;
	conn_queue_settle(old);
}

struct bufferevent *
http_conn_new(struct event_base *base, void *arg)
{
	struct http_server *server = arg;
	struct httpd *h = server->httpd;
	struct bufferevent *bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	struct http_conn *c;

	if (bev == NULL)
		return NULL;
	c = xcalloc(1, sizeof *c);
	c->httpd = h;
	c->server = server;
	c->bev = bev;
	c->fd = -1;
	c->timer = event_new(base, -1, 0, timer_cb, c);
	if (c->timer == NULL || evbuffer_add_cb(bufferevent_get_input(bev), input_cb, c) == NULL ||
	    evbuffer_add_cb(bufferevent_get_output(bev), output_cb, c) == NULL) {
		bufferevent_free(bev);
		if (c->timer != NULL)
			event_free(c->timer);
		free(c);
		return NULL;
	}
	bufferevent_incref(bev);
	set_read_limit(c, REQUEST_BYTES);
	TAILQ_INSERT_TAIL(&h->waiting, c, link);
	intmap_put(h->by_bev, (int64_t)(intptr_t)bev, c);
	h->nconns++;
	make_room(c);
	conn_queue_settle(c);
	return bev;
}

/* The descriptor of a new connection is known. */
static void
conn_set_up(struct http_conn *c)
{
	int one = 1;

	c->fd = bufferevent_getfd(c->bev);
	if (!c->server->is_unix) {
		setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
		setsockopt(c->fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
	}
	if (c->evcon == NULL) {
		c->watch = event_new(c->httpd->daemon->base, c->fd, EV_READ | EV_PERSIST, watch_cb, c);
		if (c->watch != NULL)
			event_add(c->watch, NULL);
	}
}

static void
conn_settle(struct http_conn *c)
{
	if (conn_is_dead(c)) {
		conn_free(c);
		return;
	}
	if (c->fd < 0)
		conn_set_up(c);
	if (c->finished) {
		c->finished = false;
		set_read_limit(c, REQUEST_BYTES);
		conn_enter(c,
			   evbuffer_get_length(bufferevent_get_input(c->bev)) > 0 ? HTTP_READING : HTTP_IDLE);
	}
	if (c->refused && is_waiting(c->phase)) {
		c->refused = false;
		conn_kill(c);
	}
}

static void
settle_cb(evutil_socket_t fd, short what, void *arg)
{
	struct httpd *h = arg;
	struct http_conn *c;

	(void)fd;
	(void)what;
	daemon_tick(h->daemon);
	while ((c = TAILQ_FIRST(&h->unsettled)) != NULL) {
		TAILQ_REMOVE(&h->unsettled, c, settle_link);
		c->settling = false;
		conn_settle(c);
	}
}

struct http_conn *
http_conn_find(struct httpd *h, struct evhttp_connection *evcon)
{
	return intmap_get(h->by_bev, (int64_t)(intptr_t)evhttp_connection_get_bufferevent(evcon));
}

void
http_conn_begin(struct http_conn *c, struct evhttp_connection *evcon)
{
	if (c->evcon == NULL)
		evhttp_connection_set_closecb(evcon, closed_cb, c);
	c->evcon = evcon;
	c->finished = false;
	if (c->fd < 0)
		conn_set_up(c);
	conn_unwatch(c);
	conn_enter(c, HTTP_HANDLING);
}

void
http_conn_defer(struct http_conn *c)
{
	c->watch = event_new(c->httpd->daemon->base, c->fd, EV_READ | EV_CLOSED | EV_ET | EV_PERSIST,
			     deferred_cb, c);
	if (c->watch != NULL)
		event_add(c->watch, NULL);
}

void
http_conn_answer(struct http_conn *c, enum http_phase phase)
{
	conn_unwatch(c);
	set_read_limit(c, EARLY_BYTES);
	conn_enter(c, phase);
}

void
http_conn_finished(struct http_conn *c)
{
	c->finished = true;
	conn_queue_settle(c);
}

/* Half of the descriptors stay for the programs. */
static size_t
connection_limit(void)
{
	struct rlimit r;
	size_t limit;

	if (getrlimit(RLIMIT_NOFILE, &r) != 0 || r.rlim_cur == RLIM_INFINITY || r.rlim_cur / 2 >= MAX_CONNS)
		return MAX_CONNS;
	limit = (size_t)r.rlim_cur / 2;
	return limit > MIN_CONNS ? limit : MIN_CONNS;
}

void
http_conns_init(struct httpd *h)
{
	TAILQ_INIT(&h->waiting);
	TAILQ_INIT(&h->busy);
	TAILQ_INIT(&h->unsettled);
	h->by_bev = intmap_new();
	h->settle = event_new(h->daemon->base, -1, 0, settle_cb, h);
	h->max_conns = connection_limit();
	h->time_limit = TIME_LIMIT;
}

void
http_conns_release(struct httpd *h)
{
	struct http_conn *c;

	while ((c = TAILQ_FIRST(&h->waiting)) != NULL || (c = TAILQ_FIRST(&h->busy)) != NULL)
		conn_free(c);
	intmap_free(h->by_bev);
	if (h->settle != NULL)
		event_free(h->settle);
}
