/* tui_view.c: see tui_view.h. */
#include "autoconf.h"

#include "tui/tui_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_help.h"
#include "tui/tui_logview.h"
#include "tui/tui_rows.h"

#define FOREVER 1e9

static struct tui_style
look(const struct tui_model *m, enum tui_look which)
{
	return m->theme->looks[which];
}

static bool
is_stale(const struct tui_model *m)
{
	return m->link == LINK_DOWN || m->link == LINK_CONNECTING;
}

/* The head line */

static void
until(double *valid_for, double seconds)
{
	if (seconds < *valid_for)
		*valid_for = seconds < 0.05 ? 0.05 : seconds;
}

/* Since when there is no answer, why, and when it is tried again. */
static void
describe_gap(const struct tui_model *m, struct buf *out, double *valid_for)
{
	double left = tui_seconds_left(m->retry_at - m->now);
	char age[TUI_CELL_MAX];

	if (m->link == LINK_CONNECTING && m->link_error == NULL) {
		buf_puts(out, "connecting");
		return;
	}
	buf_puts(out, "no answer");
	if (m->ever_connected) {
		tui_format_age(m->now - m->link_since, age, valid_for);
		buf_printf(out, " for %s", age);
	}
	if (left >= 1) {
		buf_printf(out, ", trying again in %.0f s (^L now)", left);
		until(valid_for, m->retry_at - m->now - (left - 1));
	} else
		buf_puts(out, ", trying again");
}

/* Who this is, in the bold part, and how it is reached, in the rest. */
static void
describe_daemon(const struct tui_model *m, struct buf *who, struct buf *how, double *valid_for)
{
	const struct tui_daemon *d = &m->daemon;
	char age[TUI_CELL_MAX];

	buf_puts(who, d->host[0] != '\0' ? d->host : m->where);
	if (is_stale(m)) {
		describe_gap(m, how, valid_for);
		return;
	}
	buf_printf(how, "%s %s", d->identification, d->version);
	if (d->started > 0) {
		tui_format_age(m->now - d->started, age, valid_for);
		buf_printf(how, "  up %s", age);
	}
	if (m->link == LINK_POLLING)
		buf_puts(how, "  no push, asked every 2 s");
	if (d->statename[0] != '\0' && strcmp(d->statename, "RUNNING") != 0)
		buf_printf(how, "  %s", d->statename);
}

static const struct {
	enum process_state state;
	const char *word;
} count_words[] = {
    {PROCESS_RUNNING, "running"}, {PROCESS_STARTING, "starting"}, {PROCESS_STOPPING, "stopping"},
    {PROCESS_STOPPED, "stopped"}, {PROCESS_EXITED, "exited"},     {PROCESS_BACKOFF, "backoff"},
    {PROCESS_FATAL, "fatal"},     {PROCESS_UNKNOWN, "unknown"},
};
#define NCOUNTS (sizeof(count_words) / sizeof(count_words[0]))

static int
draw_count(const struct tui_model *m, struct tui_canvas *c, int x, size_t n, const char *word,
	   enum tui_look which, bool dry)
{
	char text[48];

	if (n == 0)
		return x;
	snprintf(text, sizeof(text), "%zu %s", n, word);
	if (!dry)
		tui_canvas_text(c, 0, x, c->width - x, look(m, which), text);
	return x + (int)strlen(text) + 2;
}

/* One count per state, or the short form. Returns the column behind them. */
static int
draw_counts(const struct tui_model *m, struct tui_canvas *c, int x, bool brief, bool dry)
{
	size_t well = m->counts[PROCESS_RUNNING] + m->counts[PROCESS_STARTING];
	size_t total = tui_model_count(m);

	if (brief) {
		x = draw_count(m, c, x, well, "run", LOOK_PLAIN, dry);
		x = draw_count(m, c, x, total - well - m->ill, "stop", LOOK_PLAIN, dry);
		return draw_count(m, c, x, m->ill, "ill", LOOK_BAD, dry);
	}
	for (size_t i = 0; i < NCOUNTS; i++) {
		enum process_state state = count_words[i].state;
		enum tui_look which = state == PROCESS_RUNNING ? LOOK_PLAIN : tui_look_of_state(state);

		x = draw_count(m, c, x, m->counts[state], count_words[i].word, which, dry);
	}
	return x;
}

static void
draw_head(const struct tui_model *m, struct tui_canvas *c, double *valid_for)
{
	struct buf who = BUF_INIT(1024), how = BUF_INIT(4096);
	int x = 1, left, counts;
	bool brief = false;

	describe_daemon(m, &who, &how, valid_for);
	left = 6 + tui_text_columns(buf_str(&who)) + tui_text_columns(buf_str(&how));
	counts = draw_counts(m, c, 0, false, true) - 2;
	if (left + counts > c->width) {
		brief = true;
		counts = draw_counts(m, c, 0, true, true) - 2;
	}
	/* Without a daemon, why matters more than what was. */
	if (is_stale(m) && left + counts > c->width)
		counts = -3;
	if (counts > c->width / 2 + 12)
		counts = -3;
	left = c->width - counts - 3;
	x += tui_canvas_text(c, 0, x, left - x, look(m, LOOK_TITLE), buf_str(&who)) + 2;
	/* Half a version number says nothing. */
	if (is_stale(m) || x + tui_text_columns(buf_str(&how)) <= left)
		tui_canvas_text(c, 0, x, left - x, look(m, is_stale(m) ? LOOK_WARN : LOOK_DIM),
				buf_str(&how));
	if (counts > 0) {
		draw_counts(m, c, c->width - counts - 1, brief, false);
		if (is_stale(m))
			tui_canvas_restyle(c, 0, c->width - counts - 1, counts, TUI_DIM, true);
	}
	buf_release(&who);
	buf_release(&how);
}

