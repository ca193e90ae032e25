/*
 * Start, stop and restart of one or many programs, followed to their ends. A job asks the daemon without
 * waiting for the answer to the question "is it done": that is told by the states, as they come with the
 * stream or the poll. What the message line says is therefore what has happened, never what was hoped.
 *
 * A rolling restart (VERB_ROLL) has one program under way at a time, and goes on when that one is RUNNING, its
 * startsecs over; the first that does not come up ends it.
 */
#ifndef TUI_JOB_H
#define TUI_JOB_H

#include "tui/tui_model.h"
#include "tui/tui_verb.h"

/* Begins it for these processes of one daemon; the verb is one without a method. */
void tui_job_begin(struct tui_host *h, enum tui_verb verb, struct tui_proc *const *procs, size_t n);
/* The answer to a call: value, or NULL with a fault (code 0: no answer at all). */
void tui_job_reply(struct tui_model *m, unsigned ticket, const struct xmlrpc_value *value, int code,
		   const char *fault);
/* A process has changed, or is about to go. */
void tui_job_changed(struct tui_model *m, struct tui_proc *p);
void tui_job_removed(struct tui_model *m, struct tui_proc *p);
/* Ends rolling restarts after the present program. False: there is none. */
bool tui_job_cancel(struct tui_model *m);
/* Would programs stay stopped if nobody went on with it? */
bool tui_job_is_halfway(const struct tui_model *m);
/* Gives up all of one daemon: the connection is lost, or the program ends. False: there was none. */
bool tui_job_drop(struct tui_host *h);

#endif
