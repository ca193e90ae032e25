/* tui_order.c: see tui_order.h. */
#include "autoconf.h"

#include "tui/tui_order.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_logpane.h"

/* A line of the past, with what its place depends on. */
struct item {
	double key; /* when its run began, by this host's clock; 0: not known; of what came since: its time */
	uint64_t serial; /* 0: a new note */
	char *note;      /* ... what it says; owned */
	uint16_t source;
	uint16_t program;
	uint8_t channel;
	uint8_t kind;
	uint8_t rank;
	bool since; /* came since the logs are shown: stays behind the past, in its order */
};

struct order {
	struct tui_model *m;
	struct tui_log *log;
	struct item *items; /* owned */
	size_t n;
	size_t cap;
	uint64_t limit; /* the lines below are looked at: the past, and what of it came late */
	size_t nsince;  /* items that came since */
	unsigned program[TUI_LOG_SOURCES]; /* of each source: the first source of the same program */
	bool several;                      /* programs */
	size_t notes;                      /* that are new */
};

static struct item *
add_item(struct order *o)
{
	if (o->n == o->cap) {
		o->cap = o->cap == 0 ? 64 : o->cap * 2;
		o->items = xreallocarray(o->items, o->cap, sizeof(struct item));
	}
	return &o->items[o->n++];
}

static void
find_programs(struct order *o)
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

static void
go_to_offset(const struct tui_source *s, struct progress *at, int64_t offset)
{
	for (; at->mark < s->nruns && s->runs[at->mark].offset <= offset; at->mark++) {
		const struct tui_run_mark *mark = &s->runs[at->mark];

		if (mark->offset < 0)
			continue;
		at->rank = mark->is_start ? TUI_RANK_TEXT : TUI_RANK_LATE;
		if (mark->is_start)
			at->key = mark->time - s->ahead;
	}
}

/* A line of text keeps the run that it was given once: after a rotation the places in the file are gone. */
static void
read_text(const struct order *o, struct item *it, const struct tui_log_line *line, struct progress *at)
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
find_limit(struct order *o)
{
	struct tui_log_line line;

	o->limit = o->log->past_end;
	for (uint64_t serial = o->limit; tui_log_get(o->log, serial, &line); serial++)
		if (is_late(o->log, serial, &line))
			o->limit = serial + 1;
}

