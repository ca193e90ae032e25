/* tui_logpane.c: see tui_logpane.h. */
#include "autoconf.h"

#include "tui/tui_logpane.h"

#include <stdlib.h>

#include "tui/tui_logtext.h"
#include "tui/tui_sanitize.h"

void
tui_logpane_init(struct tui_logpane *p, size_t max_lines, size_t max_bytes)
{
	*p = (struct tui_logpane){.follow = true};
	tui_show_init(&p->show);
	tui_log_init(&p->log, max_lines, max_bytes);
	tui_pattern_init(&p->pattern);
	tui_logfilter_init(&p->filter);
	for (size_t i = 0; i < sizeof(p->scratch) / sizeof(p->scratch[0]); i++)
		buf_init(&p->scratch[i], TUI_LOGTEXT_MAX);
}

void
tui_logpane_release(struct tui_logpane *p)
{
	tui_logfind_release(p);
	tui_logfilter_release(&p->filter);
	tui_logmarks_clear(p);
	free(p->overwrite);
	tui_show_release(&p->show);
	tui_log_release(&p->log);
	for (size_t i = 0; i < sizeof(p->scratch) / sizeof(p->scratch[0]); i++)
		buf_release(&p->scratch[i]);
}

void
tui_logpane_fit(struct tui_logpane *p, int width, int height)
{
	p->width = width;
	p->height = height;
	p->prefix = tui_logprefix_of(p);
}

int
tui_logpane_text_width(const struct tui_logpane *p)
{
	return p->width - p->prefix.columns;
}

int
tui_logpane_rows(const struct tui_logpane *p, const char *text, size_t len)
{
	struct tui_sanitizer z;
	struct tui_glyph g;
	int rows = 1, x = 0, width = tui_logpane_text_width(p);

	if (!p->wrap || width < 2)
		return 1;
	tui_sanitize_begin(&z, text, len, false);
	while (tui_sanitize_next(&z, &g)) {
		if (x + g.width > width) {
			rows++;
			x = 0;
		}
		x += g.width;
	}
	return rows;
}

static int
rows_of(const struct tui_logpane *p, uint64_t serial)
{
	struct buf scratch = BUF_INIT(TUI_LOGTEXT_MAX);
	struct tui_log_line line;
	const char *text;
	size_t len;
	int rows;

	if (!p->wrap || !tui_log_get(&p->log, serial, &line) || line.kind == TUI_LOG_NOTE)
		return 1;
	text = tui_logtext_shown(&line, p->json, &scratch, &len);
	rows = tui_logpane_rows(p, text, len);
	buf_release(&scratch);
	return rows;
}

/* Goes up from behind a row by n rows, as far as there are lines. */
static struct tui_log_position
go_up(const struct tui_logpane *p, struct tui_log_position at, long n)
{
	uint64_t above;

	while (n > 0) {
		if (at.row > 0) {
			long step = at.row < n ? at.row : n;

			at.row -= (int)step;
			n -= step;
		} else if (tui_logfilter_prev(p, at.serial, &above)) {
			at.serial = above;
			at.row = rows_of(p, at.serial);
		} else
			break;
	}
	return at;
}

static struct tui_log_position
go_down(const struct tui_logpane *p, struct tui_log_position at, long n)
{
	uint64_t end = tui_log_end(&p->log);

	while (n > 0 && at.serial < end) {
		int left = rows_of(p, at.serial) - at.row;

		if (left > n) {
			at.row += (int)n;
			break;
		}
		n -= left;
		at.row = 0;
		if (!tui_logfilter_next(p, at.serial + 1, &at.serial))
			at.serial = end;
	}
	return at;
}

/* The position in which the last row of the log is the last of the pane. */
static struct tui_log_position
bottom(const struct tui_logpane *p)
{
	return go_up(p, (struct tui_log_position){.serial = tui_log_end(&p->log)}, p->height);
}

static bool
is_before(struct tui_log_position a, struct tui_log_position b)
{
	return a.serial < b.serial || (a.serial == b.serial && a.row < b.row);
}

struct tui_log_position
tui_logpane_position(const struct tui_logpane *p)
{
	struct tui_log_position at = {.serial = p->top, .row = p->top_row};

	if (p->follow)
		return bottom(p);
	/* The line may be gone, or not be seen any more. */
	if (!tui_logfilter_next(p, p->top, &at.serial))
		return bottom(p);
	if (at.serial != p->top)
		at.row = 0;
	return at;
}

