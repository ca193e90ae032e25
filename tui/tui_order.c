/* tui_order.c: see tui_order.h. */
#include "autoconf.h"

#include "tui/tui_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_order_parts.h"

static struct tui_order_item *
add_item(struct tui_order *o)
{
	if (o->n == o->cap) {
		o->cap = o->cap == 0 ? 64 : o->cap * 2;
		o->items = xreallocarray(o->items, o->cap, sizeof(struct tui_order_item));
	}
	return &o->items[o->n++];
}

static void
find_programs(struct tui_order *o)
{
	for (unsigned i = 0; i < o->log->nsources; i++) {
		const struct tui_source *s = o->log->sources[i];
		unsigned first = 0;

		while (!tui_source_is_of(o->log->sources[first], s->host, s->key))
			first++;
		o->program[i] = first;
	}
}

/* Which run a line is of */

/* How far the lines of a source have come in its starts and ends. */
struct progress {
	size_t mark;
	double key;
	enum tui_log_rank rank;
};

/* A start whose place was rotated away: the file begins in that run, unless another start or end follows that has gone as well. */
static void
read_start_of_file(const struct tui_source *s, struct progress *at)
{
	const struct tui_run_mark *mark = &s->runs[at->mark];

	if (mark->time < s->opened && (at->mark == 0 || mark[-1].offset < 0))
		at->key = mark->is_start ? mark->time - s->ahead : 0;
}

static void
go_to_offset(const struct tui_source *s, struct progress *at, int64_t offset)
{
	for (; at->mark < s->nruns && s->runs[at->mark].offset <= offset; at->mark++) {
		const struct tui_run_mark *mark = &s->runs[at->mark];

		if (mark->offset < 0) {
			read_start_of_file(s, at);
			continue;
		}
		at->rank = mark->is_start ? TUI_RANK_TEXT : TUI_RANK_LATE;
		if (mark->is_start)
			at->key = mark->time - s->ahead;
	}
}

/* A line of text keeps the run that it was given once: after a rotation the places in the file are gone. */
static void
read_text(const struct tui_order *o, struct tui_order_item *it, const struct tui_log_line *line,
	  struct progress *at)
{
	const struct tui_source *s = o->log->sources[line->source];

	if (line->time < 0)
		return;
	if (line->offset >= 0)
		go_to_offset(s, at, line->offset);
	it->key = at->key;
	it->rank = (uint8_t)at->rank;
}

/* The past of a log that came behind something else: the file's end is sent a moment after the log is followed. */
static bool
is_late(const struct tui_log *log, uint64_t serial, const struct tui_log_line *line)
{
	const struct tui_source *s = line->source < log->nsources ? log->sources[line->source] : NULL;

	return s != NULL && s->followed && line->kind == TUI_LOG_TEXT && line->time <= 0 &&
	       (s->file_first == 0 || serial < s->file_first);
}

static void
find_limit(struct tui_order *o)
{
	struct tui_log_line line;

	o->limit = o->log->past_end;
	for (uint64_t serial = o->limit; tui_log_get(o->log, serial, &line); serial++)
		if (is_late(o->log, serial, &line))
			o->limit = serial + 1;
}

static void
read_line(struct tui_order *o, uint64_t serial, const struct tui_log_line *line, struct progress *at)
{
	struct tui_order_item *it = add_item(o);

	*it = (struct tui_order_item){
	    .key = line->time < 0 ? -line->time : 0,
	    .serial = serial,
	    .source = (uint16_t)line->source,
	    .kind = (uint8_t)line->kind,
	    .rank = (uint8_t)line->rank,
	    .since = serial >= o->log->past_end && !is_late(o->log, serial, line),
	};
	if (it->since) {
		it->key = line->time;
		o->nsince++;
	} else if (line->source < o->log->nsources) {
		it->program = (uint16_t)o->program[line->source];
		it->channel = (uint8_t)o->log->sources[line->source]->channel;
		if (line->kind == TUI_LOG_TEXT)
			read_text(o, it, line, &at[line->source]);
	}
}

