/*
 * http_stream.c: see http_stream.h. The client's end is noticed by evhttp, which reads from the connection
 * all the time: what comes is thrown away (http_conn.c).
 */
#include "autoconf.h"

#include "daemon/http_stream.h"

#include <event2/buffer.h>
#include <stdlib.h>

#include "base/xmalloc.h"
#include "daemon/http_internal.h"

struct http_stream {
	struct http_conn *conn;
	struct evhttp_request *req;
	struct evbuffer *piece; /* empty between two calls */
	struct http_stream_callbacks cb;
	void *arg;
};

static void
sent_cb(struct evhttp_connection *evcon, void *arg)
{
	struct http_stream *s = arg;

	(void)evcon;
	daemon_tick(s->conn->httpd->daemon);
	if (s->cb.writable != NULL)
		s->cb.writable(s->arg);
}

static void
stream_free(struct http_stream *s)
{
	if (s->piece != NULL)
		evbuffer_free(s->piece);
	free(s);
}

struct http_stream *
http_stream_start(struct http_request *r, const char *content_type, const char *const *headers,
		  const struct http_stream_callbacks *cb, void *arg)
{
	struct http_stream *s = xcalloc(1, sizeof *s);
	struct evkeyvalq *in = evhttp_request_get_input_headers(r->req);
	struct evkeyvalq *out = evhttp_request_get_output_headers(r->req);
	struct http_conn *c = r->conn;

	s->conn = c;
	s->req = r->req;
	s->cb = *cb;
	s->arg = arg;
	s->piece = evbuffer_new();
	http_add_head(r);
	for (; headers != NULL && headers[0] != NULL; headers += 2)
		evhttp_add_header(out, headers[0], headers[1]);
	if (content_type != NULL)
		evhttp_add_header(out, "Content-Type", content_type);
	/* On HTTP/1.0 the end of the connection is the end of the answer, and a length must not
	   be promised. */
	evhttp_remove_header(in, "Connection");
	http_log_access(r, 200, 0);
	c->request = NULL;
	c->stream = s;
	http_request_free(r);
	http_conn_answer(c, HTTP_STREAMING);
	evhttp_send_reply_start(s->req, 200, http_reason(200));
	evbuffer_drain(bufferevent_get_input(c->bev), evbuffer_get_length(bufferevent_get_input(c->bev)));
	return s;
}

size_t
http_stream_unsent(const struct http_stream *s)
{
	return evbuffer_get_length(bufferevent_get_output(s->conn->bev));
}

void
http_stream_write(struct http_stream *s, const char *data, size_t len)
{
	if (len == 0 || s->piece == NULL || evbuffer_add(s->piece, data, len) != 0)
		return;
	evhttp_send_reply_chunk_with_cb(s->req, s->piece, sent_cb, s);
}

void
http_stream_end(struct http_stream *s)
{
	struct http_conn *c = s->conn;
	struct evhttp_request *req = s->req;

	c->stream = NULL;
	stream_free(s);
	http_conn_answer(c, HTTP_WRITING);
	evhttp_send_reply_end(req);
}

void
http_stream_abort(struct http_stream *s)
{
	evhttp_connection_free(s->conn->evcon);
}

void
http_stream_gone(struct http_stream *s)
{
	/* As in http_request_gone. */
	if (evhttp_request_get_connection(s->req) == NULL)
		evhttp_request_free(s->req);
	if (s->cb.closed != NULL)
		s->cb.closed(s->arg);
	stream_free(s);
}
