/* tui_rows.c: see tui_rows.h. */
#include "autoconf.h"

#include "tui/tui_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/* Who moves about finds the rows where they were: figures that change reorder them only after a pause. */
#define HOLD_SECONDS 3

bool
tui_rows_shows(const struct tui_model *m, const struct tui_proc *p)
{
	return tui_model_shows(m, p->group->host) && (!m->only_ill || tui_proc_needs_hand(p)) &&
	       tui_filter_matches(m->terms, p);
}

static int
by_name(const void *a, const void *b)
{
	const struct tui_proc *const *pa = a, *const *pb = b;

	return tui_compare_names((*pa)->name, (*pb)->name);
}

static int
by_group_name(const void *a, const void *b)
{
	const struct tui_group *const *ga = a, *const *gb = b;

	if ((*ga)->host != (*gb)->host)
		return (*ga)->host->slot < (*gb)->host->slot ? -1 : 1;
	return tui_compare_names((*ga)->name, (*gb)->name);
}

static void
sort_groups(struct tui_model *m)
{
	size_t ordinal = 0;

	if (m->groups_dirty) {
		if (m->ngroups > 0)
			qsort(m->groups, m->ngroups, sizeof(struct tui_group *), by_group_name);
		for (size_t i = 0; i < m->ngroups; i++)
			m->groups[i]->slot = i;
		m->groups_dirty = false;
	}
	for (size_t i = 0; i < m->ngroups; i++) {
		struct tui_group *g = m->groups[i];

		if (g->dirty)
			qsort(g->procs, g->n, sizeof(struct tui_proc *), by_name);
		for (size_t j = 0; j < g->n; j++) {
			g->procs[j]->slot = j;
			g->procs[j]->ordinal = ordinal++;
		}
		g->dirty = false;
	}
}

static void
add_row(struct tui_model *m, struct tui_group *g, struct tui_proc *p)
{
	if (m->nrows == m->rows_cap) {
		m->rows_cap = m->rows_cap == 0 ? 64 : m->rows_cap * 2;
		m->rows = xreallocarray(m->rows, m->rows_cap, sizeof(*m->rows));
	}
	m->rows[m->nrows++] = (struct tui_row){.group = g, .proc = p};
}

static bool
is_filtered(const struct tui_model *m)
{
	return m->only_ill || m->filter[0] != '\0';
}

bool
tui_rows_is_folded(const struct tui_model *m, const struct tui_group *g)
{
	return g->folded && !is_filtered(m);
}

/* Rows of one group: its head, if it has one, and those of its processes that are shown. A filter opens
 * folds. */
static void
add_group_rows(struct tui_model *m, struct tui_group *g)
{
	bool filtered = is_filtered(m);
	bool head = m->sort == COLUMN_NAME && !tui_group_is_single(g);
	bool any = false;

	for (size_t i = 0; i < g->n; i++) {
		if (!g->procs[i]->shown)
			continue;
		if (head && !any)
			add_row(m, g, NULL);
		any = true;
		if (head && g->folded && !filtered)
			return;
		add_row(m, g, g->procs[i]);
	}
	if (head && !any && !filtered && tui_model_shows(m, g->host))
		add_row(m, g, NULL); /* a group without processes */
}

/* qsort has no argument, so what is sorted carries what decides. */
struct sort_item {
	struct tui_row row;
	struct tui_sort_key key;
	int sign;
};

static int
compare_keys(const struct tui_sort_key *a, const struct tui_sort_key *b)
{
	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	return a->text != NULL && b->text != NULL ? strcmp(a->text, b->text) : 0;
}

static int
by_column(const void *a, const void *b)
{
	const struct sort_item *ia = a, *ib = b;
	int order = compare_keys(&ia->key, &ib->key) * ia->sign;

	/* Equals stay in the order of their names, so that rows do not dance. */
	if (order != 0)
		return order;
	return ia->row.proc->ordinal < ib->row.proc->ordinal ? -1 : 1;
}

