/*
 * The life of a process as a matrix: state x event x now -> new state and actions. Pure; daemon/supervise
 * carries the actions out, in their order, and feeds back what became of them.
 *
 *	STOPPED   not running, because nobody asked for it or somebody asked for its end
 *	STARTING  a try is under way; with a pid it waits until it has lived for startsecs
 *	RUNNING   has lived for more than startsecs
 *	BACKOFF   a try has failed; waits for the next one, or for giving up
 *	STOPPING  has been told to end; SIGKILL follows every stopwaitsecs
 *	EXITED    has ended by itself; starts again when autorestart says so
 *	FATAL     too many failed tries in a row
 *	UNKNOWN   a signal could not be sent; what it does is not known
 *
 * A step changes the state at most once. Something that follows at once is an action too (ACTION_STEP), so
 * that whoever is told of a change sees the process as it is at that moment.
 *
 * Time: only now->mono and p->started, p->deadline decide; the wall clock is stored for showing. After each
 * step the daemon arms one timer for p->deadline, or none when it is 0, and sends EV_DEADLINE when it is due.
 */
#ifndef CORE_PROCESS_SM_H
#define CORE_PROCESS_SM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/clock.h"
#include "base/log.h"
#include "core/fault.h"
#include "core/process.h"

enum process_event_type {
	EV_START,        /* make a try; the command has been checked if somebody asked for it */
	EV_SPAWNED,      /* the child is there: pid */
	EV_SPAWN_FAILED, /* it is not: text */
	EV_EXITED,       /* the child has been reaped: status */
	EV_DEADLINE,     /* p->deadline has come */
	EV_STOP,         /* somebody asks for its end */
	EV_END,          /* the daemon ends or restarts */
	EV_KILL,         /* somebody asks for a signal: sig */
	EV_KILL_FAILED,  /* kill() failed: error, text, stop */
	PROCESS_NEVENTS,
};

/* "START", ...: for tests and messages. */
const char *process_event_name(enum process_event_type type);

struct process_event {
	enum process_event_type type;
	enum process_cause cause; /* START, STOP */
	const char *who;          /* START, STOP: the caller who asked; NULL: nobody, or not known */
	pid_t pid;                /* SPAWNED */
	int status;               /* EXITED: as waitpid gives it */
	int sig;                  /* KILL */
	int error;                /* KILL_FAILED: errno */
	bool stop;                /* KILL_FAILED: the signal was part of a stop */
	bool ending;              /* DEADLINE, EXITED: the daemon ends, nothing is started by itself */
	const char *text;         /* SPAWN_FAILED: for spawnerr; KILL_FAILED: the error's text */
};

enum action_type {
	ACTION_LOG,
	ACTION_CHANGED, /* the state has changed: tell the bus */
	ACTION_SPAWN,   /* make the child; answer with EV_SPAWNED or EV_SPAWN_FAILED */
	ACTION_SPAWNED, /* the child is there: tell the bus */
	ACTION_SIGNAL,  /* kill(target, sig); answer with EV_KILL_FAILED when it fails */
	ACTION_STEP,    /* feed this event */
};

struct action {
	enum action_type type;
	enum log_level level;       /* LOG */
	char *text;                 /* LOG; owned */
	enum process_state from;    /* CHANGED: the state it left */
	pid_t pid;                  /* CHANGED: of the child that it concerns, 0: none */
	int64_t tries;              /* CHANGED */
	bool expected;              /* CHANGED to EXITED */
	pid_t target;               /* SIGNAL: negative for a process group */
	int sig;                    /* SIGNAL */
	bool stop;                  /* SIGNAL: part of a stop */
	struct process_event event; /* STEP */
};

#define ACTIONS_MAX 6

struct actions {
	struct action list[ACTIONS_MAX];
	size_t n;
	enum fault fault; /* the answer to a request: FAULT_NONE or why it is refused */
	char *fault_text; /* extra text of the fault, NULL: none; owned */
};

/* Decides. out is written whole; actions_release frees it. */
void process_step(struct process *p, const struct process_event *ev, const struct now *now,
		  struct actions *out);
void actions_release(struct actions *out);

/* Why the child that has just been reaped ended: asked to, crashed or as expected. To be asked before the
 * step. */
enum process_cause process_end_cause(const struct process *p, int status, mono_us now);

/* How a child ended: "exit status 1", "terminated by SIGTERM (core dumped)". The caller frees. */
char *process_end_text(int status);

#endif
