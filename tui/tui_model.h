/*
 * What the screen knows: the daemon, its groups and processes, and what the user has done to the picture:
 * selection, marks, folds, order, filter, panes. Pure: the stream's events (tui_feed) and the user's actions
 * (tui_actions) come in; rows, messages and requests come out. Views only read it.
 *
 * Lookup by "group:name" is O(1). A change of one process touches that process and, where the order or the
 * filter depends on it, marks the rows as dirty; they are made again at most once per redraw.
 */
#ifndef TUI_MODEL_H
#define TUI_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "core/process.h"
#include "tui/tui_columns.h"
#include "tui/tui_log.h"
#include "tui/tui_prompt.h"
#include "tui/tui_request.h"
#include "tui/tui_text.h"
#include "tui/tui_theme.h"

struct tui_job;

/* One process, as the daemon told it last. Texts are owned and never NULL. */
struct tui_proc {
	struct tui_group *group;
	size_t slot; /* index in group->procs */
	char *name;
	char *key;     /* "group:name": how calls name it */
	char *display; /* "name" when the group has the same name, else the key */
	enum process_state state;
	char *description;
	char *spawnerr;
	char *stdout_logfile;
	char *stderr_logfile;
	int64_t pid;  /* 0: none */
	double start; /* epoch seconds, 0: never */
	double stop;
	int64_t exitstatus;
	int64_t signal; /* 0: none */
	int64_t tries;
	double next_try;
	int64_t restarts; /* -1: the daemon does not tell */
	int64_t lost_bytes;
	int64_t priority;
	double cpu;  /* percent of one core, < 0: not known */
	int64_t rss; /* bytes, < 0: not known */
	int64_t threads;
	bool marked;
	unsigned seen;       /* the snapshot in which it was last */
	unsigned changes;    /* counts what was told about it */
	long row;            /* index of its row, -1: not shown */
	struct tui_job *job; /* the action that waits for it, or NULL */
	size_t job_slot;
};

struct tui_group {
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
	int64_t pid;
	int64_t stream;
	double started; /* 0: not known */
	double load[3]; /* < 0: not known */
	int64_t mem_total;
	int64_t mem_available;
};

enum tui_pane {
	PANE_TABLE,
	PANE_LOG,
};

/* What lies over the panes. */
enum tui_overlay_kind {
	OVERLAY_NONE,
	OVERLAY_HELP,
	OVERLAY_DETAILS,
	OVERLAY_UPDATE, /* what an update would do; y does it */
	OVERLAY_OUTPUT, /* of a supervisorctl command */
};

struct tui_overlay {
	enum tui_overlay_kind kind;
	char *title;
	struct tui_text text;
	char *subject;           /* DETAILS: key of the process; owned */
	struct tui_text history; /* DETAILS: its starts and ends */
	unsigned ticket;         /* DETAILS: of the last question for them */
	size_t top;              /* first line shown */
	size_t page;             /* lines that fit, told by the layout */
	bool follow;             /* OUTPUT: stay at its end */
	bool running;            /* OUTPUT: the command has not ended */
	struct buf partial;
};

/* The log pane. */
struct tui_logpane {
	struct tui_log log;
	char *subject; /* key of the process it shows, NULL: none; owned */
	enum channel channel;
	bool follow;
	bool wrap;
	uint64_t top;      /* serial of the first line shown; counts only when not following */
	int top_row;       /* how many rows of it, when wrapped, are above the pane */
	int column;        /* columns scrolled to the right */
	uint64_t seen_end; /* the log's end when following ended, for "+n lines" */
	char *pattern;     /* searched for, "" none; owned */
	uint64_t hit;      /* serial of the line found last */
	bool has_hit;
	int width; /* of the pane, told by the layout; 0: not shown */
	int height;
};

struct tui_model {
	double now;         /* the server's clock, epoch seconds; the controller sets it */
	double clock_ahead; /* of the server against here */
	int64_t utc_offset; /* seconds east, for showing times of day */
	const struct tui_theme *theme;
	const struct tui_glyphs *glyphs;

