/*
 * tui_order_place.c: lines of the log in their new places. They have other numbers then, so that whoever remembers one is
 * given the new one.
 */
#include "autoconf.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_logpane.h"
#include "tui/tui_order_parts.h"

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
is_in_place(struct tui_order *o)
{
	bool same = o->n == (size_t)(o->limit - o->log->first);
	struct tui_log_line line;

	for (size_t i = 0; i < o->n && tui_log_get(o->log, o->log->first + i, &line); i++) {
		struct tui_order_item *it = &o->items[i];

		if (it->rank == TUI_RANK_SEAM && line.rank == TUI_RANK_SEAM && line.len == strlen(it->note) &&
		    memcmp(line.text, it->note, line.len) == 0)
			it->serial = o->log->first + i;
		same = same && it->serial == o->log->first + i;
	}
	return same;
}

void
tui_order_place(struct tui_order *o)
{
	struct tui_log_placed *placed = xreallocarray(NULL, o->n + 1, sizeof(*placed));
	size_t old = (size_t)(o->limit - o->log->first);
	struct new_numbers numbers = {.first = o->log->first, .n = old};
	bool same = is_in_place(o);

	numbers.of = xcalloc(old + 1, sizeof(uint64_t));
	for (size_t i = 0; i < o->n; i++) {
		const struct tui_order_item *it = &o->items[i];

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
