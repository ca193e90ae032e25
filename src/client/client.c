/*
 * client.c: see client.h.
 *
 * A request goes through these steps, each begun from the loop: look up the host, try its addresses one after
 * the other, write the request, read the reply. Between requests the connection stays open if the server lets
 * it, and its end is noticed when it comes (or, if the loop did not run meanwhile, by a look at the socket
 * before it is used again).
 *
 * Callbacks may free the connection. `depth` counts the frames of this file that are on the stack above it;
 * the memory goes when the outermost returns.
 */
#include "autoconf.h"

#include "client/client.h"

#include <errno.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/dns.h>
#include <event2/event.h>
#include <event2/util.h>

#include "base/xmalloc.h"

/* How much of a reply may wait in memory for its reader. */
#define READ_HIGH_WATER (256 * 1024)
/* A UNIX socket whose queue is full refuses a non-blocking connect with EAGAIN; there is no event to wait
 * for. */
#define RETRY_FULL_QUEUE ((struct timeval){.tv_usec = 20000})

enum conn_step {
	STEP_CLOSED,
	STEP_BEGIN, /* a request waits for the loop */
	STEP_LOOKUP,
	STEP_CONNECT,
	STEP_REPLY,
	STEP_IDLE, /* open, nothing asked */
};

struct client_conn {
	struct event_base *base; /* borrowed */
	struct evdns_base *dns;  /* borrowed */
	struct client_address address;
	struct client_error bad_address; /* what the first request will be told */
	char *host;                      /* for the Host header */
	struct timeval timeout;
	const struct client_conn_ops *ops;
	void *arg;

	enum conn_step step;
	struct buf request;
	struct http_reply reply;

	struct evdns_getaddrinfo_request *lookup;
	struct evutil_addrinfo *found; /* the list, owned */
	struct evutil_addrinfo *next;  /* the one to try next */
	evutil_socket_t fd;            /* while connecting; -1 else */
	struct event *turn;            /* begins a step from the loop, and waits for a connect */
	struct event *deadline;        /* of connecting */
	struct bufferevent *bev;       /* once connected; owns the descriptor */

	unsigned depth;
	bool dead;
};

static void conn_connect(struct client_conn *conn);

/* Credentials */

char *
client_authorization(const struct client_options *options)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	struct buf out = BUF_INIT(SIZE_MAX / 2);
	unsigned char *in;
	char *plain;
	size_t len;

	if (options->username == NULL || options->password == NULL)
		return NULL;
	plain = xasprintf("%s:%s", options->username, options->password);
	len = strlen(plain);
	in = (unsigned char *)plain;
	buf_puts(&out, "Basic ");
	for (size_t i = 0; i < len; i += 3) {
		unsigned long three = (unsigned long)in[i] << 16 |
				      (unsigned long)(i + 1 < len ? in[i + 1] : 0) << 8 |
				      (i + 2 < len ? in[i + 2] : 0);

		buf_putc(&out, digits[three >> 18 & 63]);
		buf_putc(&out, digits[three >> 12 & 63]);
		buf_putc(&out, i + 1 < len ? digits[three >> 6 & 63] : '=');
		buf_putc(&out, i + 2 < len ? digits[three & 63] : '=');
	}
	free(plain);
	return buf_steal(&out);
}

/* Life of a connection */

/* Forgets everything about the network; what was asked is gone. */
static void
conn_close(struct client_conn *conn)
{
	if (conn->lookup != NULL)
		evdns_getaddrinfo_cancel(conn->lookup);
	conn->lookup = NULL;
	if (conn->found != NULL)
		evutil_freeaddrinfo(conn->found);
	conn->found = conn->next = NULL;
	event_del(conn->turn);
	event_del(conn->deadline);
	if (conn->fd != -1)
		close(conn->fd);
	conn->fd = -1;
	if (conn->bev != NULL)
		bufferevent_free(conn->bev);
	conn->bev = NULL;
	conn->step = STEP_CLOSED;
}

static void
conn_enter(struct client_conn *conn)
{
	conn->depth++;
}

static void
conn_leave(struct client_conn *conn)
{
	if (--conn->depth > 0 || !conn->dead)
		return;
	event_free(conn->turn);
	event_free(conn->deadline);
	client_address_release(&conn->address);
	client_error_release(&conn->bad_address);
	http_reply_release(&conn->reply);
	buf_release(&conn->request);
	free(conn->host);
	free(conn);
}

