/* buf.c: see buf.h. */
#include "autoconf.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf)BUF_INIT(max);
}

/* What was allocated: the content begins behind what was consumed. NULL: nothing. */
static char *
buf_base(struct buf *b)
{
	return b->data != NULL ? b->data - b->consumed : NULL;
}

void
buf_release(struct buf *b)
{
	free(buf_base(b));
	buf_init(b, b->max);
}

void
buf_clear(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->data != NULL)
		b->data[0] = '\0';
}

static bool
buf_fail(struct buf *b)
{
	b->failed = true;
	return false;
}

/* Capacity counts the terminating NUL, and what was consumed. */
static bool
buf_grow(struct buf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : 64;
	char *data;

	while (cap < need)
		cap = cap > need / 2 ? need : cap * 2;
	data = realloc(buf_base(b), cap);
	if (data == NULL)
		return buf_fail(b);
	b->data = data + b->consumed;
	b->data[b->len] = '\0';
	b->cap = cap;
	return true;
}

char *
buf_reserve(struct buf *b, size_t len)
{
	size_t need = b->consumed + b->len + len + 1;

	if (b->failed || len > b->max || b->len > b->max - len) {
		buf_fail(b);
		return NULL;
	}
	if (b->cap < need && !buf_grow(b, need > 2 * b->cap ? need : 2 * b->cap))
		return NULL;
	return b->data + b->len;
}

void
buf_added(struct buf *b, size_t len)
{
	b->len += len;
	b->data[b->len] = '\0';
}

bool
buf_append(struct buf *b, const void *data, size_t len)
{
	char *to;

	if (len == 0)
		return !b->failed;
	to = buf_reserve(b, len);
	if (to == NULL)
		return false;
	memcpy(to, data, len);
	buf_added(b, len);
	return true;
}

bool
buf_puts(struct buf *b, const char *s)
{
	return buf_append(b, s, strlen(s));
}

bool
buf_putc(struct buf *b, char c)
{
	return buf_append(b, &c, 1);
}

bool
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	char *to;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		return buf_fail(b);
	if (n == 0)
		return !b->failed;
	to = buf_reserve(b, (size_t)n);
	if (to == NULL)
		return false;
	vsnprintf(to, (size_t)n + 1, fmt, ap);
	buf_added(b, (size_t)n);
	return true;
}

bool
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	bool ok;

	va_start(ap, fmt);
	ok = buf_vprintf(b, fmt, ap);
	va_end(ap);
	return ok;
}

/* The content moves to the front. */
static void
buf_pack(struct buf *b)
{
	if (b->consumed == 0)
		return;
	memmove(buf_base(b), b->data, b->len + 1);
	b->data = buf_base(b);
	b->consumed = 0;
}

/* Megabytes that leave in small pieces are not moved for each of them: the gap may grow to a quarter of what is left. */
void
buf_consume(struct buf *b, size_t len)
{
	if (len == 0)
		return;
	b->len -= len;
	b->data += len;
	b->consumed += len;
	if (b->consumed > b->len / 4)
		buf_pack(b);
}

void
buf_truncate(struct buf *b, size_t len)
{
	if (len >= b->len)
		return;
	b->len = len;
	b->data[len] = '\0';
}

const char *
buf_str(const struct buf *b)
{
	return b->data != NULL ? b->data : "";
}

char *
buf_steal(struct buf *b)
{
	char *s;

	buf_pack(b);
	s = b->data != NULL ? b->data : xstrdup("");
	buf_init(b, b->max);
	return s;
}
