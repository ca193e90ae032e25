/*
 * What process trees use: CPU, memory, threads, read from /proc while somebody subscribes, at the shortest
 * interval that is asked for. Without a subscriber there is no timer and nothing is kept.
 */
#ifndef DAEMON_SAMPLER_H
#define DAEMON_SAMPLER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "core/process.h"

struct daemon;
struct sampler;
struct sampler_subscription;

#define SAMPLER_MIN_INTERVAL SECOND_US

/* A program and all its descendants together. */
struct sampler_usage {
	double cpu;  /* percent of one core since the sample before; 0 in the first */
	int64_t rss; /* bytes */
	long threads;
	double out_rate; /* bytes of output a second since the sample before; 0 in the first */
	uint64_t out;    /* output_bytes of the process when the sample was taken */
};

struct sampler_host {
	double load[3];
	int64_t mem_total, mem_available; /* bytes */
};

/* A sample has been taken. May subscribe and unsubscribe. */
typedef void sampler_fn(void *arg);

struct sampler *sampler_new(struct daemon *d);
/* NULL is allowed. */
void sampler_free(struct sampler *s);
/* The first sample comes with the next turn of the loop, further ones each interval (at least a second). */
struct sampler_subscription *sampler_subscribe(struct sampler *s, mono_us interval, sampler_fn *fn,
					       void *arg);
/* NULL is allowed. */
void sampler_unsubscribe(struct sampler_subscription *sub);

/* From the latest sample; NULL: the process was not running then. */
const struct sampler_usage *sampler_usage(const struct sampler *s, const struct process *p);
const struct sampler_host *sampler_host(const struct sampler *s);

#endif
