/*
 * The push stream: GET /events. One subscriber is a plain struct with its filter, its followed logs and a bounded
 * amount of unsent bytes; one that falls behind gets a fresh snapshot.
 */
#ifndef DAEMON_PUSH_H
#define DAEMON_PUSH_H

#include <stdbool.h>
#include <stddef.h>

struct daemon;
struct push;

/* Subscribes to the bus and keeps the ring d->history. Makes d->history and d->sampler when they are NULL; they stay the
   daemon's, which frees them after push_free. */
struct push *push_new(struct daemon *d);
/* Ends all streams. NULL is allowed. */
void push_free(struct push *push);
/* cvisor.follow: the logs that stream number `stream` follows from now on. False: no such stream. */
bool push_follow(struct push *push, long stream, const char *const *logs, size_t n);

#endif
