/* tui_runs.c: see tui_runs.h. */
#include "autoconf.h"

#include "tui/tui_runs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/xmalloc.h"
#include "tui/tui_logpane.h"
#include "tui/tui_record.h"

#define RUNS_ASKED 400 /* records of history, for a log that is read */
#define RUNS_GLANCE 20 /* ... and for one that is only looked at beside the table */
#define RUNS_MAX 2000
#define TODAY_SECONDS (20 * 3600)

/* What a note says */

const char *
tui_moment(const struct tui_model *m, double local_time, char out[TUI_MOMENT_MAX])
{
	char clock[TUI_CLOCK_MAX], date[TUI_MOMENT_MAX - TUI_CLOCK_MAX] = "";
	time_t then = tui_clock_time(m, local_time);
	struct tm tm;

	if (local_time >= 0 && m->now - local_time >= TODAY_SECONDS && gmtime_r(&then, &tm) != NULL)
		strftime(date, sizeof(date), "%Y-%m-%d ", &tm);
	snprintf(out, TUI_MOMENT_MAX, "%s%s", date, tui_clock(m, local_time, clock));
	return out;
}

void
tui_runs_describe(const struct tui_model *m, const struct tui_run_mark *mark, double local_time, double ran,
		  char *out, size_t size)
{
	char moment[TUI_MOMENT_MAX], length[TUI_CELL_MAX], after[TUI_CELL_MAX + 16] = "", how[TUI_HOW_MAX];

	tui_moment(m, local_time, moment);
	if (ran >= 0)
		snprintf(after, sizeof(after), " after %s", tui_length(ran, length));
	if (mark->is_start)
		snprintf(out, size, "%s started, pid %" PRId64, moment, mark->pid);
	else if (mark->signal == 0 && mark->exitstatus >= 0)
		snprintf(out, size, "%s exited %" PRId64 "%s", moment, mark->exitstatus, after);
	else
		snprintf(out, size, "%s %s%s", moment, tui_record_how(mark->exitstatus, mark->signal, how),
			 after);
}

/* The marks of a source, the oldest first */

static struct tui_source *
source_of(const struct tui_model *m, unsigned *index)
{
	*index = tui_show_source(m);
	return *index == TUI_LOG_NO_SOURCE ? NULL : m->logpane.log.sources[*index];
}

void
tui_runs_add(struct tui_source *s, const struct tui_run_mark *mark)
{
	if (s->nruns == RUNS_MAX)
		memmove(s->runs, s->runs + 1, --s->nruns * sizeof(struct tui_run_mark));
	s->runs = xreallocarray(s->runs, s->nruns + 1, sizeof(struct tui_run_mark));
	s->runs[s->nruns++] = *mark;
}

static struct tui_run_mark
read_record(const struct xmlrpc_value *r, enum channel channel)
{
	return (struct tui_run_mark){
	    .time = xmlrpc_get_double(xmlrpc_find(r, "time")),
	    .offset = tui_record_offset(r, channel),
	    .pid = xmlrpc_get_int(xmlrpc_find(r, "pid")),
	    .exitstatus = xmlrpc_get_int(xmlrpc_find(r, "exitstatus")),
	    .signal = xmlrpc_get_int(xmlrpc_find(r, "signal")),
	    .is_start = !tui_record_is_end(r),
	};
}

static int
compare_marks(const void *a, const void *b)
{
	const struct tui_run_mark *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return (int)x->is_start - (int)y->is_start; /* the next run begins after the end of the one before */
}

/* What was noted when it happened is not taken from the history again: that has what was before. Nor is what came with
   an answer before. */
static void
merge(struct tui_source *s, const struct xmlrpc_value *history)
{
	size_t n = xmlrpc_get_length(history);
	double from = n < s->runs_asked ? 0 : s->live_since;

	for (size_t i = 0; i < n; i++) {
		struct tui_run_mark mark = read_record(xmlrpc_at(history, i), s->channel);

		if (mark.time < from)
			from = mark.time;
		if ((mark.time > s->runs_until || mark.time < s->runs_from) && mark.time < s->live_since)
			tui_runs_add(s, &mark);
	}
	if (s->runs_until == 0 || from < s->runs_from)
		s->runs_from = from;
	s->runs_until = s->live_since;
	if (s->nruns > 0)
		qsort(s->runs, s->nruns, sizeof(struct tui_run_mark), compare_marks);
}

