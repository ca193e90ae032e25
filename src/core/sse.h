/*
 * Server-sent events as bytes: the writer that the daemon uses, and an incremental parser for clients. Both
 * follow the HTML standard's text/event-stream: LF, CR or CRLF end a line, several data lines are joined by
 * LF, lines that begin with a colon are comments, the last id stays until another one comes.
 */
#ifndef CORE_SSE_H
#define CORE_SSE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Appends one event. event and id may be NULL and hold no line ends; data may hold any (each becomes LF for
   the reader), and is sent as it is otherwise: it has to be UTF-8. False: out is full; what was appended is
   then taken back. */
bool sse_write(struct buf *out, const char *event, const char *id, const char *data, size_t len);
/* Appends a comment line, which readers skip: it keeps a connection alive. text holds no line ends. */
bool sse_write_comment(struct buf *out, const char *text);

/* One event as it was read. All of it is borrowed for the callback. */
struct sse_event {
	const char *event; /* "message" when none was named */
	const char *id;    /* the last id of the stream, sent with this event or before; NULL: none yet */
	const char *data;  /* NUL-terminated, but may hold NULs */
	size_t data_len;
};

/* May not feed or release the parser. */
typedef void sse_event_fn(void *arg, const struct sse_event *ev);

struct sse_parser {
	sse_event_fn *fn;
	void *arg;
	struct buf line; /* a line that is not yet complete */
	struct buf type;
	struct buf data; /* each data line with LF after it */
	struct buf id;   /* the last id */
	bool has_id;
	bool begun;    /* the first line has been read: no byte order mark from here on */
	bool after_cr; /* an LF that follows belongs to the line end already seen */
	bool failed;
};

/* max_event_bytes limits a line, and the data of one event. */
void sse_parser_init(struct sse_parser *p, size_t max_event_bytes, sse_event_fn *fn, void *arg);
/* Takes the next bytes, cut anywhere, and calls the callback for each event that they complete. False:
   something was longer than the limit; the stream cannot be read any further. */
bool sse_parser_feed(struct sse_parser *p, const char *data, size_t len);
/* Frees. What an unfinished event has left is dropped, as the standard says. */
void sse_parser_release(struct sse_parser *p);

#endif
