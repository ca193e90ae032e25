/* client_http.c: see client_http.h. What is taken for which reply, and the texts of failures, are as in Python's
   http.client, see spec: what a server that is not ours says looks the same as with Supervisor. */
#include "autoconf.h"

#include "client/client_http.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "base/xmalloc.h"

void
http_reply_init(struct http_reply *r)
{
	*r = (struct http_reply){.line = BUF_INIT(HTTP_LINE_MAX)};
}

void
http_reply_release(struct http_reply *r)
{
	free(r->reason);
	buf_release(&r->line);
	client_error_release(&r->error);
	http_reply_init(r);
}

/* As Python's str sees it, each byte being a character of Latin-1. */
static bool
is_space(char c)
{
	unsigned char u = (unsigned char)c;

	return u == ' ' || (u >= '\t' && u <= '\r') || (u >= 0x1c && u <= 0x1f) || u == 0x85 || u == 0xa0;
}

/* A piece of the line being read. */
struct piece {
	const char *s;
	size_t len;
};

static struct piece
trimmed(struct piece p)
{
	while (p.len > 0 && is_space(p.s[0]))
		p = (struct piece){p.s + 1, p.len - 1};
	while (p.len > 0 && is_space(p.s[p.len - 1]))
		p.len--;
	return p;
}

/* Takes a word off the front of a piece that begins with none of the blanks; trims what is left. */
static struct piece
take_word(struct piece *p)
{
	struct piece word = *p;

	word.len = 0;
	while (word.len < p->len && !is_space(p->s[word.len]))
		word.len++;
	*p = trimmed((struct piece){p->s + word.len, p->len - word.len});
	return word;
}

static bool
piece_begins(struct piece p, const char *with)
{
	size_t len = strlen(with);

	return p.len >= len && memcmp(p.s, with, len) == 0;
}

static bool
piece_is(struct piece p, const char *text)
{
	return p.len == strlen(text) && strncasecmp(p.s, text, p.len) == 0;
}

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* What Python's int() takes for a number that is not negative: blanks around, a plus, "_" between digits, "0x" for
   base 16. What is too big stays at INT64_MAX. */
static bool
read_number(struct piece p, int base, uint64_t *n)
{
	bool digit = false;

	p = trimmed(p);
	if (p.len > 0 && p.s[0] == '+')
		p = (struct piece){p.s + 1, p.len - 1};
	if (base == 16 && (piece_begins(p, "0x") || piece_begins(p, "0X"))) {
		p = (struct piece){p.s + 2, p.len - 2};
		digit = true; /* so that "0x_1" is a number, as in Python */
	}
	*n = 0;
	for (size_t i = 0; i < p.len; i++) {
		if (p.s[i] == '_' && digit) {
			digit = false;
			continue;
		}
		if (digit_of(p.s[i]) >= base)
			return false;
		digit = true;
		*n = *n > INT64_MAX / 16 - 1 ? INT64_MAX : *n * (uint64_t)base + (uint64_t)digit_of(p.s[i]);
	}
	return digit && p.len > 0;
}

/* Latin-1 as UTF-8, owned by the caller. A NUL, which a text cannot have, becomes U+FFFD. */
static char *
text_of(struct piece p)
{
	struct buf out = BUF_INIT(4 * HTTP_LINE_MAX);
	char utf8[4];

	for (size_t i = 0; i < p.len; i++)
		buf_append(&out, utf8, utf8_encode(p.s[i] != '\0' ? (unsigned char)p.s[i] : 0xfffd, utf8));
	return buf_steal(&out);
}

static void
fail(struct http_reply *r, enum client_error_kind kind, int code, struct piece text)
{
	char *shown = text_of(text);

	r->phase = HTTP_FAILED;
	client_error_set(&r->error, kind, code, "%s", shown);
	free(shown);
}

static struct piece
whole_line(const struct http_reply *r)
{
	return (struct piece){buf_str(&r->line), r->line.len};
}

/* "HTTP/1.1 200 OK". Whatever does not begin so is no HTTP. */
static void
read_status_line(struct http_reply *r)
{
	struct piece rest = trimmed(whole_line(r)), version = take_word(&rest), number = take_word(&rest);
	bool closes = piece_begins(version, "HTTP/1.0") || piece_begins(version, "HTTP/0.9");
	uint64_t status;

	if (!piece_begins(version, "HTTP/") || number.len == 0) {
		fail(r, CLIENT_BAD_STATUS_LINE, 0, whole_line(r));
		return;
	}
	if (!read_number(number, 10, &status) || status < 100 || status > 999) {
		fail(r, CLIENT_BAD_STATUS_LINE, 1, whole_line(r));
		return;
	}
	if (status != 100 && !piece_begins(version, "HTTP/1.") && !piece_is(version, "HTTP/0.9")) {
		fail(r, CLIENT_BAD_VERSION, 0, version);
		return;
	}
	free(r->reason);
	r->status = (int)status;
	r->reason = text_of(rest);
	r->keep_alive = !closes;
	r->chunked = r->has_length = r->headers_over = false;
	r->seen = 0;
	r->headers = 0;
	r->left = 0;
	r->phase = HTTP_HEADERS;
}