static void
sort_rows(struct tui_model *m)
{
	const struct tui_column_info *column = &tui_columns[m->sort];
	struct sort_item *items;

	if (m->nrows < 2)
		return;
	items = xreallocarray(NULL, m->nrows, sizeof(*items));
	for (size_t i = 0; i < m->nrows; i++) {
		items[i] =
		    (struct sort_item){.row = m->rows[i], .sign = column->descending != m->reverse ? -1 : 1};
		column->key(m->rows[i].proc, &items[i].key);
	}
	qsort(items, m->nrows, sizeof(*items), by_column);
	for (size_t i = 0; i < m->nrows; i++)
		m->rows[i] = items[i].row;
	free(items);
}

/* By name, reversal turns the groups around and the processes within each; heads stay on top of theirs. */
static void
add_all_rows(struct tui_model *m)
{
	m->nrows = 0;
	if (m->sort != COLUMN_NAME || !m->reverse) {
		for (size_t i = 0; i < m->ngroups; i++)
			add_group_rows(m, m->groups[i]);
		return;
	}
	for (size_t i = m->ngroups; i-- > 0;) {
		size_t first = m->nrows;

		add_group_rows(m, m->groups[i]);
		first += first < m->nrows && m->rows[first].proc == NULL;
		for (size_t a = first, b = m->nrows; a + 1 < b; a++) {
			struct tui_row row = m->rows[--b];

			m->rows[b] = m->rows[a];
			m->rows[a] = row;
		}
	}
}

static void
select_row(struct tui_model *m, size_t row)
{
	m->cursor = row;
	m->selected_group = m->rows[row].group;
	m->selected_proc = m->rows[row].proc;
}

/* An update takes a changed group away and puts it back: the selection waits for it, lest the next key meets the
   neighbour. */
static void
find_gone(struct tui_model *m)
{
	struct tui_proc *p = m->gone != NULL ? tui_host_proc(m->gone_host, m->gone) : NULL;
	struct tui_group *g = m->gone != NULL ? tui_host_group(m->gone_host, m->gone) : NULL;

	if (p == NULL && g == NULL)
		return;
	m->selected_proc = p;
	m->selected_group = p != NULL ? p->group : g;
	tui_set(&m->gone, NULL);
}

/* The selection stays with what was selected; when that is not shown any more, with its place. */
static void
find_selection(struct tui_model *m)
{
	long row = -1;

	find_gone(m);
	if (m->selected_proc != NULL)
		row = m->selected_proc->row;
	if (row < 0 && m->selected_group != NULL)
		row = m->selected_group->row;
	if (row < 0)
		row = (long)(m->cursor < m->nrows ? m->cursor : m->nrows - 1);
	select_row(m, (size_t)row);
}

/* What "  12/12" and the mark before the name need: at least as much as for two digits, so that a column does not
   change its width with every program that is added. */
static int
counts_columns(size_t n)
{
	int columns = 9;

	for (; n >= 100; n /= 10)
		columns += 2;
	return columns;
}

/* Columns that the name of a row wants, its place in the tree included. */
static int
name_columns(const struct tui_model *m, const struct tui_row *row)
{
	if (row->proc == NULL)
		return tui_text_columns(row->group->name) + counts_columns(row->group->n);
	if (m->sort != COLUMN_NAME)
		return row->proc->display_columns + 2;
	return row->proc->name_columns + (tui_group_is_single(row->group) ? 3 : 5);
}

static void
number_rows(struct tui_model *m)
{
	m->name_width = 0;
	for (size_t i = 0; i < m->nrows; i++) {
		int columns = name_columns(m, &m->rows[i]);

		if (columns > m->name_width)
			m->name_width = columns;
		if (m->rows[i].proc != NULL)
			m->rows[i].proc->row = (long)i;
		else
			m->rows[i].group->row = (long)i;
	}
}

double
tui_rows_held_until(const struct tui_model *m)
{
	return m->touched + HOLD_SECONDS;
}

void
tui_rows_changed(struct tui_model *m, struct tui_proc *p)
{
	bool shown = tui_rows_shows(m, p);

	m->rows_dirty |= shown != p->shown;
	p->shown = shown;
	m->order_dirty |= shown && m->sort != COLUMN_NAME;
}

