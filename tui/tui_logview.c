/* tui_logview.c: see tui_logview.h. */
#include "autoconf.h"

#include "tui/tui_logview.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xmalloc.h"
#include "tui/tui_logpane.h"
#include "tui/tui_sanitize.h"

void
tui_rule_draw(const struct tui_model *m, struct tui_canvas *c, int y, int x, int width, const char *title,
	      const char *right, bool focus)
{
	struct tui_style line = m->theme->looks[LOOK_LINE];
	struct tui_style text = m->theme->looks[focus ? LOOK_TITLE : LOOK_PLAIN];
	int columns = right == NULL ? 0 : tui_text_columns(right), end = x + width;

	tui_canvas_fill(c, y, x, width, m->glyphs->rule, line);
	if (columns > 0 && columns + 20 < width) {
		tui_canvas_fill(c, y, end - columns - 3, columns + 2, ' ', line);
		tui_canvas_text(c, y, end - columns - 2, columns, line, right);
	} else
		columns = -3;
	tui_canvas_put(c, y, x + 1, end, ' ', 1, line);
	columns = tui_canvas_text(c, y, x + 2, width - 6 - columns, text, title);
	tui_canvas_put(c, y, x + 2 + columns, end, ' ', 1, line);
}

static void
draw_title(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	const struct tui_logpane *p = &m->logpane;
	uint64_t end = tui_log_end(&p->log);
	char right[96];
	char *title = tui_show_title(m);

	if (p->follow)
		snprintf(right, sizeof(right), "%sfollowing", p->wrap ? "wrapped, " : "");
	else
		snprintf(right, sizeof(right),
			 "%sline %" PRIu64 " of %" PRIu64 ", +%" PRIu64 " new, F follows",
			 p->wrap ? "wrapped, " : "", tui_logpane_position(p).serial - p->log.first + 1,
			 end - p->log.first, end - p->seen_end);
	tui_rule_draw(m, c, l->log_title, l->log.x, l->log.w, title, right, m->focus == PANE_LOG);
	free(title);
}

/* Where a line is being drawn. */
struct pen {
	struct tui_canvas *c;
	int y;
	int end;   /* first line below the pane */
	int left;  /* first column */
	int right; /* first column beside the pane */
	int skip_rows;
	int skip_columns;
	int x; /* column of the row, before skipping */
	bool wrap;
};

static bool
pen_put(struct pen *pen, const struct tui_glyph *g, struct tui_style style)
{
	int at;

	if (pen->wrap && pen->x + g->width > pen->right - pen->left) {
		pen->x = 0;
		if (pen->skip_rows > 0)
			pen->skip_rows--;
		else if (++pen->y >= pen->end)
			return false;
	}
	at = pen->left + pen->x - pen->skip_columns;
	pen->x += g->width;
	if (pen->skip_rows > 0 || (g->width > 0 && at < pen->left) || (g->width == 0 && at <= pen->left))
		return true;
	if (at >= pen->right)
		return pen->wrap;
	tui_canvas_put(pen->c, pen->y, at, pen->right, g->ch, g->width, style);
	return true;
}

/* The plain text of a line, with the next place of the pattern in it. */
struct hits {
	struct buf plain;
	const char *pattern;
	size_t len;
	size_t next; /* SIZE_MAX: none any more */
};

static void
find_hit(struct hits *h, size_t from)
{
	h->next = SIZE_MAX;
	for (size_t i = from; h->len > 0 && i + h->len <= h->plain.len; i++) {
		if (tui_match(h->plain.data + i, h->len, h->pattern)) {
			h->next = i;
			return;
		}
	}
}

static void
hits_begin(struct hits *h, const char *pattern, const char *text, size_t len)
{
	buf_init(&h->plain, TUI_LOG_LINE_MAX * 12);
	h->pattern = pattern;
	h->len = strlen(pattern);
	h->next = SIZE_MAX;
	if (h->len > 0) {
		tui_sanitize(&h->plain, text, len);
		find_hit(h, 0);
	}
}

static bool
is_hit(struct hits *h, size_t at)
{
	if (h->next == SIZE_MAX || at < h->next)
		return false;
	if (at < h->next + h->len)
		return true;
	find_hit(h, at);
	return at == h->next;
}

