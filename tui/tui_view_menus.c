/* tui_view_menus.c: see tui_view_menus.h. */
#include "autoconf.h"

#include "tui/tui_view_menus.h"

#include "tui/tui_act_table.h"
#include "tui/tui_rows.h"

/* Columns */

static void choose_column(struct tui_model *m, size_t line);

static const struct tui_overlay_type columns_type = {
    .keymap = KEYMAP_COLUMNS,
    .chooses = true,
    .choose = choose_column,
};

static void
fill_columns(struct tui_model *m)
{
	struct tui_text *t = &m->overlay.text;

	tui_text_release(t);
	for (size_t i = 0; i < TUI_NCOLUMNS; i++) {
		const struct tui_column_info *info = &tui_columns[m->columns.order[i]];
		bool shown = m->columns.shown[m->columns.order[i]];

		tui_text_addf(t, shown ? LOOK_PLAIN : LOOK_DIM, "  [%c] %-12s  %s", shown ? 'x' : ' ',
			      info->title, info->help);
	}
}

void
tui_columns_menu_open(struct tui_model *m)
{
	tui_overlay_open(m, &columns_type, "columns: Space shows or hides, < and > move");
	fill_columns(m);
}

static void
changed(struct tui_model *m)
{
	m->widths_stale = true;
	fill_columns(m);
}

static void
choose_column(struct tui_model *m, size_t line)
{
	tui_column_list_toggle(&m->columns, m->columns.order[line]);
	changed(m);
}

void
tui_columns_menu_toggle(struct tui_model *m)
{
	choose_column(m, m->overlay.cursor);
}

void
tui_columns_menu_up(struct tui_model *m)
{
	m->overlay.cursor = tui_column_list_move(&m->columns, m->overlay.cursor, -1);
	changed(m);
}

void
tui_columns_menu_down(struct tui_model *m)
{
	m->overlay.cursor = tui_column_list_move(&m->columns, m->overlay.cursor, 1);
	changed(m);
}

void
tui_columns_menu_reset(struct tui_model *m)
{
	tui_column_list_init(&m->columns);
	changed(m);
}

/* Order: its lines are all columns, in the order in which they are shown */

static void
choose_sort(struct tui_model *m, size_t line)
{
	enum tui_column column = m->columns.order[line];
	bool reverse = column == m->sort && !m->reverse;

	tui_overlay_close(m, true);
	tui_act_table_sort_by(m, column, reverse);
}

static const struct tui_overlay_type sort_type = {
    .keymap = KEYMAP_OVERLAY,
    .chooses = true,
    .choose = choose_sort,
};

void
tui_sort_menu_open(struct tui_model *m)
{
	tui_overlay_open(m, &sort_type, "order by: Enter chooses, on the present one it reverses");
	for (size_t i = 0; i < TUI_NCOLUMNS; i++) {
		enum tui_column column = m->columns.order[i];
		const struct tui_column_info *info = &tui_columns[column];
		bool now = column == m->sort;

		if (now)
			m->overlay.cursor = i;
		tui_text_addf(&m->overlay.text, now ? LOOK_TITLE : LOOK_PLAIN, "  %c %-12s  %s%s",
			      now ? '*' : ' ', info->title, info->help,
			      now && m->reverse ? " (reversed)" : "");
	}
}