/* The table */

/* What narrows the picture is said beside the heads of the columns. */
static void
describe_view(const struct tui_model *m, struct buf *out)
{
	if (m->nmarked > 0)
		buf_printf(out, "%zu marked", m->nmarked);
	if (m->only_ill)
		buf_printf(out, "%sonly ill", out->len > 0 ? ", " : "");
	if (m->filter[0] != '\0')
		buf_printf(out, "%sfilter %s", out->len > 0 ? ", " : "", m->filter);
}

static void
draw_columns_head(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	struct buf view = BUF_INIT(8192);
	int y = l->columns_head, columns;

	for (size_t i = 0; i < l->ncolumns; i++) {
		const struct tui_column_info *info = &tui_columns[l->columns[i].column];
		int x = l->columns[i].x, width = l->columns[i].width;
		int title = (int)strlen(info->title);
		int at = info->right ? x + width - title : x + (l->columns[i].column == COLUMN_NAME ? 2 : 0);

		tui_canvas_text(c, y, at, title, look(m, LOOK_HEAD), info->title);
		if (l->columns[i].column == m->sort && (m->sort != COLUMN_NAME || m->reverse))
			tui_canvas_put(c, y, info->right ? at - 1 : at + title, c->width,
				       m->reverse != info->descending ? m->glyphs->descending
								      : m->glyphs->ascending,
				       1, look(m, LOOK_TITLE));
	}
	describe_view(m, &view);
	columns = tui_text_columns(buf_str(&view));
	if (columns > c->width / 2)
		columns = c->width / 2;
	if (columns > 0) {
		/* It takes the place of the last title, which would not be missed; half of one would look
		 * odd. */
		int from = l->columns[l->ncolumns - 1].x;

		if (from > c->width - columns - 3)
			from = c->width - columns - 3;
		tui_canvas_fill(c, y, from, c->width - from, ' ', look(m, LOOK_PLAIN));
		tui_canvas_text(c, y, c->width - columns - 1, columns, look(m, LOOK_WARN), buf_str(&view));
	}
	buf_release(&view);
}

static enum tui_look
look_of_cell(const struct tui_model *m, const struct tui_row *row, enum tui_column column)
{
	const struct tui_proc *p = row->proc;

	(void)m;
	if (p == NULL)
		return column == COLUMN_NAME ? LOOK_GROUP : LOOK_DIM;
	if (column == COLUMN_STATE)
		return tui_look_of_state(p->state);
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
		return 1;
	if (row->proc == NULL || tui_group_is_single(row->group))
		return 2;
	return 4;
}

static void
draw_name(const struct tui_model *m, struct tui_canvas *c, int y, int x, int width, const struct tui_row *row,
	  const char *text)
{
	bool folded = row->group->folded && !m->only_ill && m->filter[0] == '\0';
	int indent = indent_of(m, row);

	if (row->proc == NULL)
		tui_canvas_put(c, y, x, x + width, folded ? m->glyphs->folded : m->glyphs->unfolded, 1,
			       look(m, LOOK_PLAIN));
	tui_canvas_text(c, y, x + indent, width - indent, look(m, look_of_cell(m, row, COLUMN_NAME)), text);
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

		tui_columns[column].format(m, row, text, valid_for);
		if (column == COLUMN_NAME)
			draw_name(m, c, y, x, width, row, text);
		else if (tui_columns[column].right)
			tui_canvas_right(c, y, x, width, look(m, look_of_cell(m, row, column)), text);
		else
			tui_canvas_text(c, y, x, width, look(m, look_of_cell(m, row, column)), text);
	}
	if (is_stale(m))
		tui_canvas_restyle(c, y, 0, c->width, TUI_DIM, true);
	if (row->proc != NULL && row->proc->marked) {
		tui_canvas_put(c, y, 0, 1, m->glyphs->mark, 1, look(m, LOOK_WARN));
		tui_canvas_restyle(c, y, l->columns[0].x, l->columns[0].width, TUI_BOLD, false);
	}
	if (i != m->cursor)
		return;
	if (row->proc == NULL || !row->proc->marked)
		tui_canvas_put(c, y, 0, 1, m->glyphs->cursor, 1, look(m, LOOK_PLAIN));
	/* The selection of the pane that does not have the keys is only hinted at. */
	if (m->focus == PANE_TABLE)
		tui_canvas_restyle(c, y, 1, c->width - 1, TUI_REVERSE, false);
}

