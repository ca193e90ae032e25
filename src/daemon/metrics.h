/*
 * GET /metrics (doc/metrics.md): what Prometheus scrapes. Nothing is sampled between two scrapes. What each family is
 * called and says is in metrics_table.c.
 */
#ifndef DAEMON_METRICS_H
#define DAEMON_METRICS_H

struct daemon;
struct metrics;

struct metrics *metrics_new(struct daemon *d);
/* Ends what is being answered. NULL is allowed. */
void metrics_free(struct metrics *m);

#endif