static void
ask(struct tui_model *m, struct tui_source *s, unsigned records)
{
	struct xmlrpc_value *params = xmlrpc_array();

	s->runs_asked = records;
	s->runs_known = false;
	m->logpane.runs_ticket = ++m->tickets;
	xmlrpc_append(params, xmlrpc_string(s->key));
	xmlrpc_append(params, xmlrpc_int((int)records));
	tui_request_call(s->host, TAG_RUNS, m->tickets, "cvisor.getHistory", params);
}

void
tui_runs_reply(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *history, const char *fault)
{
	struct tui_model *m = h->model;
	unsigned source;
	struct tui_source *s = source_of(m, &source);

	(void)fault; /* a daemon without history: what happens from now on is noted */
	if (s == NULL || ticket != m->logpane.runs_ticket)
		return;
	s->runs_known = true;
	merge(s, history);
}

/* Places */

/* The first line of text from serial on. */
static bool
next_text(const struct tui_log *log, uint64_t serial, uint64_t end, uint64_t *found,
	  struct tui_log_line *line)
{
	for (; serial < end && tui_log_get(log, serial, line); serial++)
		if (line->kind == TUI_LOG_TEXT && line->offset >= 0) {
			*found = serial;
			return true;
		}
	return false;
}

/* The first line of the present file that is not before offset; the end of the log when all are. */
static uint64_t
find_offset(const struct tui_log *log, const struct tui_source *s, int64_t offset)
{
	uint64_t low = s->file_first > log->first ? s->file_first : log->first, high = tui_log_end(log);
	struct tui_log_line line;
	uint64_t at;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (!next_text(log, middle, high, &at, &line))
			high = middle;
		else if (line.offset < offset)
			low = at + 1;
		else
			high = middle;
	}
	/* Notes that stand there already are of what was before. */
	return next_text(log, low, tui_log_end(log), &at, &line) ? at : tui_log_end(log);
}

/* How long the run was that has ended with mark i. */
static double
length_of_run(const struct tui_source *s, size_t i)
{
	return !s->runs[i].is_start && i > 0 && s->runs[i - 1].is_start
		   ? s->runs[i].time - s->runs[i - 1].time
		   : -1;
}

static void
note_mark(struct tui_model *m, unsigned source, size_t i)
{
	struct tui_logpane *p = &m->logpane;
	struct tui_source *s = p->log.sources[source];
	struct tui_run_mark *mark = &s->runs[i];
	double local_time = mark->time - s->host->clock_ahead;
	uint64_t at = find_offset(&p->log, s, mark->offset);
	char text[256];

	mark->noted = true;
	tui_runs_describe(m, mark, local_time, length_of_run(s, i), text, sizeof(text));
	tui_logpane_insert_note(p, at, source, local_time, text);
	if (p->wish.to_begin)
		tui_logpane_first(p);
}

static void
note_marks(struct tui_model *m, unsigned source)
{
	struct tui_source *s = m->logpane.log.sources[source];

	for (size_t i = 0; i < s->nruns; i++) {
		const struct tui_run_mark *mark = &s->runs[i];

		if (!mark->noted && mark->offset >= 0 && mark->offset <= s->offset &&
		    tui_past_has(m, mark->offset))
			note_mark(m, source, i);
	}
}

/* Jumps */

static void
show(struct tui_model *m, uint64_t serial)
{
	m->logpane.jump = JUMP_NONE;
	tui_logpane_go(&m->logpane, serial);
}

static void
give_up(struct tui_model *m, const char *why)
{
	m->logpane.jump = JUMP_NONE;
	if (why != NULL)
		tui_message(m, LOOK_WARN, "%s", why);
}

/* Waits for the text at that offset, if it can be had. */
static void
go_for(struct tui_model *m, int64_t offset)
{
	if (!m->logpane.wish.to_offset && !tui_past_want(m, offset))
		give_up(m, NULL);
}

static void
jump_back(struct tui_model *m, const struct tui_source *s)
{
	const struct tui_logpane *p = &m->logpane;
	uint64_t top = tui_logpane_position(p).serial, found;

	if (top > p->log.first && tui_log_find_note(&p->log, top - 1, -1, &found)) {
		show(m, found);
		return;
	}
	for (size_t i = s == NULL ? 0 : s->nruns; i-- > 0;)
		if (!s->runs[i].noted && s->runs[i].offset >= 0 && !tui_past_has(m, s->runs[i].offset)) {
			go_for(m, s->runs[i].offset);
			return;
		}
	give_up(m, "no start or end is known of above");
}

