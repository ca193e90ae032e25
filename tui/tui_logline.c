/* tui_logline.c: see tui_logline.h. */
#include "autoconf.h"

#include "tui/tui_logline.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xmalloc.h"
#include "tui/tui_logpane.h"
#include "tui/tui_logtext.h"
#include "tui/tui_sanitize.h"

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

/* Hits */

/* The plain text of a line as far as it is in sight, with the next place of the pattern in it. */
struct hits {
	struct buf plain;
	const struct tui_pattern *pattern;
	size_t start; /* SIZE_MAX: none any more */
	size_t end;
};

#define BEYOND 256 /* columns: a hit that begins in sight may end beyond */

static void
next_hit(struct hits *h, size_t from)
{
	if (!tui_pattern_find(h->pattern, buf_str(&h->plain), h->plain.len, from, &h->start, &h->end))
		h->start = SIZE_MAX;
}

/* What is searched for, else what the lines are filtered by. */
static const struct tui_pattern *
pattern_of(const struct tui_logpane *p)
{
	return tui_pattern_is_on(&p->pattern) ? &p->pattern : &p->filter.pattern;
}

static void
hits_begin(struct hits *h, const struct tui_logpane *p, const struct pen *pen, const char *text, size_t len)
{
	int width = pen->right - pen->left;
	int columns = pen->wrap ? (pen->skip_rows + pen->end - pen->y) * width : pen->skip_columns + width;
	struct tui_sanitizer z;
	struct tui_glyph g;
	char bytes[4];

	buf_init(&h->plain, TUI_LOGTEXT_MAX);
	h->pattern = pattern_of(p);
	h->start = h->end = SIZE_MAX;
	if (!tui_pattern_is_on(h->pattern) || h->pattern->invert)
		return;
	tui_sanitize_begin(&z, text, len, false);
	for (int x = 0; x < columns + BEYOND && tui_sanitize_next(&z, &g); x += g.width)
		buf_append(&h->plain, bytes, utf8_encode(g.ch, bytes));
	next_hit(h, 0);
}

static bool
is_hit(struct hits *h, size_t at)
{
	while (h->start != SIZE_MAX && at >= h->end)
		next_hit(h, h->end);
	return h->start != SIZE_MAX && at >= h->start;
}

/* Parts */

static void
draw_text(const struct tui_model *m, struct pen *pen, const char *text, size_t len, bool selected)
{
	struct tui_sanitizer z;
	struct tui_glyph g;
	struct hits hits;
	size_t at = 0;
	char bytes[4];

	hits_begin(&hits, &m->logpane, pen, text, len);
	tui_sanitize_begin(&z, text, len, true);
	while (tui_sanitize_next(&z, &g)) {
		struct tui_style style = g.style;

		if (g.foreign)
			style = m->theme->looks[LOOK_DIM];
		if (m->theme == &tui_theme_mono)
			style.fg = style.bg = TUI_DEFAULT;
		if (selected)
			style.attr |= TUI_REVERSE;
		/* In a line that is reversed, a hit stands out by being not. */
		if (is_hit(&hits, at))
			style.attr ^= TUI_REVERSE;
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

/* The same program has the same colour, whatever else is shown. */
static struct tui_style
style_of_label(const struct tui_model *m, const struct tui_source *s)
{
	uint32_t hash = 2166136261U;

	for (const char *at = s->key; *at != '\0'; at++)
		hash = (hash ^ (unsigned char)*at) * 16777619U;
	return m->theme->prefixes[hash % TUI_NPREFIXES];
}

static void
draw_prefix(const struct tui_model *m, struct tui_canvas *c, int y, int x, const struct tui_log_line *line,
	    double *valid_for)
{
	const struct tui_logpane *p = &m->logpane;
	const struct tui_logprefix *f = &p->prefix;
	const struct tui_source *s = line->source < p->log.nsources ? p->log.sources[line->source] : NULL;
	char stamp[TUI_LOGSTAMP_MAX];

	if (f->stamp > 0) {
		tui_logstamp(m, line->time, stamp, valid_for);
		tui_canvas_right(c, y, x, f->stamp - 1, m->theme->looks[LOOK_DIM], stamp);
	}
	x += f->stamp;
	if (s == NULL)
		return;
	if (f->label > 0)
		tui_canvas_text(c, y, x, f->label - 1, style_of_label(m, s), s->label);
	x += f->label;
	if (f->channel > 0 && s->channel == CHANNEL_STDERR)
		tui_canvas_text(c, y, x, 1, m->theme->looks[LOOK_WARN], "e");
}

static void
draw_gutter(const struct tui_model *m, struct tui_canvas *c, int y, int x, uint64_t serial)
{
	const struct tui_logpane *p = &m->logpane;
	bool here = p->has_hit && p->hit == serial;
	struct tui_style style = m->theme->looks[here ? LOOK_WARN : LOOK_PLAIN];

	if (tui_serials_has(&p->marks.lines, serial))
		tui_canvas_put(c, y, x, x + 1, m->glyphs->mark, 1, style);
	else if (here)
		tui_canvas_put(c, y, x, x + 1, m->glyphs->cursor, 1, style);
}

int
tui_logline_draw(const struct tui_model *m, struct tui_canvas *c, const struct tui_rect *r, int y,
		 uint64_t serial, const struct tui_log_line *line, int skip_rows, double *valid_for)
{
	const struct tui_logpane *p = &m->logpane;
	bool selected = tui_logmarks_is_selected(p, serial);
	struct buf scratch = BUF_INIT(TUI_LOGTEXT_MAX);
	struct pen pen = {
	    .c = c,
	    .y = y,
	    .end = r->y + r->h,
	    .left = r->x + 1 + p->prefix.columns,
	    .right = r->x + r->w,
	    .skip_rows = skip_rows,
	    .skip_columns = p->wrap ? 0 : p->column,
	    .wrap = p->wrap && tui_logpane_text_width(p) >= 2,
	};
	const char *text;
	size_t len;

	if (line->kind == TUI_LOG_NOTE)
		draw_note(m, r, c, y, line->text, line->len);
	else {
		if (skip_rows == 0)
			draw_prefix(m, c, y, r->x + 1, line, valid_for);
		text = tui_logtext_shown(line, p->json, &scratch, &len);
		draw_text(m, &pen, text, len, selected);
		buf_release(&scratch);
	}
	if (pen.y >= pen.end)
		pen.y = pen.end - 1;
	/* Also an empty line shows that it is selected. */
	for (int row = y; selected && row <= pen.y; row++)
		tui_canvas_restyle(c, row, r->x, 1, TUI_REVERSE, false);
	draw_gutter(m, c, y, r->x, serial);
	return pen.y;
}
