/*
 * Reading one HTTP/1.x reply, as the bytes come: status line, headers, and a body that ends by its length, by
 * its last chunk or with the connection. Pure: the body is handed on piece by piece and never kept here.
 */
#ifndef CLIENT_CLIENT_HTTP_H
#define CLIENT_CLIENT_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "client/client_error.h"

#define HTTP_LINE_MAX 65536  /* bytes of a status line, a header, the size of a chunk or a trailer */
#define HTTP_HEADERS_MAX 100 /* lines of headers, the empty one among them */

enum http_phase {
	HTTP_STATUS_LINE,
	HTTP_HEADERS,
	HTTP_BODY,       /* `left` bytes are to come */
	HTTP_BODY_CLOSE, /* the body ends with the connection */
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK_DATA,
	HTTP_CHUNK_END, /* `left` bytes of the line's end are to come */
	HTTP_TRAILERS,
	HTTP_DONE,
	HTTP_FAILED,
};

struct http_reply;

/* What the parser reports to. A false answer ends the parsing: the rest of the bytes is not wanted. */
struct http_sink {
	bool (*head)(void *arg, const struct http_reply *reply);
	bool (*body)(void *arg, const char *data, size_t len);
};

struct http_reply {
	enum http_phase phase;
	int status;
	char *reason; /* owned */
	bool chunked;
	bool keep_alive; /* the server leaves the connection open after this reply */
	bool has_length;
	bool headers_over; /* a line that is no header has come: those after it do not count */
	unsigned seen;     /* bit by bit, which of the known headers have come */
	unsigned headers;  /* lines of them */
	uint64_t left;     /* bytes to come of the body or of the chunk */
	uint64_t received; /* bytes of the body so far */
	uint64_t whole;    /* those of them in chunks that came whole */
	struct buf line;
	struct client_error error; /* set in HTTP_FAILED */
};

void http_reply_init(struct http_reply *r);
void http_reply_release(struct http_reply *r);
/* Takes bytes until the reply is complete or has failed; returns how many were used. */
size_t http_reply_feed(struct http_reply *r, const struct http_sink *sink, void *arg, const char *data,
		       size_t len);
/* The connection has ended. Leaves HTTP_DONE or HTTP_FAILED. */
void http_reply_eof(struct http_reply *r, const struct http_sink *sink, void *arg);

#endif