static void
read_lines(struct tui_order *o)
{
	struct progress *at = xcalloc(o->log->nsources + 1, sizeof(*at));
	struct tui_log_line line;

	for (uint64_t serial = o->log->first; serial < o->limit && tui_log_get(o->log, serial, &line);
	     serial++)
		if (line.rank != TUI_RANK_SEAM)
			read_line(o, serial, &line, at);
	free(at);
}

/* Other notes stay with the line of their source below them, else with the one above. */
static void
bind_notes(struct tui_order *o)
{
	const struct tui_order_item **below = xcalloc(o->log->nsources + 1, sizeof(*below)), *from;

	for (size_t i = o->n; i-- > 0;) {
		struct tui_order_item *it = &o->items[i];
		size_t source = it->source < o->log->nsources ? it->source : o->log->nsources;

		if (it->since)
			continue;
		if (it->kind == TUI_LOG_TEXT) {
			below[source] = below[o->log->nsources] = it;
			continue;
		}
		if (it->rank == TUI_RANK_TOP || it->key > 0)
			continue;
		from = below[source];
		if (it->rank == TUI_RANK_END || from == NULL)
			from = i > 0 ? &o->items[i - 1] : from;
		if (from == NULL)
			continue;
		it->key = from->key;
		it->program = from->program;
		it->channel = from->channel;
	}
	free(below);
}

/* Starts and ends */

/* The same start or end in another log of the program is noted with this one. True: it was already. */
static bool
take_twins(struct tui_order *o, unsigned source, const struct tui_run_mark *mark)
{
	bool was_noted = false;

	for (unsigned i = 0; i < o->log->nsources; i++) {
		struct tui_source *s = o->log->sources[i];

		if (i == source || o->program[i] != o->program[source])
			continue;
		for (size_t j = 0; j < s->nruns; j++)
			if (tui_runs_are_same(&s->runs[j], mark)) {
				was_noted |= s->runs[j].noted;
				s->runs[j].noted = true;
				s->runs[j].noted_at = mark->noted_at;
			}
	}
	return was_noted;
}

/* When the run began that mark i is of; 0: the history does not reach so far. */
static double
run_of(const struct tui_source *s, size_t i)
{
	for (i++; i-- > 0;)
		if (s->runs[i].is_start && s->runs[i].offset >= 0)
			return s->runs[i].time - s->ahead;
	return 0;
}

static void
note_mark(struct tui_order *o, unsigned source, size_t i)
{
	struct tui_source *s = o->log->sources[source];
	struct tui_run_mark *mark = &s->runs[i];
	struct tui_order_item *it;
	char text[256];

	mark->noted = true;
	mark->noted_at = mark->time - s->ahead;
	if (take_twins(o, source, mark) || !tui_log_has_room(o->log, o->notes + 1))
		return;
	o->notes++;
	tui_runs_describe(o->m, mark, mark->noted_at, tui_runs_length(s, i), text, sizeof(text));
	it = add_item(o);
	*it = (struct tui_order_item){
	    .key = run_of(s, i),
	    .note = xasprintf("%s%s%s", o->several ? s->label : "", o->several ? " " : "", text),
	    .source = (uint16_t)source,
	    .program = (uint16_t)o->program[source],
	    .channel = (uint8_t)s->channel,
	    .kind = TUI_LOG_NOTE,
	    .rank = mark->is_start ? TUI_RANK_START : TUI_RANK_END,
	};
}

static void
note_marks(struct tui_order *o, unsigned source)
{
	const struct tui_source *s = o->log->sources[source];
	struct tui_log_line oldest;
	uint64_t serial;

	if (!s->followed || !tui_log_oldest(o->log, source, &serial) ||
	    !tui_log_get(o->log, serial, &oldest) || oldest.offset < 0)
		return;
	for (size_t i = 0; i < s->nruns; i++)
		if (!s->runs[i].noted && s->runs[i].time < s->opened && s->runs[i].offset >= oldest.offset &&
		    s->runs[i].offset <= s->offset)
			note_mark(o, source, i);
}

