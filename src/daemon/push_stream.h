/*
 * Inside the push stream: the room that all streams share, and one stream. Only push*.c include this.
 */
#ifndef DAEMON_PUSH_STREAM_H
#define DAEMON_PUSH_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>
#include <jansson.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"
#include "core/history.h"

struct daemon;
struct http_stream;
struct push;

#define PUSH_LIMIT ((size_t)1024 * 1024) /* unsent bytes at which a reader has fallen behind */
#define PUSH_LOG_LIMIT                                                                                       \
	((size_t)512 * 1024) /* at which log text is skipped: a noisy log leaves room for states */
#define PUSH_LOW_WATER                                                                                       \
	((size_t)64 * 1024)                /* what is made on demand is made while less than this is unsent  \
					    */
#define PUSH_TAIL_MAX ((size_t)256 * 1024) /* of ?log_tail */
#define PUSH_LOG_PIECE ((size_t)16 * 1024) /* of log text in one event */

enum push_kind {
	PUSH_PROCESS = 1 << 0,
	PUSH_GROUP = 1 << 1,
	PUSH_SUPERVISOR = 1 << 2,
	PUSH_CONFIG = 1 << 3,
	PUSH_METRICS = 1 << 4,
	PUSH_LOG = 1 << 5,
	PUSH_ALL = (1 << 6) - 1,
};

/* A place in the process table, in table order, that stays right when groups come (at the end) and go. */
struct push_cursor {
	size_t group, process;
};

enum push_phase {
	PHASE_SNAPSHOT, /* batches are made as the reader takes them */
	PHASE_CATCH_UP, /* records of the ring after `sent`, as the reader takes them */
	PHASE_LIVE,     /* all is sent at once */
	PHASE_BEHIND,   /* too much is unsent: nothing more until that is gone, then a snapshot */
};

struct push_log {
	struct push_stream *stream;
	char *name;
	struct log_tap *tap;
	struct utf8_carry carry; /* a character that a read has cut */
	uint64_t skipped;        /* bytes that the reader was too slow for, not yet told */
	bool rotated;            /* the file ended among them */
};

struct push_stream {
	TAILQ_ENTRY(push_stream) entry;
	struct push *push;
	struct http_stream *http;
	long number;
	char *caller; /* who reads, see core/caller.h; owned; NULL: not known */
	unsigned kinds;
	enum push_phase phase;
	uint64_t sent; /* number of the newest record that the reader has, or will have from the snapshot */
	bool coalesce; /* in CATCH_UP: only the last of what happened to each process */
	bool resumed;
	struct push_cursor cursor;
	struct push_log **logs;
	size_t nlogs;
	char **wanted; /* logs to follow when the first snapshot is out; NULL after that */
	size_t nwanted;
	size_t log_tail;
	mono_us metrics; /* interval, 0: none */
	struct sampler_subscription *sampler;
	struct push_metrics *told;         /* NULL: no metrics are wanted */
	struct push_cursor metrics_cursor; /* into the latest sample */
	bool metrics_ready;                /* some of it is not sent yet */
};

struct push {
	struct daemon *d;
	struct bus_subscription *sub;
	TAILQ_HEAD(push_streams, push_stream) streams;
	long last_number;
	struct event *ping; /* pending while there are streams */
	json_t *config;     /* data of the latest config event; NULL: none */
	struct map *losses; /* "group:name" of processes whose loss is told when loss_timer is due */
	struct event *loss_timer;
	mono_us loss_due;
	struct buf json;  /* scratch: one event's data */
	struct buf frame; /* scratch: events framed */
	struct buf text;  /* scratch: repaired log text */
};

/* push_render.c: events, appended to out. */
void push_render(struct push *push, struct buf *out, const char *event, const char *id, const json_t *data);
#define PUSH_ID_MAX 64
/* "BOOT-N" */
void push_id(const struct push *push, uint64_t seq, char id[PUSH_ID_MAX]);
/* N of this boot's id; 0 when it is none, or none that can be resumed from. */
uint64_t push_parse_id(const struct push *push, const char *id);
/* Who has asked for what the object tells; "" and NULL: nobody, then it says nothing. */
void push_set_who(json_t *object, const char *who);
void push_render_hello(const struct push_stream *s, struct buf *out);
/* What a record means to a stream with these kinds, which may be nothing. then: a process as it was at that
   time, not as it is now. False: it is too much at once, a snapshot has to tell it. */
bool push_render_record(struct push *push, uint64_t seq, unsigned kinds, bool then, struct buf *out);
/* The next batch of a snapshot; false: there is no more. */
bool push_render_batch(struct push *push, struct push_cursor *at, struct buf *out);
/* Takes the object over. */
void push_append_json(struct buf *out, json_t *object);

/* push_metrics.c: what a stream was told of samples. */
struct push_metrics *push_metrics_new(void);
/* NULL is allowed. */
void push_metrics_free(struct push_metrics *m);
/* The next sample is told whole. */
void push_metrics_forget(struct push_metrics *m);
/* Before the group leaves the table. */
void push_metrics_group_leaves(struct push_metrics *m, const struct group *g);
/* The next piece of the latest sample, as far as it says something new to the stream, which may be nothing; false: it was
   the last. */
bool push_render_metrics(struct push_stream *s, struct buf *out);

/* push_stream.c */
/* Sends hello and begins. wanted is taken over. */
void push_stream_begin(struct push_stream *s, uint64_t resume_from);
/* Ends nothing on the wire: the client has gone, or http_stream_end follows. */
void push_stream_free(struct push_stream *s);
/* Makes and sends what the reader has room for. */
void push_stream_pump(struct push_stream *s);
/* A record was appended: frame is what it means to a LIVE stream of these kinds, NULL: a snapshot has to tell
 * it. */
void push_stream_live(struct push_stream *s, uint64_t seq, const struct buf *frame);
/* Before the group with this index leaves the table. */
void push_stream_group_leaves(struct push_stream *s, size_t index);

/* push_log.c */
/* Follows these from now on; those that are followed already go on. */
void push_logs_follow(struct push_stream *s, const char *const *names, size_t n);
void push_logs_release(struct push_stream *s);
/* Tells what was skipped, when there is room. */
void push_logs_tell_skipped(struct push_stream *s);

#endif
