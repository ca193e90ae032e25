/* http_stream.c: see http_stream.h. What the client says meanwhile, and its end, are the matter of http_conn.c. */
#include "autoconf.h"

#include "daemon/http_stream.h"

#include <event2/buffer.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/xmalloc.h"
#include "daemon/http_internal.h"

#define MAX_HEAD 8192

struct http_stream {
	struct http_conn *conn;
	bool chunked; /* HTTP/1.1; otherwise the end of the connection is the end of the answer */
	bool only_head;
	struct http_stream_callbacks cb;
	void *arg;
};

static void
send_head(struct http_stream *s, struct http_request *r, const char *content_type, const char *const *headers)
{
	struct buf head = BUF_INIT(MAX_HEAD);

	http_put_status(&head, r, 200);
	if (r->cut)
		http_put_header(&head, "Connection", "close");
	for (; headers != NULL && headers[0] != NULL; headers += 2)
		http_put_header(&head, headers[0], headers[1]);
	if (content_type != NULL)
		http_put_header(&head, "Content-Type", content_type);
	if (s->chunked)
		http_put_header(&head, "Transfer-Encoding", "chunked");
	http_put_end(&head, r);
	http_log_access(r, 200, head.len);
	buf_release(&head);
}

struct http_stream *
http_stream_start(struct http_request *r, const char *content_type, const char *const *headers,
		  const struct http_stream_callbacks *cb, void *arg)
{
	struct http_stream *s = xcalloc(1, sizeof *s);
	struct http_conn *c = r->conn;

	s->conn = c;
	s->chunked = http_head_is_1_1(&r->head);
	s->only_head = http_request_method(r) == HTTP_HEAD;
	s->cb = *cb;
	s->arg = arg;
	if (!s->chunked || r->cut)
		c->close = true;
	c->linger = r->cut || c->skip > 0;
	send_head(s, r, content_type, headers);
	http_request_free(r);
	http_conn_stream(c, s, cb->has_end);
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
	char size[32];

	if (len == 0 || s->only_head)
		return;
	if (s->chunked)
		http_conn_send(s->conn, size, (size_t)snprintf(size, sizeof size, "%zx\r\n", len));
	http_conn_send(s->conn, data, len);
	if (s->chunked)
		http_conn_send(s->conn, "\r\n", 2);
}

void
http_stream_end(struct http_stream *s)
{
	struct http_conn *c = s->conn;

	/* After a HEAD this would be taken for the next answer. */
	if (s->chunked && !s->only_head)
		http_conn_send(c, "0\r\n\r\n", 5);
	free(s);
	http_conn_answered(c);
}

void
http_stream_sent(struct http_stream *s)
{
	if (s->cb.writable != NULL)
		s->cb.writable(s->arg);
}

void
http_stream_abort(struct http_stream *s)
{
	http_conn_fail(s->conn);
}

void
http_stream_gone(struct http_stream *s)
{
	if (s->cb.closed != NULL)
		s->cb.closed(s->arg);
	free(s);
}
