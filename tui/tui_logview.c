/* tui_logview.c: see tui_logview.h. */
#include "autoconf.h"

#include "tui/tui_logview.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_logline.h"
#include "tui/tui_logpane.h"

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

/* The title */

/* A part of the title's right side; those that matter least go first where there is no room. */
struct part {
	int weight;
	char *text; /* owned; NULL: none */
};

#define PARTS_MAX 10
#define FILTER_COLUMNS 24 /* of the filter's own text */

struct parts {
	struct part part[PARTS_MAX];
	size_t n;
};

static void
add_part(struct parts *parts, int weight, char *text)
{
	parts->part[parts->n++] = (struct part){.weight = weight, .text = text};
}

/* "3,400" */
static const char *
grouped(uint64_t n, char out[32])
{
	char digits[24];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, n), at = 0;

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

/* As many bytes, at most n, as whole characters have. */
static int
whole_characters(const char *s, int n)
{
	int len = (int)strnlen(s, (size_t)n + 1);

	if (len <= n)
		return len;
	while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static void
add_filter(struct parts *parts, const struct tui_logpane *p)
{
	const struct tui_logfilter *f = &p->filter;
	char hits[32], all[32], text[FILTER_COLUMNS + 4];

	if (!tui_logfilter_is_on(f))
		return;
	snprintf(text, sizeof(text), "%.*s", whole_characters(f->pattern.text, FILTER_COLUMNS),
		 f->pattern.text);
	add_part(parts, 9,
		 xasprintf("filter: %s, %s%s of %s lines", text, grouped(f->lines.hits.n, hits),
			   tui_logindex_is_complete(&f->lines, &p->log) ? "" : "+",
			   grouped(tui_log_end(&p->log) - p->log.first, all)));
	if (f->context > 0)
		add_part(parts, 4, xasprintf("%u around", f->context));
}

static void
add_place(struct parts *parts, const struct tui_logpane *p)
{
	uint64_t end = tui_log_end(&p->log);
	uint64_t fresh = end - p->seen_end;
	char line[32], all[32], more[32];

	if (p->follow) {
		add_part(parts, 10, xstrdup("following"));
		return;
	}
	if (tui_logfilter_is_on(&p->filter))
		fresh = p->filter.lines.hits.n - tui_serials_below(&p->filter.lines.hits, p->seen_end);
	add_part(parts, 5,
		 xasprintf("line %s of %s", grouped(tui_logpane_position(p).serial - p->log.first + 1, line),
			   grouped(end - p->log.first, all)));
	if (fresh > 0)
		add_part(parts, 8, xasprintf("+%s new", grouped(fresh, more)));
	add_part(parts, 6, xstrdup("F follows"));
}

static void
collect_parts(const struct tui_model *m, struct parts *parts)
{
	const struct tui_logpane *p = &m->logpane;
	unsigned source = tui_show_source(m);
	char count[TUI_LOGFIND_COUNT_MAX], bytes[TUI_CELL_MAX];

	add_filter(parts, p);
	tui_logfind_count(p, count);
	if (count[0] != '\0')
		add_part(parts, 7, xstrdup(count));
	if (p->marks.selecting || p->marks.lines.n > 0)
		add_part(parts, 7,
			 p->marks.selecting ? xstrdup("selecting")
					    : xasprintf("%zu marked", p->marks.lines.n));
	if (p->json)
		add_part(parts, 2, xstrdup("json"));
	if (p->wrap)
		add_part(parts, 3, xstrdup("wrapped"));
	add_place(parts, p);
	if (source < p->log.nsources && p->log.sources[source]->offset > 0) {
		tui_format_bytes(p->log.sources[source]->offset, bytes);
		add_part(parts, 1, xstrdup(bytes));
	}
}

static int
columns_of(const struct parts *parts)
{
	int columns = 0;

	for (size_t i = 0; i < parts->n; i++)
		if (parts->part[i].text != NULL)
			columns += tui_text_columns(parts->part[i].text) + (columns > 0 ? 2 : 0);
	return columns;
}

/* The title at its left has a right to most of its width. */
static void
drop_parts(struct parts *parts, int width, int title)
{
	int room = width - 10 - (title < width / 3 ? title : width / 3);

	while (parts->n > 0 && columns_of(parts) > room) {
		struct part *least = NULL;

		for (size_t i = 0; i < parts->n; i++)
			if (parts->part[i].text != NULL &&
			    (least == NULL || parts->part[i].weight < least->weight))
				least = &parts->part[i];
		if (least == NULL)
			break;
		free(least->text);
		least->text = NULL;
	}
}

static void
draw_title(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	struct parts parts = {.n = 0};
	struct buf right = BUF_INIT(1024);
	char *title = tui_show_title(m);

	collect_parts(m, &parts);
	drop_parts(&parts, l->log.w, tui_text_columns(title));
	for (size_t i = 0; i < parts.n; i++) {
		if (parts.part[i].text == NULL)
			continue;
		buf_printf(&right, "%s%s", right.len > 0 ? ", " : "", parts.part[i].text);
		free(parts.part[i].text);
	}
	tui_rule_draw(m, c, l->log_title, l->log.x, l->log.w, title, buf_str(&right), m->focus == PANE_LOG);
	buf_release(&right);
	free(title);
}

static const char *
why_empty(const struct tui_logpane *p)
{
	if (p->show.kind == TUI_SHOW_NOTHING)
		return "select a program to see its log";
	if (tui_log_end(&p->log) == p->log.first)
		return "nothing was written yet";
	return tui_logindex_is_complete(&p->filter.lines, &p->log) ? "no line passes the filter; & changes it"
								   : "looking for lines that pass the filter";
}

void
tui_logview_draw(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c,
		 double *valid_for)
{
	const struct tui_logpane *p = &m->logpane;
	struct tui_log_position at = tui_logpane_position(p);
	int y = l->log.y, end = l->log.y + l->log.h;
	struct tui_log_line line;

	if (l->log_title >= 0)
		draw_title(m, l, c);
	for (; y < end && tui_logfilter_next(p, at.serial, &at.serial) &&
	       tui_log_get(&p->log, at.serial, &line);
	     y++) {
		y = tui_logline_draw(m, c, &l->log, y, at.serial, &line, at.row, valid_for);
		at.serial++;
		at.row = 0;
	}
	if (y == l->log.y && l->log.h > 0 && l->log_title >= 0)
		tui_canvas_text(c, y, l->log.x + 1, l->log.w - 1, m->theme->looks[LOOK_DIM], why_empty(p));
}
