/*
 * The push stream: GET /events (doc/push-stream.md). One subscriber is a plain struct with its filter, its
 * followed logs and a bounded amount of unsent bytes; one that falls behind gets a fresh snapshot.
 */
#ifndef DAEMON_PUSH_H
#define DAEMON_PUSH_H

#include <stdbool.h>
#include <stddef.h>

struct daemon;
struct push;

/* The number of this protocol and of the cvisor methods: it grows when a client has to know of a change. */
#define PUSH_API 1

/* Subscribes to the bus and keeps the ring d->history. Makes d->history and d->sampler when they are NULL;
   they stay the daemon's, which frees them after push_free. */
struct push *push_new(struct daemon *d);
/* Ends all streams. NULL is allowed. */
void push_free(struct push *push);

/* Readers that there are. */
size_t push_nstreams(const struct push *push);

#define PUSH_MAX_LOGS 64 /* that one stream may follow */
/* Whether it is ":main" or "GROUP:NAME:stdout" or "GROUP:NAME:stderr". There need not be such a process. */
bool push_log_is_valid(const char *log);
/* cvisor.follow: the logs that stream number `stream` follows from now on, at most PUSH_MAX_LOGS valid ones;
   those that it follows already go on without a gap. False: no such stream. */
bool push_follow(struct push *push, long stream, const char *const *logs, size_t n);

#endif
