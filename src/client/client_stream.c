/* client_stream.c: see client_stream.h. */
#include "autoconf.h"

#include "client/client_stream.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/xmalloc.h"

#define REQUEST_MAX (1024 * 1024)

struct client_stream {
	struct client_conn *conn;
	const struct client_stream_ops *ops;
	void *arg;
};

static bool
stream_head(void *arg, const struct http_reply *reply)
{
	struct client_stream *stream = arg;

	if (reply->status != 200)
		return false;
	if (stream->ops->open != NULL)
		stream->ops->open(stream->arg);
	return true;
}

static bool
stream_body(void *arg, const char *data, size_t len)
{
	struct client_stream *stream = arg;

	stream->ops->data(stream->arg, data, len);
	return true;
}

static void
stream_done(void *arg, const struct client_error *e)
{
	struct client_stream *stream = arg;
	const struct http_reply *reply = client_conn_reply(stream->conn);
	struct client_error refused = CLIENT_ERROR_INIT;

	if (e->kind == CLIENT_OK && reply->status != 200) {
		client_error_set(&refused, CLIENT_STATUS, reply->status, "%s", reply->reason);
		e = &refused;
	}
	stream->ops->end(stream->arg, e);
	client_error_release(&refused);
}

static const struct client_conn_ops stream_ops = {
    .sink = {.head = stream_head, .body = stream_body},
    .done = stream_done,
};

struct client_stream *
client_stream_open(struct event_base *base, const struct client_options *options, const char *path,
		   const char *accept, const char *last_event_id, const struct client_stream_ops *ops,
		   void *arg)
{
	struct client_stream *stream = xcalloc(1, sizeof(*stream));
	char *authorization = client_authorization(options);
	struct buf request = BUF_INIT(REQUEST_MAX);

	stream->ops = ops;
	stream->arg = arg;
	stream->conn = client_conn_new(base, options, &stream_ops, stream);
	buf_printf(&request, "GET %s HTTP/1.1\r\nHost: %s\r\nAccept: %s\r\nUser-Agent: cvisor/%s\r\n", path,
		   client_conn_host(stream->conn), accept != NULL ? accept : "*/*", PACKAGE_VERSION);
	if (last_event_id != NULL)
		buf_printf(&request, "Last-Event-ID: %s\r\n", last_event_id);
	if (authorization != NULL)
		buf_printf(&request, "Authorization: %s\r\n", authorization);
	buf_puts(&request, "\r\n");
	free(authorization);
	client_conn_request(stream->conn, &request);
	return stream;
}

void
client_stream_close(struct client_stream *stream)
{
	if (stream == NULL)
		return;
	client_conn_free(stream->conn);
	free(stream);
}
