/* tui_table.c: see tui_table.h. */
#include "autoconf.h"

#include "tui/tui_table.h"

#include <stdio.h>
#include <string.h>

#include "tui/tui_head.h"
#include "tui/tui_rows.h"
#include "tui/tui_watch.h"
#include "tui/tui_wrap.h"

static struct tui_style
look(const struct tui_model *m, enum tui_look which)
{
	return m->theme->looks[which];
}

/* What narrows the picture is said beside the heads of the columns. */
static void
describe_view(const struct tui_model *m, struct buf *out)
{
	if (m->nmarked > 0)
		buf_printf(out, "%zu marked", m->nmarked);
	if (m->only_ill)
		buf_printf(out, "%sonly ill", out->len > 0 ? ", " : "");
	if (m->filter_error != NULL)
		buf_printf(out, "%sfilter %s", out->len > 0 ? ", " : "", m->filter_error);
	else if (m->filter[0] != '\0')
		buf_printf(out, "%sfilter %s", out->len > 0 ? ", " : "", m->filter);
}

static int
put_count(const struct tui_model *m, struct tui_canvas *c, int y, int x, uint32_t arrow, size_t n)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%zu", n);
	if (c != NULL) {
		tui_canvas_put(c, y, x, c->width, arrow, 1, look(m, LOOK_DIM));
		tui_canvas_text(c, y, x + 1, c->width - x - 1, look(m, LOOK_DIM), digits);
	}
	return 1 + (int)strlen(digits);
}

/* How many rows are out of sight, above and below: at the end of the head of the columns, if there is room behind its
   last title. */
static void
draw_rest(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c, int from, int end)
{
	size_t page = l->table.h > 0 ? (size_t)l->table.h : 0, above = m->top;
	size_t below = m->nrows > m->top + page ? m->nrows - m->top - page : 0;
	int up = above > 0 ? put_count(m, NULL, 0, 0, 0, above) : 0;
	int down = below > 0 ? put_count(m, NULL, 0, 0, 0, below) : 0;

	if (below > 0 && from + down <= end) {
		end -= down;
		put_count(m, c, l->columns_head, end, m->glyphs->descending, below);
	}
	if (above > 0 && from + up <= end)
		put_count(m, c, l->columns_head, end - up, m->glyphs->ascending, above);
}

static void
draw_columns_head(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	struct buf view = BUF_INIT(8192);
	int y = l->columns_head, columns, end = l->table.x + l->table.w, titles = l->table.x;

	for (size_t i = 0; i < l->ncolumns; i++) {
		const struct tui_column_info *info = &tui_columns[l->columns[i].column];
		int x = l->columns[i].x, width = l->columns[i].width;
		int title = (int)strlen(info->title);
		int at = info->right ? x + width - title : x + (l->columns[i].column == COLUMN_NAME ? 2 : 0);

		tui_canvas_text(c, y, at, title, look(m, LOOK_HEAD), info->title);
		titles = at + title + 2;
		if (l->columns[i].column == m->sort && (m->sort != COLUMN_NAME || m->reverse))
			tui_canvas_put(c, y, info->right ? at - 1 : at + title, end,
				       m->reverse != info->descending ? m->glyphs->descending
								      : m->glyphs->ascending,
				       1, look(m, LOOK_TITLE));
	}
	describe_view(m, &view);
	columns = tui_text_columns(buf_str(&view));
	if (columns > l->table.w / 2)
		columns = l->table.w / 2;
	if (columns > 0) {
		/* It takes the place of the last title, which would not be missed; half of one would look
		 * odd. */
		int from = l->columns[l->ncolumns - 1].x;

		if (from > end - columns - 3)
			from = end - columns - 3;
		tui_canvas_fill(c, y, from, end - from, ' ', look(m, LOOK_PLAIN));
		tui_canvas_text(c, y, end - columns - 1, columns, look(m, LOOK_WARN), buf_str(&view));
	} else
		draw_rest(m, l, c, titles, end);
	buf_release(&view);
}

static enum tui_look
look_of_cell(const struct tui_model *m, const struct tui_row *row, enum tui_column column)
{
	const struct tui_proc *p = row->proc;

	(void)m;
	if (p == NULL && column == COLUMN_STATE)
		return tui_worst_of(row) == NULL ? LOOK_DIM : tui_look_of_state(tui_worst_of(row)->state);
	if (p == NULL)
		return column == COLUMN_NAME ? LOOK_GROUP : LOOK_DIM;
	if (column == COLUMN_STATE)
		return p->state == PROCESS_EXITED && tui_proc_is_ill(p) ? LOOK_BAD
									: tui_look_of_state(p->state);
	if (column == COLUMN_NOTE)
		return tui_proc_is_ill(p) ? LOOK_PLAIN : LOOK_DIM;
	if (process_state_is_stopped(p->state) && !tui_proc_is_ill(p))
		return LOOK_DIM;
	return LOOK_PLAIN;
}

/* Where the name of a row begins: in the tree its depth shows. */
static int
indent_of(const struct tui_model *m, const struct tui_row *row)
{
	if (m->sort != COLUMN_NAME)
		return 2;
	if (row->proc == NULL || tui_group_is_single(row->group))
		return 2;
	return 4;
}

