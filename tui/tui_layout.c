/* tui_layout.c: see tui_layout.h. */
#include "autoconf.h"

#include "tui/tui_layout.h"

#include "tui/tui_fit.h"
#include "tui/tui_logpane.h"
#include "tui/tui_rows.h"

#define FULL_HEIGHT 14 /* from here on every part has its line */
#define MIN_WIDTH 24
#define MIN_HEIGHT 4

static int
clamp(int n, int min, int max)
{
	return n < min ? min : n > max ? max : n;
}

/* Beside the table there is room for a log in a wide screen that is not high. */
static bool
is_beside(const struct tui_layout *l, const struct tui_model *m)
{
	if (m->split == SPLIT_AUTO)
		return l->width >= 160 && l->height < 40;
	return m->split == SPLIT_BESIDE && l->width >= 2 * MIN_WIDTH;
}

static void
place_log_alone(struct tui_layout *l, int top, int height)
{
	l->log_title = top;
	l->log = (struct tui_rect){.y = top + 1, .w = l->width, .h = height - 1};
}

static void
place_beside(struct tui_layout *l, int top, int height)
{
	int table = l->width * 9 / 20;

	l->columns_head = l->log_title = top;
	l->border = table;
	l->table = (struct tui_rect){.y = top + 1, .w = table, .h = height - 1};
	l->log = (struct tui_rect){.x = table + 1, .y = top + 1, .w = l->width - table - 1, .h = height - 1};
}

/* The height of the table depends on how much there is, not on what is folded or filtered, so that nothing jumps. */
static void
place_below(struct tui_layout *l, const struct tui_model *m, int top, int height)
{
	bool full = l->height >= FULL_HEIGHT;
	int extra = full ? 2 : 0; /* the head of the columns, the log's title */
	int log = full ? height * 2 / 5 : 1;
	int wanted = (int)tui_rows_wanted(m) + 1;
	int table;

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
	l->table = (struct tui_rect){.y = top, .w = l->width, .h = table};
	if (log > 0)
		l->log = (struct tui_rect){.y = top + table + (full ? 1 : 0), .w = l->width, .h = log};
}

/* One line for each daemon of several that does not answer or has nothing, at the end of the table. */
static void
place_notes(struct tui_layout *l, const struct tui_model *m)
{
	int wanted = (int)tui_model_hosts_noted(m);

	if (tui_model_count(m) > 0)
		wanted = clamp(wanted, 0, l->table.h / 2);
	l->notes = (struct tui_rect){.x = l->table.x, .w = l->table.w, .h = wanted};
	if (tui_model_count(m) > 0)
		l->table.h -= wanted;
	l->notes.y = l->table.y + l->table.h;
	if (tui_model_count(m) == 0 && wanted > 0)
		l->notes.y = l->table.y;
}

/* Between the head and the message line. */
static void
split_body(struct tui_layout *l, const struct tui_model *m, int top, int height)
{
	if (m->zoom && m->focus == PANE_LOG)
		place_log_alone(l, top, height);
	else if (tui_model_count(m) == 0)
		/* Without programs there is neither a table nor a log: one sentence says why. */
		l->table = (struct tui_rect){
		    .y = height > 1 ? top + 1 : top, .w = l->width, .h = height > 1 ? height - 1 : 1};
	else if (l->height >= FULL_HEIGHT && !m->zoom && is_beside(l, m))
		place_beside(l, top, height);
	else
		place_below(l, m, top, height);
}

static void
place_overlay(struct tui_layout *l, const struct tui_model *m, int top, int height)
{
	const struct tui_overlay *o = tui_overlay_shown(m);
	int wanted = (int)o->text.n + 1;

	/* Output that still comes has the place of the log at least, so that the window does not grow line by
	 * line. */
	if (o->running || l->height < FULL_HEIGHT)
		wanted = height;
	wanted = clamp(wanted, 2, height);
	l->overlay_title = top + height - wanted;
	l->overlay = (struct tui_rect){.y = l->overlay_title + 1, .w = l->width, .h = wanted - 1};
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
	    .log_title = -1,
	    .overlay_title = -1,
	    .border = -1,
	    .message = height - 1,
	    .keys = height - 1,
	};
	l->one_line = width < MIN_WIDTH || height < MIN_HEIGHT;
	if (l->one_line && tui_overlay_shown(m) == NULL)
		return;
	l->head = height >= 3 ? 0 : -1;
	if (height >= FULL_HEIGHT && m->settings.hints)
		l->message = --bottom;
	split_body(l, m, l->head + 1, bottom - l->head - 1);
	place_notes(l, m);
	if (tui_overlay_shown(m) != NULL)
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
tui_layout_apply(struct tui_layout *l, struct tui_model *m)
{
	struct tui_overlay *o = tui_overlay_front(m);

	tui_rows_update(m);
	if (l->table.h > 0)
		scroll_into_sight(m, (size_t)l->table.h);
	tui_fit_columns(l, m);
	tui_logpane_fit(&m->logpane, l->log.h > 0 ? l->log.w - 1 : 0, l->log.h);
	m->width = l->width;
	if (o != NULL)
		tui_overlay_fit(o, l->overlay.h > 0 ? (size_t)l->overlay.h : 1);
}

bool
tui_layout_wants_metrics(const struct tui_layout *l)
{
	for (size_t i = 0; i < l->ncolumns; i++)
		if (tui_columns[l->columns[i].column].metrics)
			return true;
	return false;
}
