/* tui_layout.c: see tui_layout.h. */
#include "autoconf.h"

#include "tui/tui_layout.h"

#include "tui/tui_rows.h"

#define FULL_HEIGHT 14 /* from here on every part has its line */
#define MIN_WIDTH 24
#define MIN_HEIGHT 4

static int
clamp(int n, int min, int max)
{
	return n < min ? min : n > max ? max : n;
}

static bool
column_is_known(const struct tui_model *m, enum tui_column column)
{
	bool polled = true;

	/* A daemon that is polled tells neither. */
	for (size_t i = 0; i < m->nhosts; i++)
		polled = polled && m->hosts[i]->polled;
	return !polled || (!tui_columns[column].metrics && column != COLUMN_RESTARTS);
}

static int
name_width(const struct tui_model *m)
{
	const struct tui_column_info *name = &tui_columns[COLUMN_NAME];

	return clamp(m->name_width, name->min, name->max);
}

/* Columns with what is between them: figures stand apart from the text behind them. */
static int
gap_before(int column)
{
	return column == COLUMN_NOTE ? 2 : 1;
}

static int
total_width(const struct tui_model *m, const bool shown[TUI_NCOLUMNS])
{
	int total = 1 + name_width(m);

	for (int c = COLUMN_NAME + 1; c < TUI_NCOLUMNS; c++)
		if (shown[c])
			total += gap_before(c) + tui_columns[c].min;
	return total;
}

static void
choose_columns(struct tui_layout *l, const struct tui_model *m)
{
	bool shown[TUI_NCOLUMNS];
	int x, spare, lowest;

	for (int c = 0; c < TUI_NCOLUMNS; c++)
		shown[c] = column_is_known(m, (enum tui_column)c);
	while (total_width(m, shown) > l->width) {
		lowest = -1;
		for (int c = COLUMN_NAME + 1; c < TUI_NCOLUMNS; c++)
			if (shown[c] && (lowest < 0 || tui_columns[c].keep < tui_columns[lowest].keep))
				lowest = c;
		if (lowest < 0)
			break;
		shown[lowest] = false;
	}
	/* What is left over goes to the description, or to the names when there is none. */
	spare = l->width - total_width(m, shown);
	x = 0;
	for (int c = 0; c < TUI_NCOLUMNS; c++) {
		int width = c == COLUMN_NAME ? name_width(m) : tui_columns[c].min;

		if (!shown[c])
			continue;
		if (c == (shown[COLUMN_NOTE] ? COLUMN_NOTE : COLUMN_NAME))
			width += spare;
		x += c == COLUMN_NAME ? 1 : gap_before(c);
		l->columns[l->ncolumns].column = (enum tui_column)c;
		l->columns[l->ncolumns].x = x;
		l->columns[l->ncolumns++].width = width;
		x += width;
	}
}

/* Between the head and the message line. Its height depends on how much there is, not on what is folded or
   filtered, so that nothing jumps. */
static void
split_body(struct tui_layout *l, const struct tui_model *m, int top, int height)
{
	bool full = l->height >= FULL_HEIGHT;
	int extra = full ? 2 : 0; /* the head of the columns, the log's title */
	int log = full ? height * 2 / 5 : 1;
	int wanted = (int)tui_rows_wanted(m) + 1;
	int table;

	if (m->zoom && m->focus == PANE_LOG) {
		l->log_title = top;
		l->log = (struct tui_span){.at = top + 1, .size = height - 1};
		return;
	}
	if (tui_model_count(m) == 0) {
		/* Without programs there is neither a table nor a log: one sentence says why. */
		l->table = (struct tui_span){.at = height > 1 ? top + 1 : top, .size = 1};
		return;
	}
	if (l->height < 8 || m->zoom) {
		log = 0;
		extra = full ? 1 : 0;
	} else if (full && height - extra - log > wanted)
		log = height - extra - clamp(wanted, height / 3, height);
	table = height - extra - log;
	if (full) {
		l->columns_head = top++;
		l->log_title = log > 0 ? top + table : -1;
	}
	l->table = (struct tui_span){.at = top, .size = table};
	if (log > 0)
		l->log = (struct tui_span){.at = top + table + (full ? 1 : 0), .size = log};
}

static void
place_overlay(struct tui_layout *l, const struct tui_model *m, int top, int height)
{
	int wanted = (int)m->overlay.text.n + 1;

	/* Output that still comes has the place of the log at least, so that the window does not grow line by
	 * line. */
	if (m->overlay.running || l->height < FULL_HEIGHT)
		wanted = height;
	wanted = clamp(wanted, 2, height);
	l->overlay_title = top + height - wanted;
	l->overlay = (struct tui_span){.at = l->overlay_title + 1, .size = wanted - 1};
}

void
tui_layout_compute(struct tui_layout *l, const struct tui_model *m, int width, int height)
{
	int bottom = height - 1;

	*l = (struct tui_layout){
	    .width = width,
	    .height = height,
	    .head = -1,
	    .columns_head = -1,
	    .table = {.at = -1},
	    .log_title = -1,
	    .log = {.at = -1},
	    .overlay_title = -1,
	    .overlay = {.at = -1},
	    .message = height - 1,
	    .keys = height - 1,
	};
	l->one_line = width < MIN_WIDTH || height < MIN_HEIGHT;
	if (l->one_line && m->overlay.kind == OVERLAY_NONE)
		return;
	l->head = height >= 3 ? 0 : -1;
	if (height >= FULL_HEIGHT)
		l->message = --bottom;
	choose_columns(l, m);
	split_body(l, m, l->head + 1, bottom - l->head - 1);
	if (m->overlay.kind != OVERLAY_NONE)
		place_overlay(l, m, l->head + 1, bottom - l->head - 1);
}

static void
scroll_into_sight(struct tui_model *m, size_t page)
{
	m->page = page;
	if (m->cursor < m->top)
		m->top = m->cursor;
	if (m->cursor >= m->top + page)
		m->top = m->cursor + 1 - page;
	/* No empty lines at the end while there are rows above. */
	if (m->top + page > m->nrows)
		m->top = m->nrows > page ? m->nrows - page : 0;
}

void
tui_layout_apply(const struct tui_layout *l, struct tui_model *m)
{
	struct tui_overlay *o = &m->overlay;

	tui_rows_update(m);
	if (l->table.size > 0)
		scroll_into_sight(m, (size_t)l->table.size);
	m->logpane.width = l->log.at >= 0 ? l->width - 1 : 0;
	m->logpane.height = l->log.at >= 0 ? l->log.size : 0;
	o->page = l->overlay.size > 0 ? (size_t)l->overlay.size : 1;
	if (o->top + o->page > o->text.n || o->follow)
		o->top = o->text.n > o->page ? o->text.n - o->page : 0;
}

bool
tui_layout_wants_metrics(const struct tui_layout *l)
{
	for (size_t i = 0; i < l->ncolumns; i++)
		if (tui_columns[l->columns[i].column].metrics)
			return true;
	return false;
}