/* Whether one of the comma-separated words of value is word. */
static bool
has_word(struct piece value, const char *word)
{
	while (value.len > 0) {
		const char *comma = memchr(value.s, ',', value.len);
		size_t len = comma != NULL ? (size_t)(comma - value.s) : value.len;

		if (piece_is(trimmed((struct piece){value.s, len}), word))
			return true;
		value =
		    comma != NULL ? (struct piece){comma + 1, value.len - len - 1} : (struct piece){comma, 0};
	}
	return false;
}

static void
header_length(struct http_reply *r, struct piece value)
{
	/* As in Python: a length that is none counts as absent. */
	r->has_length = read_number(value, 10, &r->left);
	if (!r->has_length)
		r->left = 0;
}

static void
header_encoding(struct http_reply *r, struct piece value)
{
	r->chunked = piece_is(value, "chunked");
}

static void
header_connection(struct http_reply *r, struct piece value)
{
	r->keep_alive = !has_word(value, "close") && (r->keep_alive || has_word(value, "keep-alive"));
}

static const struct {
	const char *name;
	void (*read)(struct http_reply *r, struct piece value);
} known_headers[] = {
    {"Content-Length", header_length},
    {"Transfer-Encoding", header_encoding},
    {"Connection", header_connection},
};

/* Bytes of the name before the colon; 0 also for a line that begins with a blank and so belongs to the one before. */
static size_t
header_name(const struct http_reply *r)
{
	const char *s = buf_str(&r->line);
	size_t len = 0;

	while (len < r->line.len && s[len] > ' ' && s[len] < 0x7f && s[len] != ':')
		len++;
	return len;
}

/* Of a header that comes twice the first one counts. A line that is no header ends them, as Python's reader of mails
   has it: what follows is passed over. */
static void
read_header(struct http_reply *r)
{
	const char *line = buf_str(&r->line);
	size_t len = header_name(r);
	struct piece name = {line, len}, value = {line + len + 1, r->line.len - len - 1};

	if (r->headers_over || line[0] == ' ' || line[0] == '\t')
		return;
	if (len == r->line.len || line[len] != ':') {
		r->headers_over = true;
		return;
	}
	for (size_t i = 0; i < sizeof(known_headers) / sizeof(known_headers[0]); i++) {
		if (piece_is(name, known_headers[i].name) && (r->seen & 1U << i) == 0) {
			known_headers[i].read(r, trimmed(value));
			r->seen |= 1U << i;
		}
	}
}

/* The empty line after the headers decides how the body ends. */
static void
end_head(struct http_reply *r, const struct http_sink *sink, void *arg)
{
	if (r->status == 100) {
		r->phase = HTTP_STATUS_LINE;
		return;
	}
	if (!r->chunked && !r->has_length)
		r->keep_alive = false;
	if (r->status == 204 || r->status == 304 || r->status < 200)
		r->phase = HTTP_DONE;
	else if (r->chunked)
		r->phase = HTTP_CHUNK_SIZE;
	else if (r->has_length)
		r->phase = r->left > 0 ? HTTP_BODY : HTTP_DONE;
	else
		r->phase = HTTP_BODY_CLOSE;
	if (sink->head != NULL && !sink->head(arg, r)) {
		r->keep_alive = false;
		r->phase = HTTP_DONE;
	}
}

static void
fail_truncated(struct http_reply *r)
{
	r->phase = HTTP_FAILED;
	if (r->chunked)
		client_error_set(&r->error, CLIENT_TRUNCATED, 1, "IncompleteRead(%" PRIu64 " bytes read)",
				 r->whole);
	else
		client_error_set(&r->error, CLIENT_TRUNCATED, 0,
				 "IncompleteRead(%" PRIu64 " bytes read, %" PRIu64 " more expected)",
				 r->received, r->left);
}

static void
read_chunk_size(struct http_reply *r)
{
	struct piece line = whole_line(r);
	const char *extension = memchr(line.s, ';', line.len);

	if (extension != NULL)
		line.len = (size_t)(extension - line.s);
	if (!read_number(line, 16, &r->left)) {
		fail_truncated(r);
		return;
	}
	r->phase = r->left > 0 ? HTTP_CHUNK_DATA : HTTP_TRAILERS;
}

static bool
line_is_empty(const struct http_reply *r)
{
	return strcmp(buf_str(&r->line), "\n") == 0 || strcmp(buf_str(&r->line), "\r\n") == 0;
}