static void
set_position(struct tui_logpane *p, struct tui_log_position at)
{
	if (p->follow)
		p->seen_end = tui_log_end(&p->log);
	p->follow = false;
	p->top = at.serial;
	p->top_row = at.row;
}

void
tui_logpane_follow(struct tui_logpane *p)
{
	p->follow = true;
	p->has_hit = false;
}

void
tui_logpane_hold(struct tui_logpane *p)
{
	set_position(p, tui_logpane_position(p));
}

void
tui_logpane_first(struct tui_logpane *p)
{
	p->has_hit = false;
	set_position(p, (struct tui_log_position){.serial = p->log.first});
}

void
tui_logpane_scroll(struct tui_logpane *p, long rows)
{
	struct tui_log_position at = tui_logpane_position(p);

	p->jump = JUMP_NONE; /* who moves meanwhile does not want to be taken away */
	p->wish.to_offset = false;
	if (rows < 0) {
		set_position(p, go_up(p, at, -rows));
		return;
	}
	if (p->follow)
		return;
	at = go_down(p, at, rows);
	if (is_before(at, bottom(p)))
		set_position(p, at);
	else
		tui_logpane_follow(p);
}

void
tui_logpane_toggle_wrap(struct tui_logpane *p)
{
	p->wrap = !p->wrap;
	p->top_row = 0;
	p->column = 0;
}

void
tui_logpane_toggle_json(struct tui_logpane *p)
{
	p->json = !p->json;
	p->top_row = 0;
	tui_logfilter_restart(p);
	tui_logfind_restart(p);
}

bool
tui_logpane_is_in_sight(const struct tui_logpane *p, uint64_t serial)
{
	struct tui_log_position top = tui_logpane_position(p);
	struct tui_log_position end = go_down(p, top, p->height);

	return serial >= top.serial && (serial < end.serial || (serial == end.serial && end.row > 0));
}

/* With so many rows above it, unless that would leave the pane empty below. */
static void
show_below(struct tui_logpane *p, uint64_t serial, int rows)
{
	struct tui_log_position at = go_up(p, (struct tui_log_position){.serial = serial}, rows);
	struct tui_log_position last = bottom(p);

	p->hit = serial;
	p->has_hit = true;
	set_position(p, is_before(last, at) ? last : at);
}

void
tui_logpane_show_line(struct tui_logpane *p, uint64_t serial)
{
	show_below(p, serial, p->height / 3);
}

void
tui_logpane_go(struct tui_logpane *p, uint64_t serial)
{
	show_below(p, serial, 0);
}

void
tui_logpane_reach(struct tui_logpane *p, uint64_t serial)
{
	struct tui_log_position top = tui_logpane_position(p), at = {.serial = serial}, lowest;

	p->hit = serial;
	p->has_hit = true;
	lowest = go_up(p, go_down(p, at, rows_of(p, serial)), p->height);
	if (is_before(at, top))
		set_position(p, at);
	else
		set_position(p, is_before(top, lowest) ? lowest : top);
}

void
tui_logpane_reset(struct tui_logpane *p)
{
	tui_log_clear(&p->log);
	p->follow = true;
	p->has_hit = false;
	p->column = 0;
	p->wish = (struct tui_past_wish){0};
	p->jump = JUMP_NONE;
	p->find.step = p->errors.step = 0;
	tui_logmarks_clear(p);
}

bool
tui_logpane_insert_note(struct tui_logpane *p, uint64_t serial, unsigned source, double time,
			const char *text)
{
	if (!tui_log_insert_note(&p->log, serial, source, time, text))
		return false;
	for (size_t i = 0; i < p->log.nsources; i++)
		if (p->log.sources[i]->file_first > 0 && p->log.sources[i]->file_first < serial)
			p->log.sources[i]->file_first--;
	/* Lines above the note have moved up by one. */
	if (p->top < serial)
		p->top--;
	if (p->hit < serial)
		p->hit--;
	tui_logindex_inserted(&p->find.index, serial);
	tui_logindex_inserted(&p->errors.index, serial);
	tui_logfilter_inserted(&p->filter, serial);
	tui_logmarks_inserted(&p->marks, serial);
	return true;
}
