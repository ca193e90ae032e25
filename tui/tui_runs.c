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
#include "tui/tui_order.h"
#include "tui/tui_record.h"
#include "tui/tui_runjump.h"

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

/* All logs of a program have the same starts and ends, each at its own places: they are asked for once. */
static void
ask(struct tui_model *m, const struct tui_source *of, unsigned records)
{
	struct tui_log *log = &m->logpane.log;
	struct xmlrpc_value *params = xmlrpc_array();

	m->tickets++;
	for (size_t i = 0; i < log->nsources; i++) {
		struct tui_source *s = log->sources[i];

		if (!tui_source_is_of(s, of->host, of->key))
			continue;
		s->runs_asked = records;
		s->runs_known = false;
		s->runs_ticket = m->tickets;
	}
	xmlrpc_append(params, xmlrpc_string(of->key));
	xmlrpc_append(params, xmlrpc_int((int)records));
	tui_request_call(of->host, TAG_RUNS, m->tickets, "cvisor.getHistory", params);
}

void
tui_runs_reply(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *history, const char *fault)
{
	struct tui_log *log = &h->model->logpane.log;

	(void)fault; /* a daemon without history: what happens from now on is noted */
	for (size_t i = 0; i < log->nsources; i++) {
		struct tui_source *s = log->sources[i];

		if (s->host != h || s->runs_asked == 0 || s->runs_known || s->runs_ticket != ticket)
			continue;
		s->runs_known = true;
		merge(s, history);
		log->unordered = true;
	}
}

/* Places */

/* The first line of text of a source from serial on. */
static bool
next_text(const struct tui_log *log, unsigned source, uint64_t serial, uint64_t end, uint64_t *found,
	  struct tui_log_line *line)
{
	for (; serial < end && tui_log_get(log, serial, line); serial++)
		if (line->source == source && line->kind == TUI_LOG_TEXT && line->offset >= 0) {
			*found = serial;
			return true;
		}
	return false;
}

/* The first line of the present file that is not before offset; the end of the log when all are. */
static uint64_t
find_offset(const struct tui_log *log, unsigned source, int64_t offset)
{
	const struct tui_source *s = log->sources[source];
	uint64_t low = s->file_first > log->first ? s->file_first : log->first, high = tui_log_end(log);
	struct tui_log_line line;
	uint64_t at;

	while (low < high) {
		uint64_t middle = low + (high - low) / 2;

		if (!next_text(log, source, middle, high, &at, &line))
			high = middle;
		else if (line.offset < offset)
			low = at + 1;
		else
			high = middle;
	}
	/* Notes that stand there already are of what was before. */
	return next_text(log, source, low, tui_log_end(log), &at, &line) ? at : tui_log_end(log);
}

double
tui_runs_length(const struct tui_source *s, size_t i)
{
	return !s->runs[i].is_start && i > 0 && s->runs[i - 1].is_start
		   ? s->runs[i].time - s->runs[i - 1].time
		   : -1;
}

bool
tui_runs_are_same(const struct tui_run_mark *a, const struct tui_run_mark *b)
{
	return a->is_start == b->is_start && a->time >= b->time && a->time <= b->time;
}

/* Is it noted in the other log of the program already? */
static bool
is_noted_in_twin(const struct tui_log *log, const struct tui_source *s, const struct tui_run_mark *mark)
{
	for (size_t i = 0; i < log->nsources; i++) {
		const struct tui_source *other = log->sources[i];

		if (other == s || !tui_source_is_of(other, s->host, s->key))
			continue;
		for (size_t j = 0; j < other->nruns; j++)
			if (other->runs[j].noted && tui_runs_are_same(&other->runs[j], mark))
				return true;
	}
	return false;
}

/* Where several logs are shown: whose it is. That of the second log of a program is noted where there is text of that log
   behind it. */
