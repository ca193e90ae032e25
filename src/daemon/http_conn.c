/*
 * http_conn.c: the connections of the HTTP servers: in which phase one is, how long that may take, how many there may be,
 * and how one ends. What is read from it is the matter of http_read.c.
 *
 * Each is a bufferevent; its callbacks and the timer are all that enters here. What comes is bounded by the read
 * watermark in each phase: beyond it the bytes stay in the kernel, and the client waits. A handler runs inside of
 * conn_advance and answers at once or later through http_conn_send; neither frees the connection, so that only the
 * callbacks of the loop do.
 *
 * A client that closes its side has gone, as for Supervisor, while its answer is awaited. An answer that
 * is on its way it gets whole, and those of requests that came before the end as well.
 */
#include "autoconf.h"

#include "daemon/http_internal.h"

#include <event2/buffer.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/xmalloc.h"

#define TIME_LIMIT (60 * SECOND_US)
#define PATIENCE (2 * SECOND_US)
#define DRAIN_LIMIT (5 * SECOND_US)
#define MAX_CONNS 1000
#define MIN_CONNS 16
/* What a connection may take of one turn of the loop. A list of a hundred processes goes out in one write. */
#define READ_BYTES (64 * 1024)
#define WRITE_BYTES (256 * 1024)

static bool
is_waiting(enum http_conn_phase phase)
{
	return phase == HTTP_IDLE || phase == HTTP_READING;
}

static struct http_conns *
list_of(struct http_conn *c)
{
	return is_waiting(c->phase) || c->phase == HTTP_LINGERING ? &c->httpd->waiting : &c->httpd->busy;
}

static void
arm_timer(struct http_conn *c, mono_us wait)
{
	struct timeval tv = {.tv_sec = wait / SECOND_US, .tv_usec = wait % SECOND_US};

	event_add(c->timer, &tv);
}

static void
begin_time(struct http_conn *c)
{
	c->progress = c->httpd->daemon->now.mono;
	arm_timer(c, c->httpd->time_limit);
}

void
http_conn_read_at_most(struct http_conn *c, size_t bytes)
{
	bufferevent_setwatermark(c->bev, EV_READ, 0, bytes);
	bufferevent_enable(c->bev, EV_READ);
}

void
http_conn_enter(struct http_conn *c, enum http_conn_phase phase)
{
	TAILQ_REMOVE(list_of(c), c, link);
	c->phase = phase;
	if (phase == HTTP_LINGERING)
		TAILQ_INSERT_HEAD(list_of(c), c, link);
	else
		TAILQ_INSERT_TAIL(list_of(c), c, link);
	c->has_end = false;
	event_del(c->timer);
	if (phase == HTTP_READING || phase == HTTP_WRITING || phase == HTTP_LINGERING)
		begin_time(c);
}

/* An answer is on its way, whole or as far as it is made. */
static bool
is_answering(const struct http_conn *c)
{
	return c->phase == HTTP_WRITING || c->has_end;
}

/* Ends the connection; who waits for it is told. */
static void
conn_free(struct http_conn *c)
{
	struct httpd *h = c->httpd;
	struct http_request *r = c->request;
	struct http_stream *s = c->stream;

	c->request = NULL;
	c->stream = NULL;
	if (r != NULL)
		http_request_gone(r);
	if (s != NULL)
		http_stream_gone(s);
	TAILQ_REMOVE(list_of(c), c, link);
	event_free(c->timer);
	bufferevent_free(c->bev);
	free(c->caller);
	free(c);
	h->nconns--;
	http_accept_again(h);
}

/* Does what can be done with what has come. */
static void
conn_advance(struct http_conn *c)
{
	while (is_waiting(c->phase) && http_read_step(c))
		;
	/* Something has come: others may be missed first. */
	if (c->phase == HTTP_READING) {
		TAILQ_REMOVE(&c->httpd->waiting, c, link);
		TAILQ_INSERT_TAIL(&c->httpd->waiting, c, link);
	}
	if (c->eof && !is_answering(c))
		conn_free(c);
}