static bool
is_lit(const struct tui_model *m, const struct tui_row *row)
{
	return row->proc != NULL && row->proc->lit_until > m->now;
}

/* What there is to say of a program, in one character: the first that holds. */
static void
draw_mark(const struct tui_model *m, struct tui_canvas *c, int y, int x, int end, const struct tui_row *row)
{
	const struct tui_proc *p = row->proc;

	if (p == NULL)
		return;
	if (tui_watch_unseen(p) > 0)
		tui_canvas_put(c, y, x, end, '!', 1, look(m, LOOK_WARN));
	else if (p->activity.silent)
		tui_canvas_put(c, y, x, end, m->glyphs->silent, 1, look(m, LOOK_WARN));
	else if (is_lit(m, row))
		tui_canvas_put(c, y, x, end, m->glyphs->lit, 1, look(m, LOOK_BUSY));
	else if (tui_activity_is_marked(p))
		tui_canvas_put(c, y, x, end, m->glyphs->active, 1, look(m, LOOK_DIM));
}

static void
draw_name(const struct tui_model *m, struct tui_canvas *c, int y, int x, int width, const struct tui_row *row,
	  const char *text)
{
	bool folded = tui_rows_is_folded(m, row->group);
	int indent = indent_of(m, row);

	if (row->proc == NULL)
		tui_canvas_put(c, y, x, x + width, folded ? m->glyphs->folded : m->glyphs->unfolded, 1,
			       look(m, LOOK_PLAIN));
	draw_mark(m, c, y, x + indent - 2, x + width, row);
	tui_canvas_text(c, y, x + indent, width - indent, look(m, look_of_cell(m, row, COLUMN_NAME)), text);
}

/* Deaths in the colour of trouble, what else happened plain, and the rest dim. */
static void
draw_health(const struct tui_model *m, struct tui_canvas *c, int y, int x, int width,
	    const struct tui_row *row, const char *text)
{
	static const enum tui_look looks[TUI_HEALTH_NKINDS] = {
	    [HEALTH_UNKNOWN] = LOOK_DIM,  [HEALTH_DOWN] = LOOK_DIM,    [HEALTH_UP] = LOOK_DIM,
	    [HEALTH_STARTED] = LOOK_BUSY, [HEALTH_ENDED] = LOOK_PLAIN, [HEALTH_RESTARTED] = LOOK_BUSY,
	    [HEALTH_DIED] = LOOK_BAD,
	};
	struct tui_health_mark marks[TUI_HEALTH_CELLS];

	tui_row_health(row, marks);
	tui_canvas_text(c, y, x, width, look(m, LOOK_DIM), text);
	for (int i = 0; i < TUI_HEALTH_CELLS && i < width; i++)
		if (tui_canvas_at(c, y, x + i) != NULL)
			tui_canvas_at(c, y, x + i)->style = look(m, looks[marks[i].kind]);
}

/* No start and no end: what cannot even be spawned has none. */
static bool
is_graph_empty(const struct tui_row *row)
{
	struct tui_health_mark marks[TUI_HEALTH_CELLS];

	tui_row_health(row, marks);
	for (int i = 0; i < TUI_HEALTH_CELLS; i++)
		if (marks[i].kind > HEALTH_UP)
			return false;
	return true;
}

/* Without a column of its own, the sentence takes the place of the graph of who does not run. */
static bool
has_note_in_health(const struct tui_layout *l, const struct tui_row *row)
{
	char note[TUI_NOTE_MAX];

	if (!l->note_in_health || row->proc == NULL || tui_proc_note(row->proc, note)[0] == '\0')
		return false;
	return process_state_is_stopped(row->proc->state) ||
	       (row->proc->state == PROCESS_BACKOFF && is_graph_empty(row));
}

static void
draw_row(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c, int y, size_t i,
	 double *valid_for)
{
	const struct tui_row *row = &m->rows[i];
	char text[TUI_CELL_MAX];

	for (size_t col = 0; col < l->ncolumns; col++) {
		enum tui_column column = l->columns[col].column;
		int x = l->columns[col].x, width = l->columns[col].width;

		if (column == COLUMN_HEALTH && has_note_in_health(l, row))
			column = COLUMN_NOTE;
		tui_columns[column].format(m, row, text, valid_for);
		if (column == COLUMN_NOTE)
			tui_leave_out(text, width);
		if (column == COLUMN_NAME)
			draw_name(m, c, y, x, width, row, text);
		else if (column == COLUMN_HEALTH)
			draw_health(m, c, y, x, width, row, text);
		else if (tui_columns[column].right)
			tui_canvas_right(c, y, x, width, look(m, look_of_cell(m, row, column)), text);
		else
			tui_canvas_text(c, y, x, width, look(m, look_of_cell(m, row, column)), text);
	}
	if (is_lit(m, row)) {
		tui_canvas_restyle(c, y, l->table.x, l->table.w, TUI_BOLD, false);
		tui_until(valid_for, row->proc->lit_until - m->now);
	}
	if (!tui_host_is_fresh(row->group->host))
		tui_canvas_restyle(c, y, l->table.x, l->table.w, TUI_DIM, true);
	if (row->proc != NULL && row->proc->marked) {
		tui_canvas_put(c, y, l->table.x, l->table.x + 1, m->glyphs->mark, 1, look(m, LOOK_WARN));
		tui_canvas_restyle(c, y, l->table.x, l->table.w, TUI_BOLD, false);
	}
	if (i != m->cursor)
		return;
	if (row->proc == NULL || !row->proc->marked)
		tui_canvas_put(c, y, l->table.x, l->table.x + 1, m->glyphs->cursor, 1, look(m, LOOK_PLAIN));
	/* The selection of the pane that does not have the keys is only hinted at. */
	if (m->focus == PANE_TABLE)
		tui_canvas_restyle(c, y, l->table.x + 1, l->table.w - 1, TUI_REVERSE, false);
}