static void
headers_line(struct http_reply *r, const struct http_sink *sink, void *arg)
{
	if (++r->headers > HTTP_HEADERS_MAX) {
		r->phase = HTTP_FAILED;
		client_error_set(&r->error, CLIENT_BAD_HEAD, HTTP_HEADERS, "got more than %d headers",
				 HTTP_HEADERS_MAX);
	} else if (line_is_empty(r)) {
		end_head(r, sink, arg);
	} else {
		read_header(r);
	}
}

static void
end_of_line(struct http_reply *r, const struct http_sink *sink, void *arg)
{
	switch (r->phase) {
	case HTTP_STATUS_LINE:
		read_status_line(r);
		break;
	case HTTP_HEADERS:
		headers_line(r, sink, arg);
		break;
	case HTTP_CHUNK_SIZE:
		read_chunk_size(r);
		break;
	case HTTP_TRAILERS:
		if (line_is_empty(r))
			r->phase = HTTP_DONE;
		break;
	case HTTP_BODY:
	case HTTP_BODY_CLOSE:
	case HTTP_CHUNK_DATA:
	case HTTP_CHUNK_END:
	case HTTP_DONE:
	case HTTP_FAILED:
		break;
	}
	buf_clear(&r->line);
}

/* How Python calls the line that is being read. */
static const char *
line_name(enum http_phase phase)
{
	return phase == HTTP_STATUS_LINE  ? "status line"
	       : phase == HTTP_HEADERS    ? "header line"
	       : phase == HTTP_CHUNK_SIZE ? "chunk size"
					  : "trailer line";
}

static size_t
feed_line(struct http_reply *r, const struct http_sink *sink, void *arg, const char *data, size_t len)
{
	const char *newline = memchr(data, '\n', len);
	size_t n = newline != NULL ? (size_t)(newline - data) + 1 : len;

	if (!buf_append(&r->line, data, n)) {
		client_error_set(&r->error, CLIENT_LINE_TOO_LONG, (int)r->phase,
				 "got more than %d bytes when reading %s", HTTP_LINE_MAX,
				 line_name(r->phase));
		r->phase = HTTP_FAILED;
	} else if (newline != NULL) {
		end_of_line(r, sink, arg);
	}
	return n;
}

/* The end of the line after a chunk: two bytes, whatever they are. */
static size_t
feed_chunk_end(struct http_reply *r, size_t len)
{
	size_t n = r->left < len ? (size_t)r->left : len;

	r->left -= n;
	if (r->left == 0)
		r->phase = HTTP_CHUNK_SIZE;
	return n;
}

static size_t
feed_body(struct http_reply *r, const struct http_sink *sink, void *arg, const char *data, size_t len)
{
	size_t n = r->phase != HTTP_BODY_CLOSE && r->left < len ? (size_t)r->left : len;

	r->received += n;
	if (r->phase != HTTP_BODY_CLOSE) {
		r->left -= n;
		if (r->left == 0) {
			r->whole = r->received;
			r->left = r->phase == HTTP_BODY ? 0 : 2;
			r->phase = r->phase == HTTP_BODY ? HTTP_DONE : HTTP_CHUNK_END;
		}
	}
	if (sink->body != NULL && !sink->body(arg, data, n)) {
		r->keep_alive = false;
		r->phase = HTTP_DONE;
	}
	return n;
}

size_t
http_reply_feed(struct http_reply *r, const struct http_sink *sink, void *arg, const char *data, size_t len)
{
	size_t used = 0;

	while (used < len && r->phase != HTTP_DONE && r->phase != HTTP_FAILED) {
		if (r->phase == HTTP_BODY || r->phase == HTTP_BODY_CLOSE || r->phase == HTTP_CHUNK_DATA)
			used += feed_body(r, sink, arg, data + used, len - used);
		else if (r->phase == HTTP_CHUNK_END)
			used += feed_chunk_end(r, len - used);
		else
			used += feed_line(r, sink, arg, data + used, len - used);
	}
	return used;
}

void
http_reply_eof(struct http_reply *r, const struct http_sink *sink, void *arg)
{
	/* A line without its end counts as one. */
	if (r->line.len > 0)
		end_of_line(r, sink, arg);
	if (r->phase == HTTP_HEADERS)
		end_head(r, sink, arg);
	switch (r->phase) {
	case HTTP_STATUS_LINE:
		client_error_set(&r->error, CLIENT_DISCONNECTED, 0,
				 "Remote end closed connection without response");
		r->phase = HTTP_FAILED;
		break;
	case HTTP_BODY:
	case HTTP_CHUNK_SIZE:
	case HTTP_CHUNK_DATA:
	case HTTP_CHUNK_END:
		fail_truncated(r);
		break;
	case HTTP_HEADERS:
	case HTTP_BODY_CLOSE:
	case HTTP_TRAILERS:
		r->phase = HTTP_DONE;
		break;
	case HTTP_DONE:
	case HTTP_FAILED:
		break;
	}
	r->keep_alive = false;
}
