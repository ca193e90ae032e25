/* tui_canvas.c: see tui_canvas.h. */
#include "autoconf.h"

#include "tui/tui_canvas.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xmalloc.h"
#include "tui/tui_sanitize.h"

void
tui_canvas_init(struct tui_canvas *c, int width, int height)
{
	*c = (struct tui_canvas){.cursor_x = -1, .cursor_y = -1};
	tui_canvas_resize(c, width, height);
}

void
tui_canvas_release(struct tui_canvas *c)
{
	free(c->cells);
	c->cells = NULL;
}

void
tui_canvas_resize(struct tui_canvas *c, int width, int height)
{
	c->width = width < 1 ? 1 : width;
	c->height = height < 1 ? 1 : height;
	c->cells = xreallocarray(c->cells, (size_t)c->width * (size_t)c->height, sizeof(*c->cells));
	tui_canvas_clear(c);
}

void
tui_canvas_clear(struct tui_canvas *c)
{
	size_t n = (size_t)c->width * (size_t)c->height;

	for (size_t i = 0; i < n; i++)
		c->cells[i] = (struct tui_cell){.ch = ' '};
	c->cursor_x = c->cursor_y = -1;
}

/* The caller has looked that it is inside. */
static struct tui_cell *
cell_at(const struct tui_canvas *c, int y, int x)
{
	return &c->cells[(size_t)y * (size_t)c->width + (size_t)x];
}

struct tui_cell *
tui_canvas_at(const struct tui_canvas *c, int y, int x)
{
	if (y < 0 || x < 0 || y >= c->height || x >= c->width)
		return NULL;
	return cell_at(c, y, x);
}

/* A wide character that loses one half loses the other too. */
static void
split_wide(struct tui_canvas *c, int y, int x)
{
	struct tui_cell *cell = cell_at(c, y, x);
	struct tui_cell *before = tui_canvas_at(c, y, x - 1);
	struct tui_cell *after = tui_canvas_at(c, y, x + 1);

	if (cell->ch == 0 && before != NULL)
		before->ch = ' ';
	else if (cell->ch != 0 && after != NULL && after->ch == 0)
		after->ch = ' ';
}

int
tui_canvas_put(struct tui_canvas *c, int y, int x, int end, uint32_t ch, int width, struct tui_style style)
{
	struct tui_cell *cell;

	if (end > c->width)
		end = c->width;
	if (width == 0) {
		cell = tui_canvas_at(c, y, x - 1);
		if (cell != NULL && cell->ch == 0)
			cell = tui_canvas_at(c, y, x - 2);
		if (cell != NULL && cell->mark == 0 && !c->ascii)
			cell->mark = ch;
		return x;
	}
	if (x + width > end || tui_canvas_at(c, y, x) == NULL)
		return x;
	if (c->ascii && ch > 0x7e)
		ch = '?';
	if (c->mono)
		style.fg = style.bg = TUI_DEFAULT;
	split_wide(c, y, x);
	*cell_at(c, y, x) = (struct tui_cell){.ch = ch, .style = style};
	if (width == 2) {
		split_wide(c, y, x + 1);
		*cell_at(c, y, x + 1) = (struct tui_cell){.ch = c->ascii ? ' ' : 0, .style = style};
	}
	return x + width;
}

int
tui_text_columns(const char *text)
{
	struct tui_sanitizer z;
	struct tui_glyph g;
	int columns = 0;

	tui_sanitize_begin(&z, text, strlen(text), false);
	while (tui_sanitize_next(&z, &g))
		columns += g.width;
	return columns;
}

int
tui_canvas_text(struct tui_canvas *c, int y, int x, int width, struct tui_style style, const char *text)
{
	struct tui_sanitizer z;
	struct tui_glyph g;
	bool cut;
	int start = x, room;

	if (width <= 0)
		return 0;
	cut = tui_text_columns(text) > width;
	room = x + width - (cut ? 1 : 0);
	tui_sanitize_begin(&z, text, strlen(text), false);
	while (tui_sanitize_next(&z, &g)) {
		if (x + g.width > room)
			break;
		x = tui_canvas_put(c, y, x, room, g.ch, g.width, style);
	}
	if (cut)
		x = tui_canvas_put(c, y, x, x + 1, c->ascii ? '~' : 0x2026, 1, style);
	return x - start;
}

void
tui_canvas_right(struct tui_canvas *c, int y, int x, int width, struct tui_style style, const char *text)
{
	int columns = tui_text_columns(text);

	if (columns < width) {
		x += width - columns;
		width = columns;
	}
	tui_canvas_text(c, y, x, width, style, text);
}

void
tui_canvas_fill(struct tui_canvas *c, int y, int x, int width, uint32_t ch, struct tui_style style)
{
	for (int end = x + width; x < end; x++)
		tui_canvas_put(c, y, x, end, ch, 1, style);
}

void
tui_canvas_restyle(struct tui_canvas *c, int y, int x, int width, unsigned attr, bool plain)
{
	for (int end = x + width; x < end; x++) {
		struct tui_cell *cell = tui_canvas_at(c, y, x);

		if (cell == NULL)
			continue;
		if (plain)
			cell->style = (struct tui_style){0};
		cell->style.attr |= (uint8_t)attr;
	}
}

static bool
dump_row(const struct tui_canvas *c, int y, struct buf *out)
{
	int end = c->width;
	char bytes[4];

	while (end > 0 && cell_at(c, y, end - 1)->ch == ' ')
		end--;
	for (int x = 0; x < end; x++) {
		const struct tui_cell *cell = cell_at(c, y, x);

		if (cell->ch != 0 && !buf_append(out, bytes, utf8_encode(cell->ch, bytes)))
			return false;
		if (cell->mark != 0 && !buf_append(out, bytes, utf8_encode(cell->mark, bytes)))
			return false;
	}
	return buf_putc(out, '\n');
}

bool
tui_canvas_dump(const struct tui_canvas *c, struct buf *out)
{
	for (int y = 0; y < c->height; y++)
		if (!dump_row(c, y, out))
			return false;
	return true;
}
