/* tui_logpane.c: see tui_logpane.h. */
#include "autoconf.h"

#include "tui/tui_logpane.h"

#include "tui/tui_sanitize.h"

int
tui_logpane_rows(const struct tui_logpane *p, const char *text, size_t len)
{
	struct tui_sanitizer z;
	struct tui_glyph g;
	int rows = 1, x = 0;

	if (!p->wrap || p->width < 2)
		return 1;
	tui_sanitize_begin(&z, text, len, false);
	while (tui_sanitize_next(&z, &g)) {
		if (x + g.width > p->width) {
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
	struct tui_log_line line;

	if (!tui_log_get(&p->log, serial, &line) || line.kind == TUI_LOG_NOTE)
		return 1;
	return tui_logpane_rows(p, line.text, line.len);
}

/* Goes up from behind a row by n rows, as far as there are lines. */
static struct tui_log_position
go_up(const struct tui_logpane *p, struct tui_log_position at, long n)
{
	while (n > 0) {
		if (at.row > 0) {
			long step = at.row < n ? at.row : n;

			at.row -= (int)step;
			n -= step;
		} else if (at.serial > p->log.first) {
			at.serial--;
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
		at.serial++;
		at.row = 0;
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
	if (at.serial < p->log.first)
		return (struct tui_log_position){.serial = p->log.first};
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

/* Puts a line a third of the pane from its top, unless that would leave the pane empty below. */
static void
show_hit(struct tui_logpane *p, uint64_t serial)
{
	struct tui_log_position at = go_up(p, (struct tui_log_position){.serial = serial}, p->height / 3);
	struct tui_log_position last = bottom(p);

	p->hit = serial;
	p->has_hit = true;
	set_position(p, is_before(last, at) ? last : at);
}

bool
tui_logpane_search(struct tui_logpane *p, int step, bool *wrapped)
{
	uint64_t end = tui_log_end(&p->log);
	uint64_t from = p->has_hit && p->hit >= p->log.first ? p->hit + (uint64_t)(int64_t)step
							     : tui_logpane_position(p).serial;
	uint64_t found;

	*wrapped = false;
	if (end == p->log.first || p->pattern[0] == '\0')
		return false;
	if (tui_log_search(&p->log, from, step, p->pattern, &found)) {
		show_hit(p, found);
		return true;
	}
	*wrapped = true;
	if (!tui_log_search(&p->log, step > 0 ? p->log.first : end - 1, step, p->pattern, &found))
		return false;
	show_hit(p, found);
	return true;
}

void
tui_logpane_go(struct tui_logpane *p, uint64_t serial)
{
	struct tui_log_position at = {.serial = serial}, last = bottom(p);

	set_position(p, is_before(last, at) ? last : at);
	p->has_hit = true;
	p->hit = serial;
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
	return true;
}
