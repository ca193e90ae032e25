/*
 * A process as the daemon knows it: plain data, no pointer into the event loop. What belongs to its
 * descriptors and timers is kept by the daemon behind `io`.
 */
#ifndef CORE_PROCESS_H
#define CORE_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/clock.h"
#include "core/config.h"
#include "core/exit_counts.h"
#include "core/log_place.h"

enum process_state {
	PROCESS_STOPPED,
	PROCESS_STARTING,
	PROCESS_RUNNING,
	PROCESS_BACKOFF,
	PROCESS_STOPPING,
	PROCESS_EXITED,
	PROCESS_FATAL,
	PROCESS_UNKNOWN,
	PROCESS_NSTATES,
};

/* 0, 10, 20, 30, 40, 100, 200, 1000: the numbers on the wire. */
int process_state_code(enum process_state state);
/* "STOPPED", ... */
const char *process_state_name(enum process_state state);
/* STARTING, RUNNING, BACKOFF. */
bool process_state_is_running(enum process_state state);
/* STOPPED, EXITED, FATAL, UNKNOWN. */
bool process_state_is_stopped(enum process_state state);
/* STARTING, RUNNING, STOPPING. */
bool process_state_is_signallable(enum process_state state);

/* What somebody has to look at: it fails, has failed, or ended as it should not. Supervisor's own daemon tells enough for
   this, too: spawnerr is set when an exit was not expected, and not before the next one that was; NULL: none. */
bool process_state_is_ill(enum process_state state, const char *spawnerr);

/* Why something was started or stopped; goes to the history and the push stream. */
enum process_cause {
	CAUSE_NONE,
	CAUSE_AUTOSTART,   /* with the daemon, or when its group was added */
	CAUSE_REQUEST,     /* somebody asked */
	CAUSE_AUTORESTART, /* after an exit */
	CAUSE_BACKOFF,     /* a further try */
	CAUSE_SHUTDOWN,    /* the daemon ends or restarts */
	CAUSE_CRASH,       /* ended by itself, not expected */
	CAUSE_EXIT,        /* ended by itself, as expected */
};
/* "autostart", "request", ... */
const char *process_cause_name(enum process_cause cause);

struct group;
struct process_io;

struct process {
	const struct process_config *config; /* within group->config, which holds the reference */
	struct group *group;
	const char *name;         /* config->name */
	uint64_t id;              /* never used twice while the daemon runs */
	enum process_state state; /* written by process_enter() alone */
	pid_t pid;                /* 0: none */
	wall_us laststart;        /* last spawn attempt, 0: never */
	wall_us laststop;         /* last reap, 0: never */
	mono_us started;          /* last spawn attempt on the scheduling clock */
	mono_us deadline;         /* when EV_DEADLINE is due, 0: none */
	int64_t backoff;          /* failed starts in a row */
	bool has_exitstatus;      /* false: none since the last spawn (shown as 0) */
	int exitstatus;           /* -1: killed by a signal */
	int termsignal;           /* the signal that ended it last, 0: none */
	bool failed;              /* its last child ended, and that was not expected */
	int last_exit;  /* as exitstatus, and kept when a try has failed, of which XML-RPC tells none */
	char *spawnerr; /* NULL: none; owned */
	bool killing;
	uint64_t starts;          /* children that were made since the daemon started */
	enum process_cause cause; /* of the start or stop under way or done last */
	char *who;                /* asked for it, see core/caller.h; NULL: nobody, or not known; owned */
	char *logpath[NCHANNELS]; /* file that the channel is written to, NULL: none; owned. AUTO is resolved
				     here */
	/* Counted since the process was added; an update that leaves its group alone goes on counting. */
	uint64_t spawn_errors;            /* tries of which no child came */
	struct exit_counts exits;         /* how its children have ended */
	uint64_t logged_bytes[NCHANNELS]; /* that its log files took */
	uint64_t lost_bytes[NCHANNELS];   /* output that a full disk has cost */
	uint64_t output_bytes;            /* that came from both channels, whatever became of them */
	wall_us last_output;              /* when the last of them came, 0: never */
	wall_us last_read[NCHANNELS];     /* ... from each channel */
	struct log_place log_place[NCHANNELS];
	struct process_io *io; /* the daemon's; NULL in tests of the core */
};

/* "group:name", or "name" when both are equal. The caller frees. */
char *process_namespec(const struct process *p);
/* The description of getProcessInfo (spec/xmlrpc.md 5.5). The caller frees. now: whole seconds. */
char *process_description(const struct process *p, int64_t now);
/* process_state_is_ill, of it. */
bool process_is_ill(const struct process *p);
/* In BACKOFF, when it is tried again; 0: not at all, as when it is about to be given up. */
wall_us process_next_try(const struct process *p, const struct now *now);
/* Starts after the first one. */
uint64_t process_restarts(const struct process *p);
/* Output of both channels that a full disk has cost. */
uint64_t process_lost_bytes(const struct process *p);

#endif
