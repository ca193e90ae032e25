/*
 * One daemon as the screen knows it: how it is reached and whether it answers, who it is, its groups and
 * processes. Fed by the stream (tui_feed) through its connection (tui_conn).
 *
 * Lookup by "group:name" is O(1); a change of one process touches that process alone.
 */
#ifndef TUI_HOST_H
#define TUI_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "core/process.h"
#include "tui/tui_activity.h"
#include "tui/tui_health.h"
#include "tui/tui_theme.h"

struct tui_job;
struct report;
struct tui_model;

/* What an event listener has to do; only where `is` is true. */
struct tui_listener {
	bool is;
	int64_t queued;  /* events that wait for it */
	int64_t dropped; /* events that it will never get */
	bool deaf;       /* it has broken the protocol and gets none */
	bool begins;     /* it has not said READY yet */
};

/* How a run has ended, as it was heard. */
struct tui_end {
	int64_t pid; /* 0: none was heard of */
	int64_t exitstatus;
	int64_t signal; /* 0: none */
	bool expected;
};

/* One process, as the daemon told it last. Texts are owned and never NULL. */
struct tui_proc {
	struct tui_group *group;
	size_t slot; /* index in group->procs */
	char *name;
	char *key;     /* "group:name": how calls name it */
	char *display; /* "name" when the group has the same name, else the key */
	int name_columns;
	int display_columns;
	enum process_state state;
	char *description;
	char *spawnerr;
	char *who; /* asked for what it does or did last, as the daemon says; "": nobody, or not known */
	char *stdout_logfile;
	char *stderr_logfile;
	int64_t pid;  /* 0: none */
	double start; /* epoch seconds, 0: never */
	double stop;
	int64_t exitstatus;
	int64_t signal;       /* 0: none */
	bool expected;        /* the last end was, or there was none */
	bool ill;             /* somebody has to look at it, says the daemon, else the same rule of ours */
	struct tui_end ended; /* the last end, and known when it runs again, too */
	int64_t tries;
	double next_try;
	double asked;     /* when something of that came, by the server's clock; 0: before we looked */
	int64_t restarts; /* -1: the daemon does not tell */
	int64_t lost_bytes;
	int64_t priority;
	double cpu;  /* percent of one core, < 0: not known */
	int64_t rss; /* bytes, < 0: not known */
	int64_t threads;
	struct tui_listener listener;
	struct tui_health health;
	struct tui_activity activity;
	bool alerted;     /* there is, or was, a line about it in the list of troubles */
	double lit_until; /* by the model's clock: until then its row says that it has changed */
	bool marked;
	bool arrived;        /* what settings say of it was looked at */
	bool in_range;       /* by the range that is open */
	bool shown;          /* by filter and choice */
	size_t ordinal;      /* its place by host, group and name */
	unsigned seen;       /* the snapshot in which it was last */
	unsigned changes;    /* counts what was told about it */
	long row;            /* index of its row, -1: not shown */
	struct tui_job *job; /* the action that waits for it, or NULL */
	size_t job_slot;
};

struct tui_group {
	struct tui_host *host;
	char *name;
	int64_t priority;
	size_t slot;             /* index in model->groups */
	struct tui_proc **procs; /* sorted by name unless dirty */
	size_t n;
	size_t cap;
	bool dirty;
	bool folded;
	unsigned seen;
	long row;
};

/* A line of the table: a group's head, or a process. */
struct tui_row {
	struct tui_group *group;
	struct tui_proc *proc; /* NULL: the group's head */
};

enum tui_link {
	LINK_CONNECTING, /* nothing is known yet */
	LINK_LIVE,
	LINK_POLLING, /* a daemon without /events */
	LINK_DOWN,
};

/* From `hello`. Texts are owned and never NULL. */
struct tui_daemon {
	char *identification;
	char *version;
	char *host;
	char *boot;
	char *statename;
	char *you; /* how it calls us, as in `who` of processes */
	int64_t pid;
	int64_t stream;
	double started; /* 0: not known */
	double load[3]; /* < 0: not known */
	int64_t mem_total;
	int64_t mem_available;
};

/* What tui_bell has seen at its last look. */
struct tui_bell {
	bool known;     /* there was a whole picture */
	bool past_came; /* since: who flaps is told by what was before */
	size_t ill;
	size_t all; /* those that flap, too */
};

struct tui_host {
	struct tui_model *model;
	size_t slot;        /* index in model->hosts */
	size_t number;      /* counts from the first that was added; stays */
	bool dropped;       /* it is in model->dropped */
	double clock_ahead; /* of the server's clock against the model's, seconds */