static const char *
empty_table_text(const struct tui_model *m)
{
	if (tui_model_count(m) > 0)
		return m->only_ill && m->filter[0] == '\0' ? "all is well: ! shows all again"
							   : "no row is like that: Esc shows all again";
	if (is_stale(m))
		return m->link_error != NULL ? m->link_error : "";
	return m->in_snapshot ? "" : "no programs: write a [program:x] section, then u";
}

static void
draw_table(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c, double *valid_for)
{
	if (l->columns_head >= 0)
		draw_columns_head(m, l, c);
	for (int i = 0; i < l->table.size && m->top + (size_t)i < m->nrows; i++)
		draw_row(m, l, c, l->table.at + i, m->top + (size_t)i, valid_for);
	if (m->nrows == 0 && l->table.size > 0)
		tui_canvas_text(c, l->table.at, 3, l->width - 3, look(m, is_stale(m) ? LOOK_PLAIN : LOOK_DIM),
				empty_table_text(m));
}

/* The overlay */

static void
draw_overlay(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	const struct tui_overlay *o = &m->overlay;
	char right[48] = "";

	for (int y = l->overlay_title; y < l->overlay.at + l->overlay.size; y++)
		tui_canvas_fill(c, y, 0, c->width, ' ', look(m, LOOK_PLAIN));
	if (o->running)
		snprintf(right, sizeof(right), "running, q ends it");
	else if (o->text.n > (size_t)l->overlay.size)
		snprintf(right, sizeof(right), "%zu-%zu of %zu", o->top + 1, o->top + (size_t)l->overlay.size,
			 o->text.n);
	tui_rule_draw(m, c, l->overlay_title, o->title, right, true);
	for (int i = 0; i < l->overlay.size && o->top + (size_t)i < o->text.n; i++) {
		const struct tui_text_line *line = &o->text.lines[o->top + (size_t)i];

		tui_canvas_text(c, l->overlay.at + i, 0, c->width, look(m, line->look), line->text);
	}
}

/* The last lines */

static void
draw_bottom(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	enum tui_keymap keymap = m->focus == PANE_LOG ? KEYMAP_LOG : KEYMAP_TABLE;
	bool shared = l->message == l->keys;
	bool busy = m->prompt.kind != PROMPT_NONE || m->message[0] != '\0';

	if (m->overlay.kind != OVERLAY_NONE)
		keymap = KEYMAP_OVERLAY;
	if (shared && l->height < 3 && !busy)
		return;
	if (!shared || !busy) {
		tui_canvas_fill(c, l->keys, 0, c->width, ' ', look(m, LOOK_PLAIN));
		tui_help_hints(c, l->keys, m->theme, keymap);
	}
	if (!busy)
		return;
	tui_canvas_fill(c, l->message, 0, c->width, ' ', look(m, LOOK_PLAIN));
	if (m->prompt.kind != PROMPT_NONE)
		tui_prompt_draw(&m->prompt, c, l->message, look(m, LOOK_TITLE));
	else
		tui_canvas_text(c, l->message, 1, c->width - 1, look(m, m->message_look), m->message);
}

/* The smallest screen: the worst of all, and how many more are not well. */
static void
draw_one_line(const struct tui_model *m, struct tui_canvas *c)
{
	const struct tui_proc *worst = NULL;
	char text[256];

	for (size_t i = 0; i < m->ngroups; i++) {
		for (size_t j = 0; j < m->groups[i]->n; j++) {
			const struct tui_proc *p = m->groups[i]->procs[j];

			if (tui_proc_is_ill(p) &&
			    (worst == NULL || tui_columns[COLUMN_STATE].compare(p, worst) < 0))
				worst = p;
		}
	}
	if (is_stale(m))
		snprintf(text, sizeof(text), "no answer");
	else if (worst == NULL)
		snprintf(text, sizeof(text), "%zu well", tui_model_count(m));
	else if (m->ill > 1)
		snprintf(text, sizeof(text), "%.200s %s (+%zu)", worst->display,
			 process_state_name(worst->state), m->ill - 1);
	else
		snprintf(text, sizeof(text), "%.200s %s", worst->display, process_state_name(worst->state));
	tui_canvas_text(c, 0, 0, c->width, look(m, worst != NULL ? LOOK_BAD : LOOK_PLAIN), text);
}

double
tui_view_draw(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	double valid_for = FOREVER;

	tui_canvas_clear(c);
	if (l->one_line && m->overlay.kind == OVERLAY_NONE) {
		draw_one_line(m, c);
		if (m->prompt.kind != PROMPT_NONE)
			draw_bottom(m, l, c);
		return valid_for;
	}
	if (l->head >= 0)
		draw_head(m, c, &valid_for);
	draw_table(m, l, c, &valid_for);
	tui_logview_draw(m, l, c);
	if (m->overlay.kind != OVERLAY_NONE)
		draw_overlay(m, l, c);
	draw_bottom(m, l, c);
	return valid_for;
}
