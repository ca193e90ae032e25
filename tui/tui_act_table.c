/* tui_act_table.c: see tui_act_table.h. */
#include "autoconf.h"

#include "tui/tui_act_table.h"

#include "tui/tui_details.h"
#include "tui/tui_rows.h"
#include "tui/tui_targets.h"

void
tui_act_table_set_filter(struct tui_model *m, const char *text)
{
	tui_set(&m->filter, text);
	m->rows_dirty = true;
}

void
tui_act_table_filter(struct tui_model *m)
{
	tui_targets_remember(m, m->filter);
	tui_prompt_open(&m->prompt, PROMPT_FILTER, "only rows with: ", m->filter);
}

void
tui_act_table_ill(struct tui_model *m)
{
	m->only_ill = !m->only_ill;
	m->rows_dirty = true;
}

static void
sort_by(struct tui_model *m, int step)
{
	m->sort = (enum tui_column)(((int)m->sort + step + TUI_NCOLUMNS) % TUI_NCOLUMNS);
	m->reverse = false;
	m->rows_dirty = true;
	tui_message(m, LOOK_PLAIN, "ordered by %s", tui_columns[m->sort].title);
}

void
tui_act_table_sort_next(struct tui_model *m)
{
	sort_by(m, 1);
}

void
tui_act_table_sort_prev(struct tui_model *m)
{
	sort_by(m, -1);
}

void
tui_act_table_reverse(struct tui_model *m)
{
	m->reverse = !m->reverse;
	m->rows_dirty = true;
}

static void
set_folded(struct tui_model *m, bool folded)
{
	struct tui_group *g = m->selected_group;

	if (m->sort != COLUMN_NAME || g == NULL || tui_group_is_single(g) || g->folded == folded)
		return;
	g->folded = folded;
	if (folded)
		m->selected_proc = NULL;
	m->rows_dirty = true;
}

void
tui_act_table_fold(struct tui_model *m)
{
	set_folded(m, true);
}

void
tui_act_table_unfold(struct tui_model *m)
{
	set_folded(m, false);
}

void
tui_act_table_enter(struct tui_model *m)
{
	if (m->selected_proc == NULL)
		set_folded(m, !m->selected_group->folded);
	else
		tui_details_open(m, m->selected_proc);
}

void
tui_act_table_mark(struct tui_model *m)
{
	tui_targets_toggle(m);
	tui_rows_move(m, 1);
}
