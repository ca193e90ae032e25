/*
 * tui_term_paint.c: a canvas becomes bytes: curses compares it with what is shown, writes to a file in memory what is
 * another, and that goes to the terminal as one frame.
 */
#include "autoconf.h"

#include <stdio.h>
#include <unistd.h>
#include <wchar.h>

#define NCURSES_WIDECHAR 1
#include <curses.h>

#include "base/buf.h"
#include "tui/tui_colour.h"
#include "tui/tui_term_parts.h"

#define SYNC_WORTH 200 /* bytes of a frame from which on it is marked as one */

/* Colours and attributes */

void
tui_term_start_colours(void)
{
	start_color();
	use_default_colors();
}

/* curses' number of a canvas colour: what the terminal does not have becomes the nearest. */
static int
colour_number(uint16_t colour)
{
	unsigned n;

	if (colour == TUI_DEFAULT)
		return -1;
	n = tui_colour_reduce(colour - 1U, COLORS);
	/* Where colours are given by their parts, only the first eight are numbers. */
	return COLORS > 256 && n >= 8 ? (int)tui_colour_rgb(n) : (int)n;
}

/* curses keeps the pairs that are in use; when they run out, it takes the one that was asked for least lately. */
static int
colour_pair(const struct tui_term *term, struct tui_style style)
{
	int pair;

	if (term->colours == 0 || (style.fg == TUI_DEFAULT && style.bg == TUI_DEFAULT))
		return 0;
	pair = alloc_pair(colour_number(style.fg), colour_number(style.bg));
	return pair > 0 ? pair : 0;
}

static attr_t
attributes(const struct tui_term *term, struct tui_style style)
{
	attr_t attr = A_NORMAL;

	if ((style.attr & TUI_BOLD) != 0)
		attr |= A_BOLD;
	if ((style.attr & TUI_DIM) != 0)
		attr |= A_DIM;
	if ((style.attr & TUI_REVERSE) != 0)
		attr |= A_REVERSE;
	if ((style.attr & TUI_UNDERLINE) != 0)
		attr |= A_UNDERLINE;
	/* Where eight colours are all, bright is bold. */
	if (term->colours > 0 && style.fg > 8 && style.fg <= 16 && COLORS < 16)
		attr |= A_BOLD;
	return attr;
}

/* Frames */

/* What curses has written, and forgets it. */
static bool
collect(struct tui_term *term, struct buf *out)
{
	int fd;
	off_t size, at = 0;
	bool ok;

	fflush(term->paper);
	fd = fileno(term->paper);
	size = lseek(fd, 0, SEEK_CUR);
	ok = size >= 0 && size <= (off_t)out->max && buf_reserve(out, (size_t)size) != NULL;
	while (ok && at < size) {
		ssize_t n = pread(fd, buf_reserve(out, (size_t)(size - at)), (size_t)(size - at), at);

		if (n <= 0)
			ok = false;
		else {
			buf_added(out, (size_t)n);
			at += n;
		}
	}
	return lseek(fd, 0, SEEK_SET) == 0 && ftruncate(fd, 0) == 0 && ok;
}

bool
tui_term_send_frame(struct tui_term *term)
{
	struct buf frame = BUF_INIT(TUI_OUT_MAX);
	bool ok = collect(term, &frame);
	bool mark = term->sync && frame.len > SYNC_WORTH;

	if (ok && frame.len > 0) {
		if (mark)
			tui_term_send(term, SYNC_BEGIN);
		ok = tui_out_write(term->out, frame.data, frame.len);
		if (mark)
			tui_term_send(term, SYNC_END);
	}
	buf_release(&frame);
	return ok;
}

bool
tui_term_is_ready(const struct tui_term *term)
{
	return tui_out_is_empty(term->out);
}

static void
paint_cell(const struct tui_term *term, int y, int x, const struct tui_cell *cell)
{
	wchar_t text[3] = {(wchar_t)cell->ch, (wchar_t)cell->mark, 0};
	int pair = colour_pair(term, cell->style);
	cchar_t out;

	if (cell->ch == 0)
		return; /* the character before it covers this one */
	if (setcchar(&out, text, attributes(term, cell->style), 0, &pair) == ERR) {
		text[0] = '?';
		text[1] = 0;
		setcchar(&out, text, attributes(term, cell->style), 0, &pair);
	}
	mvadd_wch(y, x, &out);
}

bool
tui_term_paint(struct tui_term *term, const struct tui_canvas *c, bool all)
{
	if (term->away)
		return false;
	erase();
	for (int y = 0; y < c->height; y++)
		for (int x = 0; x < c->width; x++)
			paint_cell(term, y, x, tui_canvas_at(c, y, x));
	if (all)
		clearok(curscr, TRUE);
	curs_set(c->cursor_x >= 0);
	if (c->cursor_x >= 0)
		move(c->cursor_y, c->cursor_x);
	refresh();
	return tui_term_send_frame(term);
}