/* What could not be put in order */

/* What the lines from `from` up to `to` are of. */
struct found {
	bool unsure; /* lines of two logs stand one after the other that were not written so */
	bool both;   /* channels of one program */
	bool turned; /* ... stderr, then stdout */
	bool straight;
	bool several;
};

static struct found
look_at(const struct tui_order *o, size_t from, size_t to)
{
	const struct tui_order_item *last = NULL, *first = NULL;
	struct found f = {0};

	for (size_t i = from; i < to; i++) {
		const struct tui_order_item *it = &o->items[i];

		if (it->kind != TUI_LOG_TEXT)
			continue;
		first = first == NULL ? it : first;
		f.several |= it->program != first->program;
		if (last != NULL && last->program == it->program && last->channel != it->channel &&
		    last->key >= it->key && last->key <= it->key) {
			f.turned |= it->turned;
			f.straight |= !it->turned;
		}
		last = it;
	}
	f.both = f.turned || f.straight;
	f.unsure = f.both || f.several;
	return f;
}

/* Behind item i - 1. */
static void
insert_seam(struct tui_order *o, size_t i, char *text)
{
	add_item(o);
	memmove(o->items + i + 1, o->items + i, (o->n - 1 - i) * sizeof(struct tui_order_item));
	o->items[i] = (struct tui_order_item){
	    .note = text,
	    .source = TUI_LOG_NO_SOURCE,
	    .kind = TUI_LOG_NOTE,
	    .rank = TUI_RANK_SEAM,
	};
}

static const char *
name_order(const struct found *f)
{
	if (f->several)
		return "run after run, as they began";
	if (!f->turned)
		return "of each run stdout, then stderr";
	return f->straight ? "of runs stdout, then stderr, of this stderr first"
			   : "of this run stderr, then stdout";
}

static void
say_what_is_unsure(struct tui_order *o)
{
	struct found known, unknown;
	size_t i = 0, end = o->n - o->nsince;

	while (i < end && !(o->items[i].key > 0))
		i++;
	unknown = look_at(o, 0, i);
	known = look_at(o, i, end);
	if (!tui_log_has_room(o->log, o->notes + 2))
		return;
	if (known.unsure)
		insert_seam(o, end, xasprintf("above: %s; below: as it comes", name_order(&known)));
	if (unknown.unsure)
		insert_seam(o, i,
			    xasprintf("above: %s; when it was written is not known",
				      unknown.several ? "one log after the other" : "stdout, then stderr"));
}

/* The history of a program is on its way. */
static bool
must_wait(const struct tui_log *log)
{
	for (size_t i = 0; i < log->nsources; i++) {
		const struct tui_source *s = log->sources[i];

		if (s->followed && s->runs_asked > 0 && !s->runs_known && s->host->link == LINK_LIVE)
			return true;
	}
	return false;
}

/* Starts and ends of one log have their places among its lines (tui_runs); that is put in order only where its past came
   late. */
void
tui_order_settle(struct tui_model *m)
{
	struct tui_log *log = &m->logpane.log;
	struct tui_order o = {.m = m, .log = log, .several = m->logpane.show.programs > 1};
	bool alone = tui_show_source(m) != TUI_LOG_NO_SOURCE;

	if (!log->unordered || m->logpane.show.kind == TUI_SHOW_AROUND || (!alone && must_wait(log)))
		return;
	log->unordered = false;
	if (log->past_end < log->first)
		log->past_end = log->first;
	find_limit(&o);
	if (alone && o.limit == log->past_end)
		return;
	find_programs(&o);
	read_lines(&o);
	bind_notes(&o);
	for (unsigned i = 0; i < log->nsources && !alone; i++)
		note_marks(&o, i);
	tui_order_sort(&o);
	say_what_is_unsure(&o);
	tui_order_place(&o);
	for (size_t i = 0; i < o.n; i++)
		free(o.items[i].note);
	free(o.items);
}
