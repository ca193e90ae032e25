/*
 * Jobs: starting or stopping many processes at once, and waiting for all of them (startProcess wait=true, start all,
 * stop all ..., and each group at the daemon's end). What settles a member, and in which order the results are told, is
 * core/job's.
 */
#ifndef DAEMON_JOBS_H
#define DAEMON_JOBS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/job.h"

struct daemon;
struct group;
struct job;
struct jobs;

struct jobs *jobs_new(struct daemon *d);
/* NULL is allowed. Those who wait are not told any more. */
void jobs_free(struct jobs *jobs);

/* Called once, when every process of the job has settled. results are borrowed for the call, in the order of
   spec/README.md: failures first, then by whole seconds until each settled, then by (priority, name). */
typedef void job_done_fn(void *arg, const struct job_result *results, size_t n);

/* Starts or stops many at once and waits for all of them, when wait is set (startProcess wait=true, start
   all, stop all ...). procs are those that take part (the caller has left out running or stopped ones where
   the spec says so), in the order in which they are to be handled. Many are begun in slices, between which
   the loop goes on; one whose group is removed before its turn has the result FAULT_BAD_NAME, a start whose turn
   comes when the daemon goes down FAULT_SHUTDOWN_STATE. done may be called before this returns; then NULL is
   returned. who: the caller who asked, or NULL. */
struct job *jobs_run(struct daemon *d, enum job_kind kind, struct process *const *procs, size_t n, bool wait,
		     enum process_cause cause, const char *who, job_done_fn *done, void *arg);
/* The client has gone: done will not be called. The work goes on. */
void jobs_forget(struct job *job);

/* For supervise: the state of p has changed. Gives an answer to those who wait for it, if the new state is one. */
void jobs_settle(struct process *p);
/* p goes away with its group, which is stopped: who waited has had the answer, except at the daemon's end. */
void jobs_drop_process(struct process *p);
/* Members of this group that have not begun do not keep it: their result is FAULT_BAD_NAME. */
void jobs_drop_group(struct jobs *jobs, const struct group *g);

#endif