/* The start of the nearest run that began above the view, not that of the present one. -1: none. */
static ptrdiff_t
run_before(const struct tui_model *m, const struct tui_source *s)
{
	const struct tui_logpane *p = &m->logpane;
	const struct tui_proc *proc = tui_show_proc(m);
	bool skip = proc != NULL && proc->pid != 0; /* the newest start is that of the run that is on */
	uint64_t top = tui_logpane_position(p).serial;

	for (ptrdiff_t i = (ptrdiff_t)s->nruns - 1; i >= 0; i--) {
		const struct tui_run_mark *mark = &s->runs[i];

		if (!mark->is_start)
			continue;
		if (skip) {
			skip = false;
			continue;
		}
		if (!p->follow && mark->noted && mark->offset >= 0 &&
		    find_offset(&p->log, s, mark->offset) > top)
			continue;
		return i;
	}
	return -1;
}

/* The note of a start is above the first line of its run. */
static uint64_t
note_of(const struct tui_log *log, uint64_t serial)
{
	struct tui_log_line line;

	return serial > log->first && tui_log_get(log, serial - 1, &line) && line.kind == TUI_LOG_NOTE
		   ? serial - 1
		   : serial;
}

static void
jump_last_run(struct tui_model *m, const struct tui_source *s)
{
	ptrdiff_t i = run_before(m, s);

	if (i < 0)
		give_up(m, s->runs_known && s->nruns > 0 ? "no run before that is known of"
							 : "this daemon tells of no run before");
	else if (s->runs[i].offset < 0)
		give_up(m, "the log of the run before was rotated away, or goes to no file");
	else if (!tui_past_has(m, s->runs[i].offset))
		go_for(m, s->runs[i].offset);
	else
		show(m, note_of(&m->logpane.log, find_offset(&m->logpane.log, s, s->runs[i].offset)));
}

/* Goes on with what had to wait: for the history, then perhaps for the past of the file. */
static void
jump(struct tui_model *m, struct tui_source *s)
{
	struct tui_logpane *p = &m->logpane;

	if (s != NULL && !s->runs_known)
		return;
	if (p->jump == JUMP_LAST_RUN && s == NULL)
		give_up(m, "show one log of one program for that: l, and 1 for stdout or stderr");
	else if (p->jump == JUMP_LAST_RUN)
		jump_last_run(m, s);
	else if (p->jump == JUMP_BACK)
		jump_back(m, s);
}

/* Beside the table a few do, when its text has come: the selection has rested on it then. */
static unsigned
wanted_records(const struct tui_model *m, const struct tui_source *s)
{
	const struct tui_logpane *p = &m->logpane;

	if (m->focus == PANE_LOG || p->jump != JUMP_NONE)
		return RUNS_ASKED;
	return p->height > 0 && s->begun ? RUNS_GLANCE : 0;
}

void
tui_runs_settle(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;
	unsigned source;
	struct tui_source *s = source_of(m, &source);

	if (s != NULL && s->runs_asked < wanted_records(m, s)) {
		if (tui_source_is_main(s) || s->host->link == LINK_POLLING) {
			s->runs_asked = RUNS_ASKED;
			s->runs_known = true;
		} else if (s->host->link == LINK_LIVE)
			ask(m, s, wanted_records(m, s));
	}
	if (s != NULL && s->runs_known)
		note_marks(m, source);
	if (p->jump != JUMP_NONE && !p->wish.to_offset)
		jump(m, s);
}

void
tui_runs_back(struct tui_model *m)
{
	m->logpane.jump = JUMP_BACK;
	tui_runs_settle(m);
}

void
tui_runs_last_run(struct tui_model *m)
{
	m->logpane.jump = JUMP_LAST_RUN;
	tui_runs_settle(m);
}

void
tui_runs_forward(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;
	uint64_t found;

	p->jump = JUMP_NONE;
	if (!p->follow && tui_log_find_note(&p->log, tui_logpane_position(p).serial + 1, 1, &found))
		show(m, found);
	else
		give_up(m, "no start or end is below");
}