static void
draw_text(const struct tui_model *m, struct pen *pen, const char *text, size_t len)
{
	struct tui_sanitizer z;
	struct tui_glyph g;
	struct hits hits;
	size_t at = 0;
	char bytes[4];

	hits_begin(&hits, m->logpane.pattern, text, len);
	tui_sanitize_begin(&z, text, len, true);
	while (tui_sanitize_next(&z, &g)) {
		struct tui_style style = g.style;

		if (g.foreign)
			style = m->theme->looks[LOOK_DIM];
		if (m->theme == &tui_theme_mono)
			style.fg = TUI_DEFAULT;
		if (is_hit(&hits, at))
			style.attr |= TUI_REVERSE;
		at += utf8_encode(g.ch, bytes);
		if (!pen_put(pen, &g, style))
			break;
	}
	buf_release(&hits.plain);
}

static void
draw_note(const struct tui_model *m, const struct tui_rect *r, struct tui_canvas *c, int y, const char *text,
	  size_t len)
{
	struct tui_style style = m->theme->looks[LOOK_NOTE];
	char *copy = xstrndup(text, len);
	int columns = tui_text_columns(copy);
	int room = r->w - 2, left = r->x + 1;
	int x = columns + 4 < room ? left + (room - columns - 2) / 2 : left;

	tui_canvas_fill(c, y, left, room, m->glyphs->note, style);
	if (columns + 4 < room) {
		tui_canvas_put(c, y, x, left + room, ' ', 1, style);
		tui_canvas_put(c, y, x + 1 + columns, left + room, ' ', 1, style);
		x++;
	}
	tui_canvas_text(c, y, x, left + room - x, style, copy);
	free(copy);
}

/* Where several programs are shown, each line says whose it is. */
static void
draw_label(const struct tui_model *m, struct pen *pen, const struct tui_source *s)
{
	int columns;

	if (m->logpane.show.programs < 2 || pen->skip_rows > 0 || pen->right - pen->left < 30)
		return;
	columns = tui_canvas_text(pen->c, pen->y, pen->left, 14, m->theme->looks[LOOK_DIM], s->label);
	pen->left += columns + 1;
	pen->wrap = false;
}

static void
draw_line_text(const struct tui_model *m, struct pen *pen, const struct tui_log_line *line)
{
	if (line->source < m->logpane.log.nsources)
		draw_label(m, pen, m->logpane.log.sources[line->source]);
	draw_text(m, pen, line->text, line->len);
}

static void
draw_lines(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	const struct tui_logpane *p = &m->logpane;
	struct tui_log_position at = tui_logpane_position(p);
	int end = l->log.y + l->log.h;
	struct tui_log_line line;

	for (int y = l->log.y; y < end && tui_log_get(&p->log, at.serial, &line); y++) {
		struct pen pen = {
		    .c = c,
		    .y = y,
		    .end = end,
		    .left = l->log.x + 1,
		    .right = l->log.x + l->log.w,
		    .skip_rows = at.row,
		    .skip_columns = p->wrap ? 0 : p->column,
		    .wrap = p->wrap && p->width >= 2,
		};

		if (line.kind == TUI_LOG_NOTE)
			draw_note(m, &l->log, c, y, line.text, line.len);
		else
			draw_line_text(m, &pen, &line);
		if (p->has_hit && p->hit == at.serial)
			tui_canvas_put(c, y, l->log.x, l->log.x + 1, m->glyphs->cursor, 1,
				       m->theme->looks[LOOK_WARN]);
		y = pen.y;
		at.serial++;
		at.row = 0;
	}
}

void
tui_logview_draw(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	const struct tui_logpane *p = &m->logpane;

	if (l->log_title >= 0)
		draw_title(m, l, c);
	if (l->log.h == 0)
		return;
	if (tui_log_end(&p->log) > p->log.first)
		draw_lines(m, l, c);
	else if (l->log_title >= 0)
		tui_canvas_text(c, l->log.y, l->log.x + 1, l->log.w - 1, m->theme->looks[LOOK_DIM],
				p->show.kind == TUI_SHOW_NOTHING ? "select a program to see its log"
								 : "nothing was written yet");
}
