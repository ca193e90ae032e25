/*
 * Where the runs of a program begin and end in its log: notes between the lines. What happens while the log is shown is noted
 * when it happens (tui_feed_log); what was before is told by cvisor.getHistory, with its place in the file, and noted when
 * that place is there. The ways from one to another: tui_runjump.
 */
#ifndef TUI_RUNS_H
#define TUI_RUNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/xmlrpc.h"

struct tui_host;
struct tui_model;
struct tui_source;

/* A start or an end. */
struct tui_run_mark {
	double time;    /* server's clock */
	int64_t offset; /* in the file of the source, -1: not there any more */
	int64_t pid;
	int64_t exitstatus;
	int64_t signal;
	bool is_start;
	bool noted;      /* its line is in the log */
	double noted_at; /* ... with this time */
};

/* After events and keys: notes what has a place by now, and goes on with a jump that had to wait for it. */
void tui_runs_settle(struct tui_model *m);
void tui_runs_reply(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *history,
		    const char *fault);
/* Is an answer on its way about the runs of what is shown? */
bool tui_runs_are_asked(const struct tui_model *m);
/* Are they one and the same start or end of a program, in its two logs? */
bool tui_runs_are_same(const struct tui_run_mark *a, const struct tui_run_mark *b);
/* How long the run was that has ended with mark i, < 0: not known, or it is a start. */
double tui_runs_length(const struct tui_source *s, size_t i);
/* A start or an end that has been noted where the log ends. */
void tui_runs_add(struct tui_source *s, const struct tui_run_mark *mark);

/* "09:14:02", with the date when that is not of the last hours. */
#define TUI_MOMENT_MAX 48
const char *tui_moment(const struct tui_model *m, double local_time, char out[TUI_MOMENT_MAX]);
/* What a mark says; ran: how long the run was, < 0: not known. */
void tui_runs_describe(const struct tui_model *m, const struct tui_run_mark *mark, double local_time,
		       double ran, char *out, size_t size);

#endif