static void
read_line(struct order *o, uint64_t serial, const struct tui_log_line *line, struct progress *at)
{
	struct item *it = add_item(o);

	*it = (struct item){
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
read_lines(struct order *o)
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
bind_notes(struct order *o)
{
	const struct item **below = xcalloc(o->log->nsources + 1, sizeof(*below)), *from;

	for (size_t i = o->n; i-- > 0;) {
		struct item *it = &o->items[i];
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
take_twins(struct order *o, unsigned source, const struct tui_run_mark *mark)
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
note_mark(struct order *o, unsigned source, size_t i)
{
	struct tui_source *s = o->log->sources[source];
	struct tui_run_mark *mark = &s->runs[i];
	struct item *it;
	char text[256];

	mark->noted = true;
	mark->noted_at = mark->time - s->ahead;
	if (take_twins(o, source, mark) || !tui_log_has_room(o->log, o->notes + 1))
		return;
	o->notes++;
	tui_runs_describe(o->m, mark, mark->noted_at, tui_runs_length(s, i), text, sizeof(text));
	it = add_item(o);
	*it = (struct item){
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
note_marks(struct order *o, unsigned source)
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

/* The order */

static int
stage_of(const struct item *it)
{
	static const int stages[] = {
	    [TUI_RANK_TOP] = 0, [TUI_RANK_START] = 0, [TUI_RANK_TEXT] = 1,
	    [TUI_RANK_END] = 2, [TUI_RANK_LATE] = 3,  [TUI_RANK_SEAM] = 4,
	};

	return stages[it->rank];
}

static bool
is_behind(const struct item *a, const struct item *b)
{
	bool a_top, b_top;

	if (a->since || b->since)
		return a->since && !b->since;
	a_top = a->rank == TUI_RANK_TOP;
	b_top = b->rank == TUI_RANK_TOP;

	if (a_top != b_top)
		return b_top;
	if (a->key < b->key || a->key > b->key)
		return a->key > b->key;
	if (a->program != b->program)
		return a->program > b->program;
	if (stage_of(a) != stage_of(b))
		return stage_of(a) > stage_of(b);
	return a->channel > b->channel;
}

static size_t
end_of_run(const struct item *items, size_t from, size_t n)
{
	do
		from++;
	while (from < n && !is_behind(&items[from - 1], &items[from]));
	return from;
}

static void
merge(const struct item *a, size_t na, const struct item *b, size_t nb, struct item *out)
{
	while (na > 0 || nb > 0) {
		bool take_a = nb == 0 || (na > 0 && !is_behind(a, b));

		*out++ = take_a ? *a : *b;
		if (take_a) {
			a++;
			na--;
		} else {
			b++;
			nb--;
		}
	}
}

/* What is in order already is merged as it is: mostly that is the past so far, and one piece that came. Equal ones stay as
   they are. */
static void
sort(struct order *o)
{
	struct item *to = xreallocarray(NULL, o->n + 1, sizeof(struct item)), *from = o->items;

	while (o->n > 0 && end_of_run(from, 0, o->n) < o->n) {
		struct item *swap = from;

		for (size_t at = 0; at < o->n;) {
			size_t middle = end_of_run(from, at, o->n);
			size_t end = middle < o->n ? end_of_run(from, middle, o->n) : o->n;

			merge(from + at, middle - at, from + middle, end - middle, to + at);
			at = end;
		}
		from = to;
		to = swap;
	}
	free(to);
	o->items = from;
	o->cap = o->n;
}

/* What could not be put in order */

/* What the lines from `from` up to `to` are of. */
struct found {
	bool unsure; /* lines of two logs stand one after the other that were not written so */
	bool both;   /* channels of one program */
	bool several;
};

static struct found
look_at(const struct order *o, size_t from, size_t to)
{
	const struct item *last = NULL, *first = NULL;
	struct found f = {0};

	for (size_t i = from; i < to; i++) {
		const struct item *it = &o->items[i];

		if (it->kind != TUI_LOG_TEXT)
			continue;
		first = first == NULL ? it : first;
		f.several |= it->program != first->program;
		f.both |= last != NULL && last->program == it->program && last->channel != it->channel &&
			  last->key >= it->key && last->key <= it->key;
		last = it;
	}
	f.unsure = f.both || f.several;
	return f;
}

/* Behind item i - 1. */
static void
insert_seam(struct order *o, size_t i, char *text)
{
	add_item(o);
	memmove(o->items + i + 1, o->items + i, (o->n - 1 - i) * sizeof(struct item));
	o->items[i] = (struct item){
	    .note = text,
	    .source = TUI_LOG_NO_SOURCE,
	    .kind = TUI_LOG_NOTE,
	    .rank = TUI_RANK_SEAM,
	};
}

static void
say_what_is_unsure(struct order *o)
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
		insert_seam(o, end,
			    xasprintf("above: %s; below: as it comes",
				      known.several ? "run after run, as they began"
						    : "of each run stdout, then stderr"));
	if (unknown.unsure)
		insert_seam(o, i,
			    xasprintf("above: %s; when it was written is not known",
				      unknown.several ? "one log after the other" : "stdout, then stderr"));
}

/* The pane */

struct new_numbers {
	uint64_t first; /* of the old ones */
	size_t n;
	uint64_t *of; /* by old number; owned */
};

static void
renumber(const struct new_numbers *numbers, uint64_t *serial)
{
	if (*serial >= numbers->first && *serial - numbers->first < numbers->n)
		*serial = numbers->of[*serial - numbers->first];
}

static int
compare_serials(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void
renumber_marks(const struct new_numbers *numbers, struct tui_logmarks *k)
{
	size_t n = k->lines.n;
	uint64_t *lines = xreallocarray(NULL, n + 1, sizeof(uint64_t));

	for (size_t i = 0; i < n; i++) {
		lines[i] = tui_serials_get(&k->lines, i);
		renumber(numbers, &lines[i]);
	}
	qsort(lines, n, sizeof(uint64_t), compare_serials);
	tui_serials_clear(&k->lines);
	for (size_t i = 0; i < n; i++)
		tui_serials_add(&k->lines, lines[i]);
	renumber(numbers, &k->from);
	renumber(numbers, &k->to);
	free(lines);
}

static void
renumber_pane(struct tui_logpane *p, const struct new_numbers *numbers)
{
	renumber(numbers, &p->top);
	renumber(numbers, &p->hit);
	renumber(numbers, &p->before.top);
	renumber(numbers, &p->before.hit);
	renumber_marks(numbers, &p->marks);
	for (size_t i = 0; i < p->log.nsources; i++)
		renumber(numbers, &p->log.sources[i]->file_first);
	tui_logfilter_restart(p);
	tui_logfind_restart(p);
	if (p->wish.to_begin)
		tui_logpane_first(p);
}

/* A seam that would be made anew where it is may stay. True: so it is with all lines. */
static bool
is_in_place(struct order *o)
{
	bool same = o->n == (size_t)(o->limit - o->log->first);
	struct tui_log_line line;

	for (size_t i = 0; i < o->n && tui_log_get(o->log, o->log->first + i, &line); i++) {
		struct item *it = &o->items[i];

		if (it->rank == TUI_RANK_SEAM && line.rank == TUI_RANK_SEAM && line.len == strlen(it->note) &&
		    memcmp(line.text, it->note, line.len) == 0)
			it->serial = o->log->first + i;
		same = same && it->serial == o->log->first + i;
	}
	return same;
}

static void
place(struct order *o)
{
	struct tui_log_placed *placed = xreallocarray(NULL, o->n + 1, sizeof(*placed));
	size_t old = (size_t)(o->limit - o->log->first);
	struct new_numbers numbers = {.first = o->log->first, .n = old};
	bool same = is_in_place(o);

	numbers.of = xcalloc(old + 1, sizeof(uint64_t));
	for (size_t i = 0; i < o->n; i++) {
		const struct item *it = &o->items[i];

		placed[i] = (struct tui_log_placed){
		    .serial = it->serial,
		    .text = it->note,
		    .source = it->source,
		    .time = it->since     ? it->key
			    : it->key > 0 ? -it->key
					  : 0,
		    .rank = (enum tui_log_rank)it->rank,
		};
		if (placed[i].serial != 0)
			numbers.of[placed[i].serial - numbers.first] = o->limit - o->n + i;
	}
	/* Who was at a seam that is gone is at what was below it. */
	numbers.of[old] = o->limit;
	for (size_t i = old; i-- > 0;)
		if (numbers.of[i] == 0)
			numbers.of[i] = numbers.of[i + 1];
	tui_log_place_past(o->log, placed, o->n, o->limit, o->nsince);
	if (!same)
		renumber_pane(&o->m->logpane, &numbers);
	free(numbers.of);
	free(placed);
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
	struct order o = {.m = m, .log = log, .several = m->logpane.show.programs > 1};
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
	sort(&o);
	say_what_is_unsure(&o);
	place(&o);
	for (size_t i = 0; i < o.n; i++)
		free(o.items[i].note);
	free(o.items);
}
