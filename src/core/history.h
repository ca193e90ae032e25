/*
 * A bounded ring of what happened, as binary records: a push stream resumes from it, and it is the restart
 * history of the programs. Pure and plain data: it can be written out and read back.
 *
 * Records are numbered from 1 and never renumbered. Appending costs the same however full the ring is; names,
 * error texts and callers are kept once, however many records have them.
 */
#ifndef CORE_HISTORY_H
#define CORE_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "core/process.h"

enum history_kind {
	HISTORY_STATE,   /* a process has entered a state */
	HISTORY_SPAWNED, /* its pid is known: the start of a child */
	HISTORY_REAPED,  /* the end of a child; the state that follows has its own record */
	HISTORY_LOSS,    /* a full disk has cost output */
	HISTORY_GROUP_ADDED,
	HISTORY_GROUP_REMOVED,
	HISTORY_SUPERVISOR, /* the daemon's own state */
	HISTORY_CONFIG,     /* the configuration was read again */
	HISTORY_LISTENER,   /* an event listener has become deaf, or falls behind, or no longer does */
	HISTORY_NKINDS,
};

/* What a process was just after it. For kinds that are not about a process only seq, kind, time and group
 * count. */
struct history_record {
	uint64_t seq;     /* set by the ring */
	uint64_t process; /* process->id */
	/* "" when there is none; borrowed from the ring until something is appended. */
	const char *group, *name, *spawnerr;
	const char *who; /* asked for it, see core/caller.h; NULL is taken for "" */
	wall_us time;
	wall_us start, stop; /* last start and end of a child, 0: never */
	wall_us next_try;    /* in BACKOFF, else 0 */
	int64_t tries;
	uint64_t starts;
	uint64_t lost_bytes;
	pid_t pid;                    /* SPAWNED, REAPED: of the child that it is about */
	int exitstatus;               /* -1: killed by a signal */
	int signal;                   /* that signal, 0: none */
	bool failed;                  /* the last end was not expected; REAPED: the end that it is about */
	int64_t log_total[NCHANNELS]; /* log_place_total then, -1: not known */
	enum history_kind kind;
	enum process_state from, to;
	enum process_cause cause;
};

#define HISTORY_NAME_MAX 512 /* longer names and error texts are cut */

struct history;

/* Room for capacity records (at least 1); the memory is taken at once, but not touched before it is used. */
struct history *history_new(size_t capacity);
void history_free(struct history *h);

/* The record of a process as it is now. */
void history_describe(struct history_record *r, enum history_kind kind, const struct process *p,
		      const struct now *now);
/* Copies it in, the oldest one leaves when the ring is full. Returns its number. */
uint64_t history_append(struct history *h, const struct history_record *r);

/* Numbers of the newest record and of the oldest that is still there; 0 and 1 when there has been none. */
uint64_t history_newest(const struct history *h);
uint64_t history_oldest(const struct history *h);
/* False when it has left the ring or does not exist yet. */
bool history_get(const struct history *h, uint64_t seq, struct history_record *r);
/* The newest record with this name, and the one before a given one with the same name; 0: none is left. */
uint64_t history_newest_of(const struct history *h, const char *group, const char *name);
uint64_t history_before(const struct history *h, uint64_t seq);
/* Whether a later record has the same name. */
bool history_superseded(const struct history *h, uint64_t seq);

/* For a daemon that is replaced by another one on the same machine. False: out is full. */
bool history_write(const struct history *h, struct buf *out);
/* NULL with err set when it is not what history_write wrote. */
struct history *history_read(const char *data, size_t len, struct err *err);

#endif
