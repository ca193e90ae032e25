/* Inside /metrics: the table of the families. Only metrics*.c include this. */
#ifndef DAEMON_METRICS_TABLE_H
#define DAEMON_METRICS_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "core/process_table.h"
#include "core/prom.h"

struct daemon;

/* What a child uses, by itself. */
struct metrics_usage {
	uint64_t id; /* of its process */
	pid_t pid;
	uint64_t ticks; /* CPU time, in clock ticks */
	int64_t rss;    /* bytes */
	int64_t threads;
	int64_t fds; /* -1: the kernel does not tell */
};

/* Of the whole daemon, taken while all processes were looked at. */
struct metrics_totals {
	const struct daemon *daemon;
	int64_t states[PROCESS_NSTATES]; /* processes in each state */
	struct metrics_usage own;        /* pid 0: unknown */
};

/* Where samples go, and the name of their family. */
struct metrics_out {
	struct buf *text;
	const char *name;
};

/* Exactly one of the three functions is there; each may write no sample, or many. */
struct metrics_family {
	const char *name;
	enum prom_type type;
	const char *help;
	/* usage: NULL when the process does not run. */
	void (*process)(struct metrics_out *out, const struct process *p, const struct metrics_usage *usage);
	void (*group)(struct metrics_out *out, const struct group *g);
	void (*whole)(struct metrics_out *out, const struct metrics_totals *totals);
};

extern const struct metrics_family metrics_families[];
extern const size_t metrics_nfamilies;

#endif