	/* the connection */
	enum tui_link link;
	char *where;       /* the URL; owned */
	char *name;        /* what people call it, see tui_model_name_hosts; owned */
	bool needs_login;  /* ssh has to ask for something: `:login` */
	char *link_error;  /* why it is down, one sentence; owned; may be NULL */
	char *ctl;         /* "supervisorctl -s URL": how a shell means this daemon; owned; NULL: not known */
	double link_since; /* when it went up or down, by the model's clock */
	double retry_at;   /* by the model's clock */
	bool ever_connected;
	bool awaited;          /* `:connect` was said, and nothing has come of it yet */
	bool unrecorded;       /* it came when a recording had begun */
	double last_seen;      /* when this user looked at it before, by the server's clock; 0: never */
	bool reported;         /* what happened since was asked for */
	struct report *report; /* under way, or NULL; owned by tui_report */
	bool silent;           /* the connection stands, but what is due does not come */
	double heard;          /* when something came last, by the model's clock */
	double silent_since;
	bool polled; /* the daemon that answered last has no stream */
	struct tui_daemon daemon;

	/* what it has */
	struct map *procs; /* by key */
	struct map *groups_by_name;
	unsigned snapshot;
	bool in_snapshot;
	size_t counts[PROCESS_NSTATES];
	size_t ill;
	enum process_state was_state; /* of the process that is being written to, before it */
	int64_t was_pid;
	double health_from; /* the server's time from which on starts and ends are known */
	struct tui_bell bell;
};

struct tui_host *tui_host_new(struct tui_model *m, const char *where);
/* With all that it has. The model is on its way out: its groups are taken from its list, and nothing else of it is kept in
   step. */
void tui_host_free(struct tui_host *h);

struct tui_proc *tui_host_proc(const struct tui_host *h, const char *key);
struct tui_group *tui_host_group(const struct tui_host *h, const char *name);
size_t tui_host_count(const struct tui_host *h);
/* Those that run and have died often: see tui_proc_flaps. Looks at all; for a picture. */
size_t tui_host_flapping(const struct tui_host *h);
/* Found, or made and empty. */
struct tui_group *tui_host_put_group(struct tui_host *h, const char *name);
struct tui_proc *tui_host_put_proc(struct tui_host *h, const char *group, const char *name);
/* With its processes. */
void tui_host_remove_group(struct tui_host *h, struct tui_group *g);
/* All writing to a process is between these two, which keep counts and rows in step. */
void tui_host_before(struct tui_host *h, struct tui_proc *p);
void tui_host_after(struct tui_host *h, struct tui_proc *p);
/* With all its groups. */
void tui_host_empty(struct tui_host *h);
/* A snapshot replaces what is known; what it does not mention is removed at its end. */
void tui_host_begin_snapshot(struct tui_host *h);
void tui_host_end_snapshot(struct tui_host *h);

/* Whether it answers from now on, and why not. Who tells that it answers says what there is to say about it. */
void tui_host_link(struct tui_host *h, enum tui_link link, const char *error, double retry_at);
bool tui_host_is_up(const struct tui_host *h);
/* Something came, or nothing has come for too long, though the connection stands. */
void tui_host_heard(struct tui_host *h);
void tui_host_silent(struct tui_host *h, double since);
/* Is what is shown what there is? Else it is as old as tui_host_time says. */
bool tui_host_is_fresh(const struct tui_host *h);
/* Since when there is no answer, by the model's clock. */
double tui_host_gone_since(const struct tui_host *h);
/* The server's clock, epoch seconds. */
double tui_host_now(const struct tui_host *h);
/* The time, by that clock, that what is shown belongs to: now, or when the daemon was heard last. */
double tui_host_time(const struct tui_host *h);
/* What people call it, unlike all others; when nothing is known, from the URL. Borrowed. */
const char *tui_host_name(const struct tui_host *h);

/* Replaces an owned text. */
void tui_set(char **text, const char *value);

/* Somebody has to look at it: process_state_is_ill, as the daemon told it or by what it told. */
bool tui_proc_is_ill(const struct tui_proc *p);
/* It runs, or is about to, and has died often in the last quarter of an hour. The daemon calls that well: it is up. */
bool tui_proc_flaps(const struct tui_proc *p);
/* Either of them, or it is silent for too long: what an operator looks for. */
bool tui_proc_needs_hand(const struct tui_proc *p);
/* Does its "group:name" or name fit the pattern of a shell? */
bool tui_proc_fits(const struct tui_proc *p, const char *pattern);
/* Why it is as it is, for the last column: spawn error, exit status, ... Borrowed from out or p. */
#define TUI_NOTE_MAX 128
const char *tui_proc_note(const struct tui_proc *p, char out[TUI_NOTE_MAX]);
/* A group that is nothing but one process of the same name has no row of its own. */
bool tui_group_is_single(const struct tui_group *g);

#endif
