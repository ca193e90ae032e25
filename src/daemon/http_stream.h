/*
 * A bounded streaming reply: chunked on HTTP/1.1, raw until close on 1.0. It never grows beyond its limit:
 * the writer looks before it appends, and is told when there is room again.
 */
#ifndef DAEMON_HTTP_STREAM_H
#define DAEMON_HTTP_STREAM_H

#include <stdbool.h>
#include <stddef.h>

struct http_request;
struct http_stream;

struct http_stream_callbacks {
	/* An answer like any other: who has asked for it may ask on meanwhile and close his side, and is cut off when he takes
	   nothing for a minute. Of one without an end the reader has nothing to say, and is gone when he closes. */
	bool has_end;
	void (*writable)(void *arg); /* what was unsent has gone out; may be NULL */
	void (*closed)(void *arg);   /* the client has gone: the stream is freed when this returns */
};

/* Sends the head and takes the request over. headers: pairs of name and value, NULL-terminated; may be NULL.
   content_type may be NULL when it is among them. */
struct http_stream *http_stream_start(struct http_request *r, const char *content_type,
				      const char *const *headers, const struct http_stream_callbacks *cb,
				      void *arg);
/* Bytes handed over and not yet taken by the kernel. */
size_t http_stream_unsent(const struct http_stream *s);
/* Appends (as one chunk). Look at http_stream_unsent before: what is appended is kept until it is sent. */
void http_stream_write(struct http_stream *s, const char *data, size_t len);
/* Ends the reply; closed is not called. The stream is gone. */
void http_stream_end(struct http_stream *s);
/* Cuts the connection, so that nobody takes what was sent for a whole reply. It happens soon: then closed is called. */
void http_stream_abort(struct http_stream *s);

#endif