static void
note_mark(struct tui_model *m, unsigned source, size_t i)
{
	struct tui_logpane *p = &m->logpane;
	struct tui_source *s = p->log.sources[source];
	struct tui_run_mark *mark = &s->runs[i];
	double local_time = mark->time - s->host->clock_ahead;
	uint64_t at = find_offset(&p->log, source, mark->offset);
	bool twin = is_noted_in_twin(&p->log, s, mark);
	bool several = p->show.programs > 1;
	char text[256], *note;

	mark->noted = true;
	mark->noted_at = local_time;
	if (twin && at == tui_log_end(&p->log))
		return;
	tui_runs_describe(m, mark, local_time, tui_runs_length(s, i), text, sizeof(text));
	note = xasprintf("%s%s%s%s%s", several ? s->label : "", several ? " " : "", text, twin ? ", in " : "",
			 twin ? channel_name(s->channel) : "");
	if (tui_logpane_insert_note(p, at, source, local_time, note))
		tui_log_set_rank(&p->log, at - 1, mark->is_start ? TUI_RANK_START : TUI_RANK_END);
	free(note);
	if (p->wish.to_begin)
		tui_logpane_first(p);
}

/* Of one log all that it has text of; of several those that were missed since they are followed: what was before is put in
   order (tui_order). */
static void
note_marks(struct tui_model *m, unsigned source, bool alone)
{
	struct tui_source *s = m->logpane.log.sources[source];

	for (size_t i = 0; i < s->nruns; i++) {
		const struct tui_run_mark *mark = &s->runs[i];

		if (!mark->noted && (alone || mark->time >= s->opened) && mark->offset >= 0 &&
		    mark->offset <= s->offset && tui_past_has(m, source, mark->offset))
			note_mark(m, source, i);
	}
}

/* Beside the table a few do, when its text has come: the selection has rested on it then. Many programs together have as
   many as one. */
static unsigned
wanted_records(const struct tui_model *m, const struct tui_source *s)
{
	const struct tui_logpane *p = &m->logpane;
	unsigned programs = p->show.programs > 1 ? (unsigned)p->show.programs : 1;
	unsigned share = RUNS_ASKED * 2 / programs;

	if (m->focus == PANE_LOG || p->jump != JUMP_NONE)
		return programs == 1 ? RUNS_ASKED : share < RUNS_GLANCE ? RUNS_GLANCE : share;
	return p->height > 0 && s->begun ? RUNS_GLANCE : 0;
}

static bool
is_asked(const struct tui_source *s)
{
	return s->runs_asked > 0 && !s->runs_known && s->host->link == LINK_LIVE;
}

bool
tui_runs_are_asked(const struct tui_model *m)
{
	const struct tui_log *log = &m->logpane.log;

	for (size_t i = 0; i < log->nsources; i++)
		if (log->sources[i]->followed && is_asked(log->sources[i]))
			return true;
	return false;
}

/* One question at a time: a group may have many programs. */
static void
ask_for_runs(struct tui_model *m)
{
	struct tui_log *log = &m->logpane.log;
	struct tui_source *next = NULL;
	unsigned records = 0;

	for (size_t i = 0; i < log->nsources; i++) {
		struct tui_source *s = log->sources[i];
		unsigned wanted = s->followed ? wanted_records(m, s) : 0;

		if (is_asked(s))
			return;
		if (s->runs_asked >= wanted)
			continue;
		if (tui_source_is_main(s) || s->host->link == LINK_POLLING) {
			s->runs_asked = RUNS_ASKED;
			s->runs_known = true;
		} else if (s->host->link == LINK_LIVE && next == NULL) {
			next = s;
			records = wanted;
		}
	}
	if (next != NULL)
		ask(m, next, records);
}

void
tui_runs_settle(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;
	bool alone = tui_show_source(m) != TUI_LOG_NO_SOURCE;

	ask_for_runs(m);
	tui_order_settle(m);
	for (unsigned i = 0; i < p->log.nsources; i++)
		if (p->log.sources[i]->followed && p->log.sources[i]->runs_known)
			note_marks(m, i, alone);
	tui_runjump_settle(m);
}
