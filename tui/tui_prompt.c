/* tui_prompt.c: see tui_prompt.h. */
#include "autoconf.h"

#include "tui/tui_prompt.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xmalloc.h"
#include "tui/tui_input.h"
#include "tui/tui_sanitize.h"

void
tui_history_release(struct tui_history *h)
{
	while (h->n > 0)
		free(h->lines[--h->n]);
}

void
tui_history_add(struct tui_history *h, const char *line)
{
	if (*line == '\0' || (h->n > 0 && strcmp(h->lines[h->n - 1], line) == 0))
		return;
	if (h->n == TUI_HISTORY_MAX) {
		free(h->lines[0]);
		memmove(h->lines, h->lines + 1, (--h->n) * sizeof(h->lines[0]));
	}
	h->lines[h->n++] = xstrdup(line);
}

void
tui_prompt_init(struct tui_prompt *p)
{
	*p = (struct tui_prompt){.kind = PROMPT_NONE};
	buf_init(&p->text, TUI_PROMPT_MAX);
}

void
tui_prompt_release(struct tui_prompt *p)
{
	for (size_t kind = 0; kind < PROMPT_NKINDS; kind++)
		tui_history_release(&p->history[kind]);
	free(p->label);
	buf_release(&p->text);
}

static void
set_text(struct tui_prompt *p, const char *text)
{
	buf_clear(&p->text);
	buf_puts(&p->text, text);
	p->cursor = p->text.len;
}

void
tui_prompt_open_with(struct tui_prompt *p, enum tui_prompt_kind kind, const char *label, const char *text,
		     struct tui_history *lines)
{
	free(p->label);
	p->label = xstrdup(label);
	p->kind = kind;
	p->lines = lines;
	p->recall = lines->n;
	set_text(p, text);
}

void
tui_prompt_open(struct tui_prompt *p, enum tui_prompt_kind kind, const char *label, const char *text)
{
	tui_prompt_open_with(p, kind, label, text, &p->history[kind]);
}

void
tui_prompt_close(struct tui_prompt *p)
{
	p->kind = PROMPT_NONE;
}

static enum tui_prompt_result
recall(struct tui_prompt *p, int step)
{
	const struct tui_history *h = p->lines;

	if ((step < 0 && p->recall == 0) || (step > 0 && p->recall >= h->n))
		return PROMPT_GOES_ON;
	p->recall += (size_t)step;
	set_text(p, p->recall == h->n ? "" : h->lines[p->recall]);
	return PROMPT_CHANGED;
}

