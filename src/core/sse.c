/*
 * sse.c: stream framing, both ways.
 *
 * The parser works line by line. A line that lies whole in what is fed is never copied; only one that is cut
 * waits in p->line. CRLF may be cut in the middle: after a CR the line is done, and an LF that comes next is
 * skipped.
 */
#include "autoconf.h"

#include "core/sse.h"

#include <assert.h>
#include <string.h>

static const char byte_order_mark[] = "\xef\xbb\xbf";

static size_t
line_length(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len && s[i] != '\n' && s[i] != '\r'; i++)
		;
	return i;
}

/* The data field by field: one for each line of data, and one for empty data, which readers would not see
 * else. */
static void
write_data(struct buf *out, const char *data, size_t len)
{
	size_t n;

	for (;;) {
		n = line_length(data, len);
		buf_puts(out, "data: ");
		buf_append(out, data, n);
		buf_putc(out, '\n');
		if (n == len)
			return;
		n += data[n] == '\r' && n + 1 < len && data[n + 1] == '\n' ? 2 : 1;
		data += n;
		len -= n;
	}
}

bool
sse_write(struct buf *out, const char *event, const char *id, const char *data, size_t len)
{
	size_t before = out->len;

	if (event != NULL) {
		assert(strpbrk(event, "\r\n") == NULL);
		buf_printf(out, "event: %s\n", event);
	}
	if (id != NULL) {
		assert(strpbrk(id, "\r\n") == NULL);
		buf_printf(out, "id: %s\n", id);
	}
	write_data(out, data, len);
	if (buf_putc(out, '\n'))
		return true;
	buf_truncate(out, before);
	return false;
}

bool
sse_write_comment(struct buf *out, const char *text)
{
	assert(strpbrk(text, "\r\n") == NULL);
	return buf_printf(out, ": %s\n\n", text);
}

void
sse_parser_init(struct sse_parser *p, size_t max_event_bytes, sse_event_fn *fn, void *arg)
{
	*p = (struct sse_parser){.fn = fn, .arg = arg};
	buf_init(&p->line, max_event_bytes);
	buf_init(&p->type, max_event_bytes);
	buf_init(&p->data, max_event_bytes);
	buf_init(&p->id, max_event_bytes);
}

void
sse_parser_release(struct sse_parser *p)
{
	buf_release(&p->line);
	buf_release(&p->type);
	buf_release(&p->data);
	buf_release(&p->id);
}

/* An empty line: the event is complete. One without data is none, but its id counts. */
static void
dispatch(struct sse_parser *p)
{
	struct sse_event ev;

	if (p->data.len > 0) {
		buf_truncate(&p->data, p->data.len - 1);
		ev = (struct sse_event){
		    .event = *buf_str(&p->type) != '\0' ? buf_str(&p->type) : "message",
		    .id = p->has_id ? buf_str(&p->id) : NULL,
		    .data = buf_str(&p->data),
		    .data_len = p->data.len,
		};
		p->fn(p->arg, &ev);
	}
	buf_clear(&p->type);
	buf_clear(&p->data);
}

static bool
is_field(const char *name, size_t len, const char *field)
{
	return strlen(field) == len && memcmp(name, field, len) == 0;
}

/* Fields that are not known, "retry" among them, are ignored: when to come back is the client's own affair.
 */
static bool
take_field(struct sse_parser *p, const char *name, size_t name_len, const char *value, size_t len)
{
	if (is_field(name, name_len, "data"))
		return buf_append(&p->data, value, len) && buf_putc(&p->data, '\n');
	if (is_field(name, name_len, "event")) {
		buf_clear(&p->type);
		return buf_append(&p->type, value, len);
	}
	if (is_field(name, name_len, "id") && memchr(value, '\0', len) == NULL) {
		buf_clear(&p->id);
		p->has_id = true;
		return buf_append(&p->id, value, len);
	}
	return true;
}

static bool
take_line(struct sse_parser *p, const char *line, size_t len)
{
	const size_t mark = sizeof(byte_order_mark) - 1;
	const char *colon;
	size_t name_len, skip;

	if (!p->begun && len >= mark && memcmp(line, byte_order_mark, mark) == 0) {
		line += mark;
		len -= mark;
	}
	p->begun = true;
	if (len == 0) {
		dispatch(p);
		return true;
	}
	colon = memchr(line, ':', len);
	if (colon == NULL)
		return take_field(p, line, len, "", 0);
	name_len = (size_t)(colon - line);
	if (name_len == 0)
		return true; /* a comment */
	skip = name_len + 1 < len && colon[1] == ' ' ? 2 : 1;
	return take_field(p, line, name_len, colon + skip, len - name_len - skip);
}

/* The rest of a line, whose beginning may wait in p->line. */
static bool
end_line(struct sse_parser *p, const char *rest, size_t len)
{
	bool ok;

	if (p->line.len == 0)
		return take_line(p, rest, len);
	if (!buf_append(&p->line, rest, len))
		return false;
	ok = take_line(p, p->line.data, p->line.len);
	buf_clear(&p->line);
	return ok;
}

bool
sse_parser_feed(struct sse_parser *p, const char *data, size_t len)
{
	size_t n;

	while (len > 0 && !p->failed) {
		if (p->after_cr && *data == '\n') {
			p->after_cr = false;
			data++;
			len--;
			continue;
		}
		p->after_cr = false;
		n = line_length(data, len);
		if (n == len) {
			p->failed = !buf_append(&p->line, data, len);
			break;
		}
		p->failed = n > p->line.max || !end_line(p, data, n);
		p->after_cr = data[n] == '\r';
		data += n + 1;
		len -= n + 1;
	}
	return !p->failed;
}