/*
 * Answers.
 */

void
http_conn_fail(struct http_conn *c)
{
	bufferevent_trigger_event(c->bev, BEV_EVENT_ERROR, BEV_TRIG_DEFER_CALLBACKS);
}

void
http_conn_send(struct http_conn *c, const void *data, size_t len)
{
	if (evbuffer_add(bufferevent_get_output(c->bev), data, len) != 0)
		http_conn_fail(c);
}

void
http_conn_answered(struct http_conn *c)
{
	c->request = NULL;
	c->stream = NULL;
	http_conn_read_at_most(c, HTTP_MAX_EARLY);
	http_conn_enter(c, HTTP_WRITING);
	/* Nothing to send, or all has gone already: nobody else would call. */
	if (evbuffer_get_length(bufferevent_get_output(c->bev)) == 0)
		bufferevent_trigger(c->bev, EV_WRITE, BEV_TRIG_IGNORE_WATERMARKS | BEV_TRIG_DEFER_CALLBACKS);
}

/* Nobody wants what has come. */
static void
drain_input(struct http_conn *c)
{
	struct evbuffer *input = bufferevent_get_input(c->bev);

	evbuffer_drain(input, evbuffer_get_length(input));
	bufferevent_enable(c->bev, EV_READ);
}

void
http_conn_stream(struct http_conn *c, struct http_stream *s, bool has_end)
{
	c->request = NULL;
	c->stream = s;
	http_conn_enter(c, HTTP_STREAMING);
	c->has_end = has_end;
	if (has_end) {
		begin_time(c);
		return;
	}
	/* Its reader has nothing to say. */
	drain_input(c);
	c->skip = 0;
}

/* Closing while bytes come would take the answer from the client. */
static void
conn_linger(struct http_conn *c)
{
	if (c->eof || !c->linger) {
		conn_free(c);
		return;
	}
	drain_input(c);
	shutdown(bufferevent_getfd(c->bev), SHUT_WR);
	http_conn_enter(c, HTTP_LINGERING);
}

static void
conn_sent(struct http_conn *c)
{
	/* Which may end the stream: then what it says last is still to be sent. */
	if (c->phase == HTTP_STREAMING) {
		http_stream_sent(c->stream);
		return;
	}
	if (c->phase != HTTP_WRITING)
		return;
	if (c->close || c->httpd->ending) {
		conn_linger(c);
		return;
	}
	http_conn_read_at_most(c, HTTP_MAX_HEAD);
	http_conn_enter(c, HTTP_IDLE);
	conn_advance(c);
}

/*
 * What comes from the loop.
 */

/* Nothing is taken out of what has come. libevent would call for it without end once it is as much as may be read. */
static void
leave_unread(struct http_conn *c)
{
	if (c->httpd->ending || evbuffer_get_length(bufferevent_get_input(c->bev)) >= HTTP_MAX_EARLY)
		bufferevent_disable(c->bev, EV_READ);
}

static void
read_cb(struct bufferevent *bev, void *arg)
{
	struct http_conn *c = arg;

	(void)bev;
	daemon_tick(c->httpd->daemon);
	if ((c->phase == HTTP_STREAMING && !c->has_end) || c->phase == HTTP_LINGERING)
		drain_input(c);
	else if (is_waiting(c->phase) && !c->httpd->ending)
		conn_advance(c);
	else
		leave_unread(c);
}

static void
write_cb(struct bufferevent *bev, void *arg)
{
	struct http_conn *c = arg;

	daemon_tick(c->httpd->daemon);
	if (evbuffer_get_length(bufferevent_get_output(bev)) == 0)
		conn_sent(c);
}

static void
event_cb(struct bufferevent *bev, short what, void *arg)
{
	struct http_conn *c = arg;

	(void)bev;
	daemon_tick(c->httpd->daemon);
	if ((what & BEV_EVENT_EOF) && is_answering(c))
		c->eof = true;
	else
		conn_free(c);
}