/* The boundary of the character before or after the cursor. */
static size_t
step_left(const struct tui_prompt *p, size_t at)
{
	if (at > 0)
		at--;
	while (at > 0 && ((unsigned char)p->text.data[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static size_t
step_right(const struct tui_prompt *p, size_t at)
{
	if (at < p->text.len)
		at++;
	while (at < p->text.len && ((unsigned char)p->text.data[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static size_t
word_left(const struct tui_prompt *p)
{
	size_t at = p->cursor;

	while (at > 0 && p->text.data[at - 1] == ' ')
		at--;
	while (at > 0 && p->text.data[at - 1] != ' ')
		at--;
	return at;
}

static enum tui_prompt_result
erase(struct tui_prompt *p, size_t from, size_t to)
{
	if (from == to)
		return PROMPT_GOES_ON;
	memmove(p->text.data + from, p->text.data + to, p->text.len - to);
	buf_truncate(&p->text, p->text.len - (to - from));
	p->cursor = from;
	return PROMPT_CHANGED;
}

void
tui_prompt_erase(struct tui_prompt *p, size_t from)
{
	erase(p, from, p->cursor);
}

/* In two steps, since the buffer grows at its end. */
static bool
insert_bytes(struct tui_prompt *p, const char *bytes, size_t n)
{
	if (n == 0)
		return true; /* an empty buffer has no bytes to move */
	if (!buf_append(&p->text, bytes, n)) {
		p->text.failed = false;
		return false;
	}
	memmove(p->text.data + p->cursor + n, p->text.data + p->cursor, p->text.len - n - p->cursor);
	memcpy(p->text.data + p->cursor, bytes, n);
	p->cursor += n;
	return true;
}

void
tui_prompt_insert(struct tui_prompt *p, const char *text)
{
	insert_bytes(p, text, strlen(text));
}

static enum tui_prompt_result
insert(struct tui_prompt *p, uint32_t key)
{
	char bytes[4];

	if (key < 0x20 || key >= TUI_KEY_UP)
		return PROMPT_GOES_ON;
	return insert_bytes(p, bytes, utf8_encode(key, bytes)) ? PROMPT_CHANGED : PROMPT_GOES_ON;
}

static enum tui_prompt_result
move(struct tui_prompt *p, size_t to)
{
	p->cursor = to;
	return PROMPT_GOES_ON;
}

static enum tui_prompt_result
confirm_key(uint32_t key)
{
	return key == 'y' ? PROMPT_ACCEPTED : PROMPT_CANCELLED;
}

bool
tui_prompt_is_question(const struct tui_prompt *p)
{
	return p->kind == PROMPT_CONFIRM || p->kind == PROMPT_REVEAL || p->kind == PROMPT_OVERWRITE;
}

enum tui_prompt_result
tui_prompt_key(struct tui_prompt *p, uint32_t key)
{
	if (tui_prompt_is_question(p))
		return confirm_key(key);
	switch (key) {
	case TUI_KEY_ENTER:
		if (p->kind != PROMPT_WORD)
			tui_history_add(p->lines, buf_str(&p->text));
		return PROMPT_ACCEPTED;
	case TUI_KEY_ESC:
	case TUI_CTRL('C'):
	case TUI_CTRL('G'):
		return PROMPT_CANCELLED;
	case TUI_CTRL('A'):
	case TUI_KEY_HOME:
		return move(p, 0);
	case TUI_CTRL('E'):
	case TUI_KEY_END:
		return move(p, p->text.len);
	case TUI_CTRL('B'):
	case TUI_KEY_LEFT:
		return move(p, step_left(p, p->cursor));
	case TUI_CTRL('F'):
	case TUI_KEY_RIGHT:
		return move(p, step_right(p, p->cursor));
	case TUI_KEY_BACKSPACE:
		/* Taking away from nothing leaves, as in vim. */
		if (p->text.len == 0)
			return PROMPT_CANCELLED;
		return erase(p, step_left(p, p->cursor), p->cursor);
	case TUI_CTRL('D'):
	case TUI_KEY_DELETE:
		return erase(p, p->cursor, step_right(p, p->cursor));
	case TUI_CTRL('W'):
		return erase(p, word_left(p), p->cursor);
	case TUI_CTRL('U'):
		return erase(p, 0, p->cursor);
	case TUI_CTRL('K'):
		return erase(p, p->cursor, p->text.len);
	case TUI_KEY_UP:
	case TUI_CTRL('P'):
		return recall(p, -1);
	case TUI_KEY_DOWN:
	case TUI_CTRL('N'):
		return recall(p, 1);
	default:
		return insert(p, key);
	}
}

/* Columns of the first n bytes. */
static int
columns_before(const struct tui_prompt *p, size_t n)
{
	char *head = xstrndup(buf_str(&p->text), n);
	int columns = tui_text_columns(head);

	free(head);
	return columns;
}

void
tui_prompt_draw(const struct tui_prompt *p, struct tui_canvas *c, int y, struct tui_style style)
{
	int label = tui_text_columns(p->label);
	int room, cursor, skip = 0;
	size_t from = 0;

	if (tui_prompt_is_question(p)) {
		/* Who is meant may be cut short; that this is a question may not. */
		cursor = 1 + tui_canvas_text(c, y, 1, c->width - 7, style, p->label);
		cursor += tui_canvas_text(c, y, cursor, c->width - cursor, style, "? y/N ");
		c->cursor_x = cursor < c->width ? cursor : c->width - 1;
		c->cursor_y = y;
		return;
	}
	if (label > c->width / 2 && c->width < 60)
		label = c->width / 2;
	tui_canvas_text(c, y, 1, label, style, p->label);
	room = c->width - 1 - label;
	cursor = columns_before(p, p->cursor);
	/* A text longer than the line is shown from where its cursor is in sight. */
	while (cursor - skip >= room && from < p->cursor) {
		from = step_right(p, from);
		skip = columns_before(p, from);
	}
	tui_canvas_text(c, y, 1 + label, room, (struct tui_style){0}, buf_str(&p->text) + from);
	c->cursor_x = 1 + label + cursor - skip;
	if (c->cursor_x >= c->width)
		c->cursor_x = c->width - 1;
	c->cursor_y = y;
}
