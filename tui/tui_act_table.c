/* tui_act_table.c: see tui_act_table.h. */
#include "autoconf.h"

#include "tui/tui_act_table.h"

#include <stdlib.h>

#include "tui/tui_ask.h"
#include "tui/tui_details.h"
#include "tui/tui_rows.h"
#include "tui/tui_targets.h"

bool
tui_act_table_set_filter(struct tui_model *m, const char *text)
{
	char *why = NULL;
	struct tui_filter *terms = tui_filter_new(text, &why);

	free(m->filter_error);
	m->filter_error = why;
	if (terms == NULL)
		return false;
	tui_filter_free(m->terms);
	m->terms = terms;
	tui_set(&m->filter, text);
	tui_rows_again(m);
	return true;
}

void
tui_act_table_accept_filter(struct tui_model *m, const char *text)
{
	if (tui_act_table_set_filter(m, text))
		return;
	tui_message(m, LOOK_WARN, "filter %s", m->filter_error);
	tui_set(&m->filter_error, NULL);
}

void
tui_act_table_filter(struct tui_model *m)
{
	tui_ask_remember(m, m->filter);
	tui_prompt_open(&m->prompt, PROMPT_FILTER, "only rows with: ", m->filter);
}

void
tui_act_table_ill(struct tui_model *m)
{
	m->only_ill = !m->only_ill;
	tui_rows_again(m);
}

void
tui_act_table_tell_narrowed(struct tui_model *m)
{
	if (m->only_ill)
		tui_message(m, LOOK_WARN, "only what is not well is shown: Esc shows all");
	else if (m->filter[0] != '\0')
		tui_message(m, LOOK_WARN, "only rows with '%s' are shown: Esc shows all", m->filter);
}

void
tui_act_table_sort_by(struct tui_model *m, enum tui_column column, bool reverse)
{
	m->sort = column;
	m->reverse = reverse;
	tui_rows_again(m);
	tui_message(m, LOOK_PLAIN, "ordered by %s%s", tui_columns[column].title, reverse ? ", reversed" : "");
}

/* By the next of the columns that are shown; from the last one to the first. */
static void
sort_by_next(struct tui_model *m, int step)
{
	const struct tui_column_list *list = &m->columns;
	size_t at = 0;

	while (list->order[at] != m->sort)
		at++;
	do
		at = (at + (size_t)(TUI_NCOLUMNS + step)) % TUI_NCOLUMNS;
	while (!list->shown[list->order[at]] || (list->order[at] == COLUMN_HOST && m->nhosts == 1));
	tui_act_table_sort_by(m, list->order[at], false);
}

void
tui_act_table_sort_next(struct tui_model *m)
{
	sort_by_next(m, 1);
}

void
tui_act_table_sort_prev(struct tui_model *m)
{
	sort_by_next(m, -1);
}

void
tui_act_table_trouble_first(struct tui_model *m)
{
	tui_act_table_sort_by(m, m->sort == COLUMN_STATE && !m->reverse ? COLUMN_NAME : COLUMN_STATE, false);
	if (m->sort == COLUMN_STATE)
		tui_message(m, LOOK_PLAIN, "trouble first; P goes back");
}

void
tui_act_table_reverse(struct tui_model *m)
{
	m->reverse = !m->reverse;
	tui_rows_again(m);
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
	tui_rows_again(m);
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
tui_act_table_go_to(struct tui_model *m, struct tui_proc *p)
{
	tui_rows_update(m);
	if (!tui_model_shows(m, p->group->host))
		tui_act_table_all_hosts(m);
	if (!tui_rows_shows(m, p)) {
		m->only_ill = false;
		tui_act_table_set_filter(m, "");
	}
	p->group->folded = false;
	m->selected_group = p->group;
	m->selected_proc = p;
	m->focus = PANE_TABLE;
	tui_rows_again(m);
}

void
tui_act_table_enter(struct tui_model *m)
{
	if (m->selected_proc == NULL)
		set_folded(m, !m->selected_group->folded);
	else
		tui_details_open(m, m->selected_proc, SECTION_OVERVIEW);
}

/* A daemon alone, by the place of the key in its binding. */
void
tui_act_table_host(struct tui_model *m)
{
	if (m->nhosts == 1) {
		tui_message(m, LOOK_PLAIN, "there is one daemon only: -s can be given several times");
		return;
	}
	if (m->nth >= m->nhosts) {
		tui_message(m, LOOK_PLAIN, "there are %zu daemons", m->nhosts);
		return;
	}
	m->alone = m->hosts[m->nth];
	tui_rows_again(m);
	tui_message(m, LOOK_PLAIN, "only %s; 0 shows all", tui_host_name(m->alone));
}

void
tui_act_table_all_hosts(struct tui_model *m)
{
	if (m->nhosts == 1)
		tui_message(m, LOOK_PLAIN, "there is one daemon only: -s can be given several times");
	m->alone = NULL;
	tui_rows_again(m);
}

void
tui_act_table_mark(struct tui_model *m)
{
	tui_targets_toggle(m);
	tui_rows_move(m, 1);
}