void
tui_rows_again(struct tui_model *m)
{
	m->rows_dirty = m->shown_dirty = m->widths_stale = true;
}

void
tui_rows_update(struct tui_model *m)
{
	if (!m->rows_dirty && (!m->order_dirty || m->now < tui_rows_held_until(m)))
		return;
	m->rows_dirty = m->order_dirty = false;
	sort_groups(m);
	for (size_t i = 0; i < m->ngroups; i++) {
		m->groups[i]->row = -1;
		for (size_t j = 0; j < m->groups[i]->n; j++) {
			m->groups[i]->procs[j]->row = -1;
			if (m->shown_dirty)
				m->groups[i]->procs[j]->shown = tui_rows_shows(m, m->groups[i]->procs[j]);
		}
	}
	m->shown_dirty = false;
	add_all_rows(m);
	if (m->sort != COLUMN_NAME)
		sort_rows(m);
	number_rows(m);
	if (m->nrows == 0) {
		m->selected_group = NULL;
		m->selected_proc = NULL;
		m->cursor = 0;
		return;
	}
	find_selection(m);
}

const struct tui_row *
tui_rows_selected(struct tui_model *m)
{
	tui_rows_update(m);
	return m->nrows == 0 ? NULL : &m->rows[m->cursor];
}

void
tui_rows_go(struct tui_model *m, size_t row)
{
	tui_rows_update(m);
	if (m->nrows == 0)
		return;
	select_row(m, row < m->nrows ? row : m->nrows - 1);
}

void
tui_rows_show(struct tui_model *m, struct tui_proc *p)
{
	if (!tui_rows_shows(m, p)) {
		tui_set(&m->filter, "");
		m->only_ill = false;
	}
	p->group->folded = false;
	m->rows_dirty = true;
	tui_rows_update(m);
	if (p->row >= 0)
		tui_rows_go(m, (size_t)p->row);
}

void
tui_rows_select_worst(struct tui_model *m)
{
	const struct tui_row *worst = NULL;

	tui_rows_update(m);
	for (size_t i = 0; i < m->nrows; i++) {
		const struct tui_row *row = &m->rows[i];

		if (row->proc != NULL && tui_proc_needs_hand(row->proc) &&
		    (worst == NULL || tui_trouble_rank(row->proc) < tui_trouble_rank(worst->proc)))
			worst = row;
	}
	if (worst != NULL)
		tui_rows_go(m, (size_t)(worst - m->rows));
}

void
tui_rows_move(struct tui_model *m, long n)
{
	long to;

	tui_rows_update(m);
	to = (long)m->cursor + n;
	tui_rows_go(m, to < 0 ? 0 : (size_t)to);
}

size_t
tui_rows_wanted(const struct tui_model *m)
{
	size_t n = tui_model_count(m);

	for (size_t i = 0; i < m->ngroups; i++)
		n += !tui_group_is_single(m->groups[i]) && tui_model_shows(m, m->groups[i]->host);
	return n;
}

/* Whichever way round the pattern is. */
static bool
has(const struct tui_pattern *pattern, const char *text)
{
	return tui_pattern_matches(pattern, text, strlen(text)) != pattern->invert;
}

static bool
row_matches(const struct tui_row *row, const struct tui_pattern *pattern)
{
	const struct tui_proc *p = row->proc;
	char note[TUI_NOTE_MAX];
	bool found = p == NULL ? has(pattern, row->group->name)
			       : has(pattern, p->display) || has(pattern, process_state_name(p->state)) ||
				     has(pattern, tui_proc_note(p, note));

	return found != pattern->invert;
}

bool
tui_rows_search(struct tui_model *m, const struct tui_pattern *pattern, int step, bool *wrapped)
{
	tui_rows_update(m);
	for (size_t i = 1; i <= m->nrows; i++) {
		size_t distance = step > 0 ? i : m->nrows - i;
		size_t row = (m->cursor + distance) % m->nrows;

		if (!row_matches(&m->rows[row], pattern))
			continue;
		*wrapped = step > 0 ? row <= m->cursor : row >= m->cursor;
		tui_rows_go(m, row);
		return true;
	}
	return false;
}
