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
#include "core/process_table.h"

struct daemon;

struct supervise *supervise_new(struct daemon *d);
void supervise_free(struct supervise *s);

/* Requests concerning one process; the first that applies of spec/xmlrpc.md 5.1, 5.3, 5.4 and 5.12 answers.
   They return FAULT_NONE or the fault, with the extra text (without "NAME: ") in err->what where the spec has
   one: the command's problem for NO_FILE and NOT_EXECUTABLE, the message of a failed kill for FAILED. The
   state of the daemon is not looked at: the RPC layer does that. None of them waits. who is the caller who asked
   (core/caller.h), NULL: nobody, or not known. */
enum fault supervise_start(struct daemon *d, struct process *p, enum process_cause cause, const char *who,
			   struct err *err);
enum fault supervise_stop(struct daemon *d, struct process *p, enum process_cause cause, const char *who,
			  struct err *err);
/* sig is a valid signal number, 0 included. */
enum fault supervise_signal(struct daemon *d, struct process *p, int sig, struct err *err);
enum fault supervise_stdin(struct daemon *d, struct process *p, const char *data, size_t len,
			   struct err *err);

/* The child of p has been reaped: called by reaper_exited alone. */
void supervise_exited(struct daemon *d, struct process *p, int status);
/* The daemon ends: stops p if it runs, gives up if it waits for a further try. */
void supervise_end(struct daemon *d, struct process *p);

/* Groups. Adding makes the AUTO log files, fires BUS_GROUP_ADDED, and starts what is autostart with
   the next turn of the loop. False with err set: an AUTO log cannot be made, or a group of that name is
   active. */
bool supervise_add_group(struct daemon *d, struct group_config *config, const char *who, struct err *err);
/* Every process of it must be stopped (FAULT_STILL_RUNNING otherwise). */
enum fault supervise_remove_group(struct daemon *d, struct group *g, const char *who);

#endif