void
client_conn_free(struct client_conn *conn)
{
	if (conn == NULL || conn->dead)
		return;
	conn_enter(conn);
	conn_close(conn);
	conn->dead = true;
	conn_leave(conn);
}

/* The exchange ends with e. The owner may ask the next thing, or free the connection, from its callback. */
static void
conn_done(struct client_conn *conn, struct client_error *e)
{
	conn->ops->done(conn->arg, e);
	client_error_release(e);
}

static void
conn_fail(struct client_conn *conn, struct client_error *e)
{
	conn_close(conn);
	conn_done(conn, e);
}

static void
conn_fail_os(struct client_conn *conn, enum client_where where, int code)
{
	struct client_error e = CLIENT_ERROR_INIT;

	client_error_os(&e, where, code);
	conn_fail(conn, &e);
}

/* Exchange */

static void
conn_reply_over(struct client_conn *conn)
{
	struct client_error e = CLIENT_ERROR_INIT;

	if (conn->reply.phase == HTTP_FAILED)
		client_error_copy(&e, &conn->reply.error);
	if (e.kind != CLIENT_OK || !conn->reply.keep_alive)
		conn_close(conn);
	else
		conn->step = STEP_IDLE;
	conn_done(conn, &e);
}

static bool
conn_head(void *arg, const struct http_reply *reply)
{
	struct client_conn *conn = arg;

	return (conn->ops->sink.head == NULL || conn->ops->sink.head(conn->arg, reply)) && !conn->dead;
}

static bool
conn_body(void *arg, const char *data, size_t len)
{
	struct client_conn *conn = arg;

	return (conn->ops->sink.body == NULL || conn->ops->sink.body(conn->arg, data, len)) && !conn->dead;
}

static const struct http_sink conn_sink = {.head = conn_head, .body = conn_body};

/* Bytes or an end that nobody asked for: the connection is of no use any more. A request that is about to be
   sent gets a new one. */
static void
conn_unasked(struct client_conn *conn)
{
	if (conn->step == STEP_BEGIN) {
		bufferevent_free(conn->bev);
		conn->bev = NULL;
	} else {
		conn_close(conn);
	}
}

static void
conn_read_cb(struct bufferevent *bev, void *arg)
{
	struct client_conn *conn = arg;
	struct evbuffer *in = bufferevent_get_input(bev);
	struct evbuffer_iovec piece;

	conn_enter(conn);
	if (conn->step != STEP_REPLY)
		conn_unasked(conn);
	while (conn->step == STEP_REPLY && evbuffer_get_length(in) > 0) {
		size_t used;

		evbuffer_peek(in, -1, NULL, &piece, 1);
		used = http_reply_feed(&conn->reply, &conn_sink, conn, piece.iov_base, piece.iov_len);

		if (conn->bev != bev)
			break;
		evbuffer_drain(in, used);
		if (conn->reply.phase == HTTP_DONE || conn->reply.phase == HTTP_FAILED)
			conn_reply_over(conn);
	}
	conn_leave(conn);
}

static void
conn_event_cb(struct bufferevent *bev, short what, void *arg)
{
	struct client_conn *conn = arg;
	int code = EVUTIL_SOCKET_ERROR();

	conn_enter(conn);
	if (conn->step != STEP_REPLY) {
		conn_unasked(conn);
	} else if (what & BEV_EVENT_EOF) {
		/* What was read before the end is looked at first. */
		conn_read_cb(bev, conn);
		if (conn->step == STEP_REPLY && conn->bev == bev) {
			http_reply_eof(&conn->reply, &conn_sink, conn);
			conn_reply_over(conn);
		}
	} else if (what & BEV_EVENT_ERROR) {
		conn_fail_os(conn, what & BEV_EVENT_WRITING ? CLIENT_AT_SEND : CLIENT_AT_RECEIVE, code);
	}
	conn_leave(conn);
}

static void
conn_send(struct client_conn *conn)
{
	struct evbuffer *out = bufferevent_get_output(conn->bev);

	http_reply_release(&conn->reply);
	conn->step = STEP_REPLY;
	if (evbuffer_add(out, conn->request.data, conn->request.len) != 0)
		conn_fail_os(conn, CLIENT_AT_SEND, ENOMEM);
	buf_release(&conn->request);
}

