/*
 * The bridge from deciding to doing: feeds events to process_sm and carries out the actions that it returns
 * (spawn, signal, timer, log line, bus event). Nobody else changes a process.
 */
#ifndef DAEMON_SUPERVISE_H
#define DAEMON_SUPERVISE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/fault.h"
#include "core/job.h"
#include "core/process_table.h"

struct daemon;

struct supervise *supervise_new(struct daemon *d);
void supervise_free(struct supervise *s);

/* Requests concerning one process; the first that applies of spec/xmlrpc.md 5.1, 5.3, 5.4 and 5.12 answers.
   They return FAULT_NONE or the fault, with the extra text (without "NAME: ") in err->what where the spec has
   one: the command's problem for NO_FILE and NOT_EXECUTABLE, the message of a failed kill for FAILED. The
   state of the daemon is not looked at: the RPC layer does that. None of them waits. */
enum fault supervise_start(struct daemon *d, struct process *p, enum process_cause cause, struct err *err);
enum fault supervise_stop(struct daemon *d, struct process *p, enum process_cause cause, struct err *err);
/* sig is a valid signal number, 0 included. */
enum fault supervise_signal(struct daemon *d, struct process *p, int sig, struct err *err);
enum fault supervise_stdin(struct daemon *d, struct process *p, const char *data, size_t len,
			   struct err *err);

struct job;
/* Called once, when every process of the job has settled. results are borrowed for the call, in the order of
   spec/README.md: failures first, then by whole seconds until each settled, then by (priority, name). */
typedef void job_done_fn(void *arg, const struct job_result *results, size_t n);

/* Starts or stops many at once and waits for all of them, when wait is set (startProcess wait=true, start
   all, stop all ...). procs are those that take part (the caller has left out running or stopped ones where
   the spec says so), in the order in which they are to be handled. Many are begun in slices, between which
   the loop goes on; one whose group is removed before its turn has the result FAULT_BAD_NAME, a start whose turn
   comes when the daemon goes down FAULT_SHUTDOWN_STATE. done may be called before this returns; then NULL is
   returned. */
struct job *supervise_job(struct daemon *d, enum job_kind kind, struct process *const *procs, size_t n,
			  bool wait, enum process_cause cause, job_done_fn *done, void *arg);
/* The client has gone: done will not be called. The work goes on. */
void supervise_job_forget(struct job *job);

/* The child of p has been reaped: called by reaper_exited alone. */
void supervise_exited(struct daemon *d, struct process *p, int status);
/* The daemon ends: stops p if it runs, gives up if it waits for a further try. */
void supervise_end(struct daemon *d, struct process *p);

/* Groups. Adding makes the AUTO log files, fires BUS_GROUP_ADDED, and starts what is autostart with
   the next turn of the loop. False with err set: an AUTO log cannot be made, or a group of that name is
   active. */
bool supervise_add_group(struct daemon *d, struct group_config *config, struct err *err);
/* Every process of it must be stopped (FAULT_STILL_RUNNING otherwise). */
enum fault supervise_remove_group(struct daemon *d, struct group *g);

#endif
