/*
 * Replies that never end: the log streams of `tail -f`, and the push stream /events. The body is handed on as
 * it comes; what it means (text, server-sent events) is its reader's affair.
 */
#ifndef CLIENT_CLIENT_STREAM_H
#define CLIENT_CLIENT_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include "client/client.h"
#include "client/client_error.h"

struct client_stream;

struct client_stream_ops {
	/* The stream is open: status 200. May be NULL. */
	void (*open)(void *arg);
	void (*data)(void *arg, const char *data, size_t len);
	/* It is over: CLIENT_OK when the server ended it properly, CLIENT_DISCONNECTED and CLIENT_TRUNCATED
	   when the connection ended, CLIENT_STATUS when it was refused. The error is borrowed. Nothing comes
	   after it. */
	void (*end)(void *arg, const struct client_error *e);
};

/* GET path, which is sent as it is. accept (a media type) and last_event_id may be NULL. All callbacks may
   close the stream. */
struct client_stream *client_stream_open(struct event_base *base, const struct client_options *options,
					 const char *path, const char *accept, const char *last_event_id,
					 const struct client_stream_ops *ops, void *arg);
/* Calls nobody; also after the end. */
void client_stream_close(struct client_stream *stream);

#endif
