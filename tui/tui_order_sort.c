/*
 * tui_order_sort.c: the order of the past: by the beginnings of runs, in each run its start, stdout, stderr, its end. Of the run
 * that was under way when the logs were opened, the log that was written last stands last.
 */
#include "autoconf.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "tui/tui_order_parts.h"

static int
stage_of(const struct tui_order_item *it)
{
	static const int stages[] = {
	    [TUI_RANK_TOP] = 0, [TUI_RANK_START] = 0, [TUI_RANK_TEXT] = 1,
	    [TUI_RANK_END] = 2, [TUI_RANK_LATE] = 3,  [TUI_RANK_SEAM] = 4,
	};

	return stages[it->rank];
}

static bool
is_behind(const struct tui_order_item *a, const struct tui_order_item *b)
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
	return a->turned ? a->channel < b->channel : a->channel > b->channel;
}

/* When the run began that was under way when the log was opened; 0: none was. What has become of it since changes nothing:
   what is read stays as it is. */
static double
run_under_way(const struct tui_source *s)
{
	size_t n = s->nruns;

	while (n > 0 && s->runs[n - 1].time >= s->opened)
		n--;
	return n > 0 && s->runs[n - 1].is_start ? s->runs[n - 1].time - s->ahead : 0;
}

/* The run of a program whose stdout was written after its stderr; 0: none, or that is not known. */
static double
find_turned(const struct tui_order *o, unsigned program)
{
	double written[NCHANNELS] = {0}, began, run = 0;

	for (unsigned i = 0; i < o->log->nsources; i++)
		if (o->program[i] == program) {
			written[o->log->sources[i]->channel] = o->log->sources[i]->written;
			began = run_under_way(o->log->sources[i]);
			run = began > run ? began : run;
		}
	return written[CHANNEL_STDERR] > 0 && written[CHANNEL_STDOUT] > written[CHANNEL_STDERR] ? run : 0;
}

static void
turn_runs(struct tui_order *o)
{
	double turned[TUI_LOG_SOURCES] = {0};

	for (unsigned i = 0; i < o->log->nsources; i++)
		if (o->program[i] == i)
			turned[i] = find_turned(o, i);
	for (size_t i = 0; i < o->n; i++) {
		struct tui_order_item *it = &o->items[i];

		it->turned = !it->since && it->key > 0 && it->key >= turned[it->program] &&
			     it->key <= turned[it->program];
	}
}

static size_t
end_of_run(const struct tui_order_item *items, size_t from, size_t n)
{
	do
		from++;
	while (from < n && !is_behind(&items[from - 1], &items[from]));
	return from;
}

static void
merge(const struct tui_order_item *a, size_t na, const struct tui_order_item *b, size_t nb,
      struct tui_order_item *out)
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
void
tui_order_sort(struct tui_order *o)
{
	struct tui_order_item *to = xreallocarray(NULL, o->n + 1, sizeof(struct tui_order_item)),
			      *from = o->items;

	turn_runs(o);
	while (o->n > 0 && end_of_run(from, 0, o->n) < o->n) {
		struct tui_order_item *swap = from;

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