static const char *
empty_table_text(const struct tui_model *m)
{
	const struct tui_host *h = tui_model_host(m);

	if (tui_model_hosts_noted(m) > 0)
		return "";
	if (tui_model_count(m) > 0)
		return m->only_ill && m->filter[0] == '\0' ? "all is well: ! shows all again"
							   : "no row is like that: Esc shows all again";
	if (!tui_host_is_up(h))
		return h->link_error != NULL ? h->link_error : "";
	return h->in_snapshot ? "" : "no programs: write a [program:x] section, then u";
}

/* Of a path that is too long, the end says which: whole components of it. */
static const char *
end_of_path(const char *name, int width)
{
	const char *next;

	while (*name == '/' && tui_text_columns(name) > width && (next = strchr(name + 1, '/')) != NULL)
		name = next;
	return name;
}

/* "web-05  no answer for 40 s: no daemon: ..." */
static void
draw_note(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c, int y,
	  const struct tui_host *h, double *valid_for)
{
	struct buf text = BUF_INIT(4096);
	int x = l->table.x + 1, end = l->table.x + l->table.w, width;
	const char *name = end_of_path(tui_host_name(h), l->table.w / 2);
	bool fresh = tui_host_is_fresh(h);

	/* In line with the column of hosts where the name is short enough. */
	width = tui_text_columns(name);
	if (l->ncolumns > 0 && l->columns[0].column == COLUMN_HOST && l->columns[0].width > width)
		width = l->columns[0].width;
	if (width > l->table.w / 2)
		width = l->table.w / 2;
	if (fresh)
		buf_puts(&text, "no programs: write a [program:x] section there, then u");
	else
		tui_host_describe_gap(h, &text, valid_for);
	if (!fresh && h->link == LINK_DOWN && h->link_error != NULL)
		buf_printf(&text, ": %s", h->link_error);
	tui_canvas_text(c, y, x, width < end - x ? width : end - x, look(m, LOOK_PLAIN), name);
	x += width + 2;
	/* The messages have all of what is cut here. */
	if (tui_text_columns(buf_str(&text)) > end - x && end - x > 40) {
		end -= 4;
		tui_canvas_text(c, y, end + 1, 3, look(m, LOOK_DIM), "(M)");
	}
	if (x < end)
		tui_canvas_text(c, y, x, end - x, look(m, fresh ? LOOK_DIM : LOOK_WARN), buf_str(&text));
	buf_release(&text);
}

static void
draw_notes(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c, double *valid_for)
{
	size_t rows = m->nrows - (m->top < m->nrows ? m->top : m->nrows);
	int shown = rows < (size_t)l->table.h ? (int)rows : l->table.h;
	int y = tui_model_count(m) > 0 ? l->table.y + shown : l->notes.y, left = l->notes.h;

	for (size_t i = 0; i < m->nhosts && left > 0; i++)
		if (tui_host_is_noted(m->hosts[i])) {
			draw_note(m, l, c, y++, m->hosts[i], valid_for);
			left--;
		}
}

/* Nothing is there: why, in as many lines as that takes. */
static void
draw_empty(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	enum tui_look which = tui_host_is_up(tui_model_host(m)) ? LOOK_DIM : LOOK_PLAIN;
	struct tui_text text = {0};

	tui_wrap(&text, which, l->table.w - 3, "", empty_table_text(m));
	for (size_t i = 0; i < text.n && (int)i < l->table.h; i++)
		tui_canvas_text(c, l->table.y + (int)i, l->table.x + 3, l->table.w - 3, look(m, which),
				text.lines[i].text);
	tui_text_release(&text);
}

void
tui_table_draw(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c, double *valid_for)
{
	if (l->columns_head >= 0)
		draw_columns_head(m, l, c);
	/* An order that was held back is due. */
	if (m->order_dirty)
		tui_until(valid_for, tui_rows_held_until(m) - m->now);
	for (int i = 0; i < l->table.h && m->top + (size_t)i < m->nrows; i++)
		draw_row(m, l, c, l->table.y + i, m->top + (size_t)i, valid_for);
	if (m->nrows == 0)
		draw_empty(m, l, c);
	draw_notes(m, l, c, valid_for);
}
