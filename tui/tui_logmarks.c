/* tui_logmarks.c: see tui_logmarks.h. */
#include "autoconf.h"

#include "tui/tui_logmarks.h"

#include "tui/tui_logfilter.h"
#include "tui/tui_logpane.h"

bool
tui_logmarks_current(const struct tui_logpane *p, uint64_t *serial)
{
	struct tui_log_position top = tui_logpane_position(p);

	if (p->has_hit && tui_logpane_is_in_sight(p, p->hit)) {
		*serial = p->hit;
		return true;
	}
	return p->follow ? tui_logfilter_prev(p, tui_log_end(&p->log), serial)
			 : tui_logfilter_next(p, top.serial, serial);
}

/* The ends of the selection, the upper one first. */
static void
ends_of(const struct tui_logmarks *k, uint64_t *first, uint64_t *last)
{
	*first = k->from < k->to ? k->from : k->to;
	*last = k->from < k->to ? k->to : k->from;
}

static bool
mark_selection(struct tui_logpane *p)
{
	struct tui_logmarks *k = &p->marks;
	uint64_t first, last, at;

	ends_of(k, &first, &last);
	k->selecting = false;
	for (; tui_logfilter_next(p, first, &at) && at <= last; first = at + 1) {
		if (k->lines.n >= TUI_LOGMARKS_MAX)
			return false;
		tui_serials_add(&k->lines, at);
	}
	return true;
}

bool
tui_logmarks_toggle(struct tui_logpane *p)
{
	struct tui_logmarks *k = &p->marks;
	uint64_t at;

	if (k->selecting)
		return mark_selection(p);
	if (!tui_logmarks_current(p, &at))
		return true;
	if (tui_serials_has(&k->lines, at))
		tui_serials_remove(&k->lines, at);
	else if (k->lines.n >= TUI_LOGMARKS_MAX)
		return false;
	else
		tui_serials_add(&k->lines, at);
	return true;
}

bool
tui_logmarks_next(const struct tui_logpane *p, uint64_t *serial)
{
	const struct tui_serials *lines = &p->marks.lines;
	uint64_t at = 0;
	size_t i;

	if (lines->n == 0)
		return false;
	tui_logmarks_current(p, &at);
	i = tui_serials_below(lines, at + 1);
	*serial = tui_serials_get(lines, i < lines->n ? i : 0);
	return true;
}

void
tui_logmarks_select(struct tui_logpane *p)
{
	uint64_t at;

	if (!tui_logmarks_current(p, &at))
		return;
	p->marks.selecting = true;
	p->marks.from = p->marks.to = at;
	tui_logpane_reach(p, at);
}

void
tui_logmarks_extend(struct tui_logpane *p, long lines)
{
	struct tui_logmarks *k = &p->marks;
	uint64_t at;

	for (; lines > 0 && tui_logfilter_next(p, k->to + 1, &at); lines--)
		k->to = at;
	for (; lines < 0 && tui_logfilter_prev(p, k->to, &at); lines++)
		k->to = at;
	tui_logpane_reach(p, k->to);
}

bool
tui_logmarks_is_selected(const struct tui_logpane *p, uint64_t serial)
{
	uint64_t first, last;

	ends_of(&p->marks, &first, &last);
	return p->marks.selecting && serial >= first && serial <= last;
}

void
tui_logmarks_settle(struct tui_logpane *p)
{
	struct tui_logmarks *k = &p->marks;
	uint64_t first = p->log.first;

	tui_serials_drop_below(&k->lines, first);
	if (!k->selecting)
		return;
	if (k->from < first && k->to < first)
		k->selecting = false;
	k->from = k->from < first ? first : k->from;
	k->to = k->to < first ? first : k->to;
}

void
tui_logmarks_clear(struct tui_logpane *p)
{
	tui_serials_release(&p->marks.lines);
	p->marks.selecting = false;
}

void
tui_logmarks_inserted(struct tui_logmarks *k, uint64_t serial)
{
	tui_serials_shift_below(&k->lines, serial);
	if (k->from < serial)
		k->from--;
	if (k->to < serial)
		k->to--;
}