static void
conn_connected(struct client_conn *conn)
{
	event_del(conn->turn);
	event_del(conn->deadline);
	conn->bev = bufferevent_socket_new(conn->base, conn->fd, BEV_OPT_CLOSE_ON_FREE);
	if (conn->bev == NULL) {
		conn_fail_os(conn, CLIENT_AT_SEND, ENOMEM);
		return;
	}
	conn->fd = -1;
	bufferevent_setcb(conn->bev, conn_read_cb, NULL, conn_event_cb, conn);
	bufferevent_setwatermark(conn->bev, EV_READ, 0, READ_HIGH_WATER);
	bufferevent_enable(conn->bev, EV_READ | EV_WRITE);
	conn_send(conn);
}

/* Connecting */

static enum client_where
conn_where(const struct client_conn *conn)
{
	return conn->address.is_unix ? CLIENT_AT_CONNECT_UNIX : CLIENT_AT_CONNECT_TCP;
}

static void
conn_wait(struct client_conn *conn, evutil_socket_t fd, short events, const struct timeval *when)
{
	event_del(conn->turn);
	event_assign(conn->turn, conn->base, fd, events, event_get_callback(conn->turn), conn);
	event_add(conn->turn, when);
}

/* One address did not work: the next one, or, if there is none, the end. */
static void
conn_try_next(struct client_conn *conn, int code)
{
	event_del(conn->turn);
	if (conn->fd != -1)
		close(conn->fd);
	conn->fd = -1;
	if (conn->next != NULL)
		conn_connect(conn);
	else
		conn_fail_os(conn, conn_where(conn), code);
}

static void
conn_connect_to(struct client_conn *conn, const struct sockaddr *to, socklen_t len)
{
	struct timeval retry = RETRY_FULL_QUEUE;

	if (conn->fd == -1)
		conn->fd = socket(to->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (conn->fd == -1) {
		conn_try_next(conn, errno);
		return;
	}
	conn->step = STEP_CONNECT;
	if (connect(conn->fd, to, len) == 0)
		conn_connected(conn);
	else if (errno == EINPROGRESS || errno == EINTR)
		conn_wait(conn, conn->fd, EV_WRITE, NULL);
	else if (errno == EAGAIN && to->sa_family == AF_UNIX)
		conn_wait(conn, -1, 0, &retry);
	else
		conn_try_next(conn, errno);
}

static void
conn_connect_unix(struct client_conn *conn)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t len = strlen(conn->address.path);
	struct client_error e = CLIENT_ERROR_INIT;

	if (len >= sizeof(to.sun_path)) {
		client_error_set(&e, CLIENT_PATH_TOO_LONG, 0, "AF_UNIX path too long");
		conn_fail(conn, &e);
		return;
	}
	memcpy(to.sun_path, conn->address.path, len);
	/* With its NUL; but an empty path is none, not the socket whose abstract name is empty. */
	conn_connect_to(conn, (const struct sockaddr *)&to,
			(socklen_t)(offsetof(struct sockaddr_un, sun_path) + (len > 0 ? len + 1 : 0)));
}

static void
conn_connect(struct client_conn *conn)
{
	struct evutil_addrinfo *ai = conn->next;

	if (conn->address.is_unix) {
		conn_connect_unix(conn);
		return;
	}
	conn->next = ai->ai_next;
	conn_connect_to(conn, ai->ai_addr, (socklen_t)ai->ai_addrlen);
}

static void
conn_found(struct client_conn *conn, int code, struct evutil_addrinfo *list)
{
	struct client_error e = CLIENT_ERROR_INIT;

	conn->lookup = NULL;
	if (code != 0 || list == NULL) {
		client_error_set(&e, CLIENT_RESOLVE, code, "%s", gai_strerror(code));
		conn_fail(conn, &e);
		return;
	}
	conn->found = conn->next = list;
	conn_connect(conn);
}

static void
conn_found_cb(int code, struct evutil_addrinfo *list, void *arg)
{
	struct client_conn *conn = arg;

	/* Cancelled by conn_close: the owner has been told, or does not want to be. */
	if (code == EVUTIL_EAI_CANCEL)
		return;
	conn_enter(conn);
	conn_found(conn, code, list);
	conn_leave(conn);
}

