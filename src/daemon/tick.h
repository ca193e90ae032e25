/*
 * TICK events: told on the bus when a slice of the wall clock begins, only while somebody wants that period. With hours
 * alone the daemon wakes once an hour, with none never.
 */
#ifndef DAEMON_TICK_H
#define DAEMON_TICK_H

#include <stdbool.h>

#include "core/slices.h"

struct daemon;
struct tick;

struct tick *tick_new(struct daemon *d);
/* NULL is allowed. */
void tick_free(struct tick *t);
void tick_want(struct tick *t, enum slice_period period, bool wanted);

#endif
