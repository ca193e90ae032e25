/*
 * The one root object: everything that the daemon has, and the order in which it starts and ends. It travels
 * as an argument; there is no global.
 */
#ifndef DAEMON_DAEMON_H
#define DAEMON_DAEMON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "core/config.h"
#include "core/process_table.h"

struct event;
struct event_base;

enum supervisor_state {
	SUPERVISOR_SHUTDOWN = -1,
	SUPERVISOR_RESTARTING = 0,
	SUPERVISOR_RUNNING = 1,
};
/* "RUNNING", "RESTARTING", "SHUTDOWN". */
const char *supervisor_state_name(enum supervisor_state state);

/* How often the configuration file was read since the daemon started, restarts included. */
struct config_reads {
	uint64_t accepted, refused;
	bool last_accepted;
	wall_us accepted_at;
};

struct daemon {
	struct event_base *base;
	struct now now;          /* read once per turn of the loop, see daemon_tick() */
	struct log log;          /* the main log; log.now points to now above */
	struct mainlog *mainlog; /* where log writes to */
	enum supervisor_state state;
	pid_t pid;
	wall_us started;      /* of the daemon */
	int64_t event_serial; /* of the next event that a pool takes; goes on counting over restarts */
	char *asked_by;       /* who asked for state, see core/caller.h; NULL: nobody, or not known; owned */
	char boot[17];        /* changes with each start and each restart: hexadecimal */

	/* The configuration in force for [supervisord] and the servers (read at start or restart), and the
	   latest good reading, from which groups are added. The same object until a reread. */
	struct config *config;
	struct config *loaded;
	uint64_t loaded_next_id; /* table.next_id when loaded was read again: processes from there on were
				    made of it */
	struct config *next;     /* what a restart begins with: read before anything stops; else NULL */
	struct config *before;   /* what ran before a restart, until the restart has started; else NULL */
	char *notice;            /* CRIT line for the log once it is open again; NULL: none; owned */
	struct config_reads config_reads;
	const struct cmdline *cmdline; /* what to read again */
	const struct config_file *file;
	const struct config_world *world;

	struct process_table table;
	struct eventbus *bus;
	struct reaper *reaper;
	struct supervise *supervise; /* timers, children */
	struct listeners *listeners;
	struct tick *tick; /* before listeners, who want it */
	struct jobs *jobs;
	struct filewatch *filewatch; /* of the logs that are followed over HTTP */
	struct logfollow *logfollow; /* before logpump and what follows logs */
	struct logpump *logpump;
	struct httpd *httpd;
	struct signals *signals;
	struct shutdown *shutdown;
	struct rpc *rpc;         /* rpc_new(config); before httpd, whose requests use it */
	struct push *push;       /* streams; NULL before it is made */
	struct history *history; /* ring of transitions */
	struct sampler *sampler;
	struct metrics *metrics; /* before httpd, whose requests use it */
};

/* Reads the clocks into d->now. Called at the beginning of each callback that the loop makes (libevent calls
   callbacks one by one; a turn may have many). Cheap: no system call, clock_gettime is in the vDSO. */
void daemon_tick(struct daemon *d);
/* The timer's callback is called with the next turn of the loop, once, however often this is asked for meanwhile. For
   what must not happen within the callback of something else. */
void daemon_do_later(struct event *timer);
/* A thousand spawns take a second or more, and what they hold up is the rest of the loop: so they are made in slices.
   Whether one that began then and has made so many is over; reads the clocks. */
bool daemon_slice_is_over(struct daemon *d, mono_us began, size_t made);

/*
 * The whole life of the daemon: starts it in the order of spec/daemon.md 1.1, runs it, starts it again after
 * a restart, ends it. Takes config over. True: it has ended as it was asked to. False with err set, whose
 * code is the exit status: 2 for what the reference calls a usage error.
 */
bool daemon_run(const struct cmdline *cmdline, const struct config_file *file,
		const struct config_world *world, struct config *config, struct err *err);

/* Reads the configuration file again; NULL with err set. Whoever asks owns the result. */
struct config *daemon_read_config(struct daemon *d, struct err *err);

/* Asks for the end or a restart: what TERM and HUP, and the RPCs shutdown and restart, do
   (spec/daemon.md 5.2, 6). The state changes at once; the work begins with the next turn of the loop. A
   restart reads the file first: false when it is bad, with the reason in err (and in the log, as a CRIT
   line), and nothing has changed. While the daemon goes down already, both do nothing. who: the caller, or NULL. */
void daemon_shutdown(struct daemon *d, const char *who);
bool daemon_restart(struct daemon *d, const char *who, struct err *err);

#endif