static void
conn_lookup(struct client_conn *conn)
{
	struct evutil_addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *list = NULL;
	const char *host = *conn->address.host != '\0' ? conn->address.host : NULL;
	char port[16];
	int code;

	conn->step = STEP_LOOKUP;
	snprintf(port, sizeof(port), "%d", conn->address.port);
	if (conn->dns == NULL) {
		code = getaddrinfo(host, port, &hints, &list);
		conn_found(conn, code, list);
	} else {
		/* NULL when the answer, from the hosts file or a number, has been given already. */
		struct evdns_getaddrinfo_request *lookup =
		    evdns_getaddrinfo(conn->dns, host, port, &hints, conn_found_cb, conn);

		if (lookup != NULL)
			conn->lookup = lookup;
	}
}

static void
conn_begin(struct client_conn *conn)
{
	struct client_error e = CLIENT_ERROR_INIT;

	if (conn->bad_address.kind != CLIENT_OK) {
		client_error_copy(&e, &conn->bad_address);
		conn_fail(conn, &e);
		return;
	}
	if (conn->request.failed) {
		client_error_set(&e, CLIENT_BAD_CALL, 0, "the request is too long");
		conn_fail(conn, &e);
		return;
	}
	if (timerisset(&conn->timeout))
		evtimer_add(conn->deadline, &conn->timeout);
	if (conn->address.is_unix)
		conn_connect(conn);
	else
		conn_lookup(conn);
}

static void
conn_turn_cb(evutil_socket_t fd, short what, void *arg)
{
	struct client_conn *conn = arg;
	socklen_t len = sizeof(int);
	int code = 0;

	(void)what;
	conn_enter(conn);
	if (conn->step == STEP_BEGIN && conn->bev != NULL)
		conn_send(conn);
	else if (conn->step == STEP_BEGIN)
		conn_begin(conn);
	else if (conn->step == STEP_CONNECT && fd == -1)
		conn_connect(conn);
	else if (conn->step == STEP_CONNECT && getsockopt(fd, SOL_SOCKET, SO_ERROR, &code, &len) == 0 &&
		 code == 0)
		conn_connected(conn);
	else
		conn_try_next(conn, code != 0 ? code : errno);
	conn_leave(conn);
}

static void
conn_deadline_cb(evutil_socket_t fd, short what, void *arg)
{
	struct client_conn *conn = arg;
	struct client_error e = CLIENT_ERROR_INIT;

	(void)fd;
	(void)what;
	conn_enter(conn);
	client_error_set(&e, CLIENT_TIMEOUT, 0, "no connection within %lld s",
			 (long long)conn->timeout.tv_sec);
	conn_fail(conn, &e);
	conn_leave(conn);
}

/* What the others use */

struct client_conn *
client_conn_new(struct event_base *base, const struct client_options *options,
		const struct client_conn_ops *ops, void *arg)
{
	struct client_conn *conn = xcalloc(1, sizeof(*conn));

	conn->base = base;
	conn->dns = options->dns;
	conn->timeout = options->connect_timeout;
	conn->ops = ops;
	conn->arg = arg;
	conn->fd = -1;
	buf_init(&conn->request, SIZE_MAX / 2);
	http_reply_init(&conn->reply);
	client_address_parse(&conn->address, options->url, &conn->bad_address);
	conn->host = client_address_host_header(&conn->address);
	conn->turn = event_new(base, -1, 0, conn_turn_cb, conn);
	conn->deadline = evtimer_new(base, conn_deadline_cb, conn);
	return conn;
}

const char *
client_conn_host(const struct client_conn *conn)
{
	return conn->host;
}

const struct http_reply *
client_conn_reply(const struct client_conn *conn)
{
	return &conn->reply;
}

/* A kept connection that the server has closed meanwhile, or on which it said something unasked. */
static bool
conn_is_stale(const struct client_conn *conn)
{
	char byte;

	return conn->step != STEP_IDLE ||
	       recv(bufferevent_getfd(conn->bev), &byte, 1, MSG_PEEK | MSG_DONTWAIT) != -1 || errno != EAGAIN;
}

void
client_conn_request(struct client_conn *conn, struct buf *request)
{
	struct timeval at_once = {0};

	if (conn->bev != NULL && conn_is_stale(conn))
		conn_close(conn);
	buf_release(&conn->request);
	conn->request = *request;
	buf_init(request, request->max);
	conn->step = STEP_BEGIN;
	conn_wait(conn, -1, 0, &at_once);
}
