/* tui_marks.c: see tui_marks.h. */
#include "autoconf.h"

#include "tui/tui_marks.h"

#include "tui/tui_rows.h"

static void
set_mark(struct tui_model *m, struct tui_proc *p, bool marked)
{
	m->nmarked -= p->marked;
	p->marked = marked;
	p->in_range = false;
	m->nmarked += p->marked;
}

size_t
tui_marks_pattern(struct tui_model *m, const char *pattern, bool marked)
{
	size_t n = 0;

	for (size_t i = 0; i < m->ngroups; i++) {
		for (size_t j = 0; j < m->groups[i]->n; j++) {
			struct tui_proc *p = m->groups[i]->procs[j];

			if (!tui_proc_fits(p, pattern))
				continue;
			n++;
			set_mark(m, p, marked);
		}
	}
	return n;
}

/* The range */

static void
clear(struct tui_model *m)
{
	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++)
			if (m->groups[i]->procs[j]->in_range)
				set_mark(m, m->groups[i]->procs[j], false);
}

/* What was marked before is not the range's. */
static void
add(struct tui_model *m, struct tui_proc *p)
{
	if (p->marked)
		return;
	set_mark(m, p, true);
	p->in_range = true;
}

/* A folded group's head stands for its members, another one only for itself. */
static void
add_row(struct tui_model *m, const struct tui_row *row)
{
	if (row->proc != NULL)
		add(m, row->proc);
	else if (tui_rows_is_folded(m, row->group))
		for (size_t i = 0; i < row->group->n; i++)
			add(m, row->group->procs[i]);
}

void
tui_marks_follow(struct tui_model *m)
{
	const struct tui_range *range = &m->range;
	long from, to;

	if (!range->on)
		return;
	clear(m);
	if (tui_rows_selected(m) == NULL)
		return;
	from = range->proc != NULL && range->proc->row >= 0 ? range->proc->row : range->group->row;
	to = (long)m->cursor;
	if (from < 0)
		from = to; /* it is filtered away */
	for (long i = from < to ? from : to; i <= (from < to ? to : from); i++)
		add_row(m, &m->rows[i]);
}

void
tui_marks_range(struct tui_model *m)
{
	if (!m->range.on) {
		m->range =
		    (struct tui_range){.on = true, .group = m->selected_group, .proc = m->selected_proc};
		tui_marks_follow(m);
		tui_message(m, LOOK_PLAIN, "what is moved over is marked: V keeps the marks, Esc drops them");
		return;
	}
	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++)
			m->groups[i]->procs[j]->in_range = false;
	m->range.on = false;
}

void
tui_marks_range_cancel(struct tui_model *m)
{
	clear(m);
	m->range.on = false;
}

void
tui_marks_removed(struct tui_model *m, const struct tui_group *g, const struct tui_proc *p)
{
	if (!m->range.on)
		return;
	if (p != NULL && m->range.proc == p)
		m->range.proc = NULL;
	if (p == NULL && m->range.group == g)
		tui_marks_range_cancel(m);
}