static void
timer_cb(evutil_socket_t fd, short what, void *arg)
{
	struct http_conn *c = arg;
	mono_us left;

	(void)fd;
	(void)what;
	daemon_tick(c->httpd->daemon);
	/* A reader who has taken all that is there is not the one who is slow. */
	if (c->has_end && evbuffer_get_length(bufferevent_get_output(c->bev)) == 0)
		c->progress = c->httpd->daemon->now.mono;
	left = c->progress + c->httpd->time_limit - c->httpd->daemon->now.mono;
	if (left > 0)
		arm_timer(c, left);
	else
		conn_free(c);
}

static void
output_cb(struct evbuffer *output, const struct evbuffer_cb_info *info, void *arg)
{
	struct http_conn *c = arg;

	(void)output;
	if (!is_answering(c) && c->phase != HTTP_STREAMING)
		return;
	/* The loop has written. What is added to nothing is what the wait for the reader begins with. */
	if (info->n_deleted > 0)
		daemon_tick(c->httpd->daemon);
	else if (info->orig_size > 0)
		return;
	c->progress = c->httpd->daemon->now.mono;
}

/*
 * Their number.
 */

/* At the limit the connection that idled longest makes room. False: all are busy. */
static bool
make_room(struct httpd *h)
{
	struct http_conn *old = TAILQ_FIRST(&h->waiting);

	if (h->nconns < h->max_conns)
		return true;
	if (old == NULL)
		return false;
	conn_free(old);
	return true;
}

static void
set_tcp_options(evutil_socket_t fd)
{
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof one);
}

/* False: no memory, and the descriptor is still the caller's. */
static bool
conn_open(struct http_conn *c, evutil_socket_t fd)
{
	struct event_base *base = c->httpd->daemon->base;

	c->timer = event_new(base, -1, 0, timer_cb, c);
	c->bev = bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	if (c->timer == NULL || c->bev == NULL ||
	    evbuffer_add_cb(bufferevent_get_output(c->bev), output_cb, c) == NULL ||
	    bufferevent_setfd(c->bev, fd) != 0)
		return false;
	bufferevent_setcb(c->bev, read_cb, write_cb, event_cb, c);
	bufferevent_set_max_single_read(c->bev, READ_BYTES);
	bufferevent_set_max_single_write(c->bev, WRITE_BYTES);
	http_conn_read_at_most(c, HTTP_MAX_HEAD);
	return bufferevent_enable(c->bev, EV_READ | EV_WRITE) == 0;
}

void
http_conn_new(struct http_server *server, evutil_socket_t fd, const struct sockaddr *peer, int peerlen)
{
	struct httpd *h = server->httpd;
	struct http_conn *c;

	if (!make_room(h)) {
		close(fd);
		return;
	}
	c = xcalloc(1, sizeof *c);
	c->httpd = h;
	c->server = server;
	if (!server->is_unix && peerlen == sizeof c->peer)
		memcpy(&c->peer, peer, sizeof c->peer);
	if (!server->is_unix)
		set_tcp_options(fd);
	if (!conn_open(c, fd)) {
		if (c->timer != NULL)
			event_free(c->timer);
		if (c->bev != NULL && bufferevent_getfd(c->bev) == fd)
			bufferevent_free(c->bev);
		else
			close(fd);
		free(c);
		return;
	}
	TAILQ_INSERT_TAIL(&h->waiting, c, link);
	h->nconns++;
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
	h->max_conns = connection_limit();
	h->time_limit = TIME_LIMIT;
	h->patience = PATIENCE;
	h->drain_limit = DRAIN_LIMIT;
}

void
http_conns_release(struct httpd *h)
{
	struct http_conn *c;

	while ((c = TAILQ_FIRST(&h->waiting)) != NULL || (c = TAILQ_FIRST(&h->busy)) != NULL)
		conn_free(c);
}
