/* tui_fit.c: see tui_fit.h. */
#include "autoconf.h"

#include "tui/tui_fit.h"

#include <string.h>

#define NOTE_GOOD 24 /* a sentence of less is hardly one */

static int
clamp(int n, int min, int max)
{
	return n < min ? min : n > max ? max : n;
}

/* Does any of the daemons tell it? */
static bool
is_told(const struct tui_model *m, enum tui_column column)
{
	bool polled = true;

	if (column == COLUMN_HOST)
		return tui_model_hosts_shown(m) > 1;
	for (size_t i = 0; i < m->nhosts; i++)
		polled = polled && (m->hosts[i]->polled || !tui_model_shows(m, m->hosts[i]));
	return !polled || !tui_columns[column].pushed;
}

/* Takes its width from what there is to say, not from what is in sight. */
static bool
is_elastic(enum tui_column column)
{
	return column == COLUMN_NAME || column == COLUMN_NOTE;
}

static void
measure(struct tui_model *m, int height, const bool shown[TUI_NCOLUMNS])
{
	char text[TUI_CELL_MAX];
	double valid = TUI_FOREVER;

	if (m->widths_stale)
		memset(m->widths, 0, sizeof(m->widths));
	m->widths_stale = false;
	for (size_t i = m->top; i < m->nrows && i < m->top + (size_t)height; i++) {
		for (int c = 0; c < TUI_NCOLUMNS; c++) {
			int columns;

			if (!shown[c] || is_elastic((enum tui_column)c) ||
			    tui_columns[c].min == tui_columns[c].max)
				continue;
			tui_columns[c].format(m, &m->rows[i], text, &valid);
			columns = tui_text_columns(text);
			if (columns > m->widths[c])
				m->widths[c] = columns;
		}
	}
}

static int
width_of(const struct tui_model *m, enum tui_column column, int screen)
{
	const struct tui_column_info *info = &tui_columns[column];

	if (column == COLUMN_HOST && m->widths[column] > screen / 5)
		return clamp(screen / 5, info->min, info->max);
	return is_elastic(column) ? info->min : clamp(m->widths[column], info->min, info->max);
}

/* Figures stand apart from text behind them. */
static int
gap(enum tui_column before, enum tui_column column)
{
	return tui_columns[before].right && !tui_columns[column].right ? 2 : 1;
}

/* With the name that wide and what is between them. */
static int
total_width(const struct tui_model *m, const bool shown[TUI_NCOLUMNS], int name, int screen)
{
	enum tui_column before = COLUMN_NAME;
	int total = 0;

	for (size_t i = 0; i < TUI_NCOLUMNS; i++) {
		enum tui_column c = m->columns.order[i];

		if (!shown[c])
			continue;
		total +=
		    (total == 0 ? 1 : gap(before, c)) + (c == COLUMN_NAME ? name : width_of(m, c, screen));
		before = c;
	}
	return total;
}

static int
least_wanted(const bool shown[TUI_NCOLUMNS])
{
	int least = -1;

	for (int c = 0; c < TUI_NCOLUMNS; c++)
		if (shown[c] && c != COLUMN_NAME &&
		    (least < 0 || tui_columns[c].keep < tui_columns[least].keep))
			least = c;
	return least;
}

void
tui_fit_columns(struct tui_layout *l, struct tui_model *m)
{
	/* Figures go on while the log is alone on the screen for a while. */
	int width = l->table.w > 0 ? l->table.w : l->width;
	int wanted = clamp(m->name_width, tui_columns[COLUMN_NAME].min, tui_columns[COLUMN_NAME].max);
	/* Long names do not push the states out. */
	int name = clamp(wanted, tui_columns[COLUMN_NAME].min, width * 2 / 5);
	enum tui_column before = COLUMN_NAME, elastic;
	bool shown[TUI_NCOLUMNS];
	int x = l->table.x, spare, more, least;

	for (int c = 0; c < TUI_NCOLUMNS; c++)
		shown[c] = m->columns.shown[c] && is_told(m, (enum tui_column)c);
	measure(m, l->table.h, shown);
	l->note_in_health =
	    shown[COLUMN_HEALTH] && shown[COLUMN_NOTE] &&
	    total_width(m, shown, name, width) + NOTE_GOOD - tui_columns[COLUMN_NOTE].min > width;
	if (l->note_in_health)
		shown[COLUMN_NOTE] = false;
	while (total_width(m, shown, name, width) > width && (least = least_wanted(shown)) >= 0) {
		shown[least] = false;
		if (least == COLUMN_HEALTH && l->note_in_health) {
			l->note_in_health = false;
			shown[COLUMN_NOTE] = true;
		}
	}
	elastic = shown[COLUMN_NOTE] ? COLUMN_NOTE : l->note_in_health ? COLUMN_HEALTH : COLUMN_NAME;
	/* What is left over goes to names that are cut, then to the description, or to the names when there is none. */
	spare = width - total_width(m, shown, name, width);
	more = elastic == COLUMN_NAME ? spare : spare - (NOTE_GOOD - tui_columns[elastic].min);
	if (elastic != COLUMN_NAME)
		more = clamp(wanted - name, 0, more < 0 ? 0 : more);
	name += more;
	spare -= more;
	l->ncolumns = 0;
	for (size_t i = 0; i < TUI_NCOLUMNS; i++) {
		enum tui_column c = m->columns.order[i];
		int columns = c == COLUMN_NAME ? name : width_of(m, c, width) + (c == elastic ? spare : 0);

		if (!shown[c])
			continue;
		x += l->ncolumns == 0 ? 1 : gap(before, c);
		before = c;
		l->columns[l->ncolumns].column = c;
		l->columns[l->ncolumns].x = x;
		l->columns[l->ncolumns++].width = columns;
		x += columns;
	}
}
