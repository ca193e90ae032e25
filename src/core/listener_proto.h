/*
 * What an event listener says on its stdout, as an incremental parser: READY when it wants an event, RESULT with a
 * length and as many bytes when it is done with one (spec/events.md 3). It says what happened as data; whoever feeds it
 * logs, and does what follows for the event.
 */
#ifndef CORE_LISTENER_PROTO_H
#define CORE_LISTENER_PROTO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum listener_state {
	LISTENER_ACKNOWLEDGED, /* is to say READY */
	LISTENER_READY,        /* may be sent an event */
	LISTENER_BUSY,         /* has one */
	LISTENER_UNKNOWN,      /* has broken the protocol: not listened to until it is started again */
};
/* "ACKNOWLEDGED", ... */
const char *listener_state_name(enum listener_state state);

struct listener_proto {
	enum listener_state state;
	struct buf line;   /* the READY or result line so far */
	bool has_length;   /* the result line has been read */
	uint64_t length;   /* of the result */
	uint64_t received; /* of it */
	char result[2];    /* its beginning: enough to know OK */
};

void listener_proto_init(struct listener_proto *lp);
void listener_proto_release(struct listener_proto *lp);
/* A new child: nothing of what the last one said is left. */
void listener_proto_reset(struct listener_proto *lp);
/* An event has been written to it: READY -> BUSY. */
void listener_proto_sent(struct listener_proto *lp);

enum listener_news_type {
	LISTENER_NEWS_NONE,      /* nothing yet: all bytes were taken */
	LISTENER_NEWS_READY,     /* ACKNOWLEDGED -> READY */
	LISTENER_NEWS_RESULT,    /* BUSY -> ACKNOWLEDGED: the result is whole */
	LISTENER_NEWS_BAD_LINE,  /* BUSY -> UNKNOWN: no result line */
	LISTENER_NEWS_VIOLATION, /* -> UNKNOWN: something was said that must not be said now */
};

struct listener_news {
	enum listener_news_type type;
	enum listener_state from, to; /* equal when nothing happened */
	bool ok;                      /* RESULT: it is OK */
	const char *line;             /* BAD_LINE: without its newline, VIOLATION: the beginning of what was
					 said; valid until the next call */
	size_t len;
};

/* Takes bytes up to the next thing that happens. Returns how many; call again with the rest until news are NONE. */
size_t listener_proto_feed(struct listener_proto *lp, const char *data, size_t len,
			   struct listener_news *news);

#endif
