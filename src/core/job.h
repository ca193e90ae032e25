/*
 * Starting or stopping many and waiting for all of them: what waits, when a process has settled, and in which
 * order the results are told. Pure; who waits for which process and the lines about waiting are
 * daemon/jobs'.
 */
#ifndef CORE_JOB_H
#define CORE_JOB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "core/fault.h"
#include "core/process.h"

/* One result of a job. */
struct job_result {
	char *group; /* owned */
	char *name;
	enum fault status; /* FAULT_SUCCESS or the fault */
	char *text;        /* extra text of the fault (without its name), NULL: none */
};

enum job_kind {
	JOB_START,
	JOB_STOP,
	JOB_END, /* a stop for the end of the daemon: also of what only waits for a further try */
};

/* One process that takes part. Its names are copied: it may be gone before the results are told. */
struct job_member {
	struct job_result result;
	bool settled;
	mono_us settled_at;
};

struct job_list {
	enum job_kind kind;
	bool in_order; /* results are told in the order of the members */
	mono_us begun;
	struct job_member *members; /* as they begin: by priority, then as they were added */
	size_t n;
	size_t pending; /* members that have not settled */
};

/* A list of n members, none settled, in the order given. */
void job_list_init(struct job_list *list, enum job_kind kind, struct process *const *procs, size_t n,
		   const struct now *now);
void job_list_release(struct job_list *list);

/* Whether somebody who waits has an answer now: FAULT_NONE: wait on; else FAULT_SUCCESS or the fault. */
enum fault job_verdict(enum job_kind kind, const struct process *p);

/* Ends the waiting for one member; a second answer is dropped. text may be NULL. */
void job_list_settle(struct job_list *list, size_t member, enum fault status, const char *text,
		     const struct now *now);

/* All results, when pending is 0: failures first, then by whole seconds until each settled, then in the order of the
   members; of a list that is in_order in that order alone. The array is the caller's, the texts stay the list's. */
struct job_result *job_list_results(const struct job_list *list);

#endif