	/* the connection */
	enum tui_link link;
	char *where;       /* the URL; owned */
	char *link_error;  /* why it is down, one sentence; owned; may be NULL */
	double link_since; /* when it went up or down */
	double retry_at;
	bool ever_connected;
	bool polled; /* the daemon that answered last has no stream */
	struct tui_daemon daemon;

	/* what the daemon has */
	struct map *procs; /* by key */
	struct map *groups_by_name;
	struct tui_group **groups; /* sorted by name unless dirty */
	size_t ngroups;
	size_t groups_cap;
	bool groups_dirty;
	unsigned snapshot;
	bool in_snapshot;
	size_t counts[PROCESS_NSTATES];
	size_t ill;
	size_t nmarked;

	/* the table */
	struct tui_row *rows;
	size_t nrows;
	size_t rows_cap;
	bool rows_dirty;
	struct tui_group *selected_group; /* NULL: nothing is there */
	struct tui_proc *selected_proc;   /* NULL: the group's head is selected */
	char *gone; /* key or group name of a selection that was removed; NULL: none; owned */
	size_t cursor;
	size_t top;
	size_t page;    /* rows that fit, told by the layout */
	int name_width; /* of the longest name in the rows */
	enum tui_column sort;
	bool reverse;
	char *filter;  /* "": all; owned */
	char *pattern; /* searched for; owned */
	bool only_ill;

	struct tui_logpane logpane;
	enum tui_pane focus;
	bool zoom;
	struct tui_overlay overlay;
	struct tui_prompt prompt;
	bool pasting;              /* what comes is pasted text, not keys */
	struct tui_asked *asked;   /* what the open question is about; owned by tui_actions */
	struct tui_job *jobs;      /* under way; owned by tui_job */
	struct tui_update *update; /* shown or under way, or NULL; owned by tui_update */
	unsigned tickets;          /* the last one given to a call */

	char *message;                     /* "" none; owned */
	const struct tui_job *message_job; /* whose progress the message tells, or NULL */
	enum tui_look message_look;
	double message_time;          /* when it was said */
	struct tui_requests requests; /* what the controller has to do */
};

void tui_model_init(struct tui_model *m);
void tui_model_release(struct tui_model *m);

struct tui_proc *tui_model_proc(const struct tui_model *m, const char *key);
struct tui_group *tui_model_group(const struct tui_model *m, const char *name);
size_t tui_model_count(const struct tui_model *m);
/* Found, or made and empty. */
struct tui_group *tui_model_put_group(struct tui_model *m, const char *name);
struct tui_proc *tui_model_put_proc(struct tui_model *m, const char *group, const char *name);
/* With its processes. */
void tui_model_remove_group(struct tui_model *m, struct tui_group *g);
/* All writing to a process is between these two, which keep counts and rows in step. */
void tui_model_before(struct tui_model *m, struct tui_proc *p);
void tui_model_after(struct tui_model *m, struct tui_proc *p);
/* A snapshot replaces what is known; what it does not mention is removed at its end. */
void tui_model_begin_snapshot(struct tui_model *m);
void tui_model_end_snapshot(struct tui_model *m);

/* Replaces a text that the model owns. */
void tui_set(char **text, const char *value);
void tui_message(struct tui_model *m, enum tui_look look, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* "14:02:11" of an epoch time, at the model's offset from UTC. */
#define TUI_CLOCK_MAX 16
const char *tui_clock(const struct tui_model *m, double time, char out[TUI_CLOCK_MAX]);

/* BACKOFF, FATAL, UNKNOWN, and an end with a status or signal that tells of trouble. */
bool tui_proc_is_ill(const struct tui_proc *p);
/* Why it is as it is, for the last column: spawn error, exit status, ... Borrowed from out or p. */
#define TUI_NOTE_MAX 128
const char *tui_proc_note(const struct tui_proc *p, char out[TUI_NOTE_MAX]);
/* A group that is nothing but one process of the same name has no row of its own. */
bool tui_group_is_single(const struct tui_group *g);

/* The time that what is shown belongs to: now, or when the daemon was heard last. */
double tui_model_time(const struct tui_model *m);
void tui_model_link(struct tui_model *m, enum tui_link link, const char *error, double retry_at);

#endif
