/* client_http.c: see client_http.h. The texts of failures are those of Python's http.client, see spec. */
#include "autoconf.h"

#include "client/client_http.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/xmalloc.h"

void
http_reply_init(struct http_reply *r)
{
	*r = (struct http_reply){.line = BUF_INIT(HTTP_HEAD_MAX)};
}

void
http_reply_release(struct http_reply *r)
{
	free(r->reason);
	buf_release(&r->line);
	client_error_release(&r->error);
	http_reply_init(r);
}

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}

static const char *
skip_space(const char *s)
{
	while (is_space(*s))
		s++;
	return s;
}

static const char *
skip_word(const char *s)
{
	while (*s != '\0' && !is_space(*s))
		s++;
	return s;
}

/* The line without the blanks at its end, from s on; owned by the caller. */
static char *
rest_of_line(const char *s)
{
	size_t len = strlen(s);

	while (len > 0 && is_space(s[len - 1]))
		len--;
	return xstrndup(s, len);
}

static void
fail_status_line(struct http_reply *r, bool bad_number)
{
	r->phase = HTTP_FAILED;
	client_error_set(&r->error, CLIENT_BAD_STATUS_LINE, bad_number, "%s", buf_str(&r->line));
}

static void
fail_head(struct http_reply *r, const char *what)
{
	r->phase = HTTP_FAILED;
	client_error_set(&r->error, CLIENT_BAD_HEAD, 0, "%s", what);
}

/* "HTTP/1.1 200 OK". Whatever does not begin so is no HTTP. */
static void
read_status_line(struct http_reply *r)
{
	const char *version = skip_space(buf_str(&r->line)), *number = skip_space(skip_word(version));
	char *end;
	long status;

	if (strncmp(version, "HTTP/", 5) != 0 || *number == '\0') {
		fail_status_line(r, false);
		return;
	}
	status = strtol(number, &end, 10);
	if (!isdigit((unsigned char)*number) || (*end != '\0' && !is_space(*end)) || status < 100 ||
	    status > 999) {
		fail_status_line(r, true);
		return;
	}
	free(r->reason);
	r->status = (int)status;
	r->reason = rest_of_line(skip_space(end));
	r->keep_alive = strncmp(version, "HTTP/1.0", 8) != 0;
	r->chunked = r->has_length = false;
	r->left = 0;
	r->phase = HTTP_HEADERS;
}

/* Whether one of the comma-separated words of value is word. */
static bool
has_word(const char *value, const char *word)
{
	size_t len = strlen(word);

	for (const char *s = value; *s != '\0';) {
		s += strspn(s, ", \t");
		if (strncasecmp(s, word, len) == 0 && (s[len] == '\0' || strchr(", \t;", s[len]) != NULL))
			return true;
		s += strcspn(s, ",");
	}
	return false;
}

static void
read_length(struct http_reply *r, const char *value)
{
	char *end;
	unsigned long long n = strtoull(value, &end, 10);

	/* As in Python: a length that is none counts as absent. */
	r->has_length = isdigit((unsigned char)*value) && *end == '\0';
	r->left = r->has_length ? n : 0;
}

/* Folded lines belong to headers that do not matter here and fall through. */
static void
read_header(struct http_reply *r)
{
	const char *line = buf_str(&r->line), *colon = strchr(line, ':');
	size_t name;
	char *value;

	if (colon == NULL)
		return;
	name = (size_t)(colon - line);
	value = rest_of_line(skip_space(colon + 1));
	if (name == 14 && strncasecmp(line, "Content-Length", name) == 0)
		read_length(r, value);
	else if (name == 17 && strncasecmp(line, "Transfer-Encoding", name) == 0)
		r->chunked = has_word(value, "chunked");
	else if (name == 10 && strncasecmp(line, "Connection", name) == 0)
		r->keep_alive =
		    has_word(value, "close") ? false : r->keep_alive || has_word(value, "keep-alive");
	free(value);
}

/* The empty line after the headers decides how the body ends. */
static void
end_head(struct http_reply *r, const struct http_sink *sink, void *arg)
{
	if (r->status < 200) {
		r->phase = HTTP_STATUS_LINE;
		return;
	}
	if (!r->chunked && !r->has_length)
		r->keep_alive = false;
	if (r->status == 204 || r->status == 304)
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
read_chunk_size(struct http_reply *r)
{
	const char *line = skip_space(buf_str(&r->line));
	char *end;
	unsigned long long n = strtoull(line, &end, 16);

	if (!isxdigit((unsigned char)*line) || (*end != '\0' && *end != ';' && !is_space(*end)) ||
	    n > INT64_MAX) {
		r->phase = HTTP_FAILED;
		client_error_set(&r->error, CLIENT_TRUNCATED, 1, "IncompleteRead(%" PRIu64 " bytes read)",
				 r->whole);
		return;
	}
	r->left = n;
	r->head_size = 0;
	r->phase = n > 0 ? HTTP_CHUNK_DATA : HTTP_TRAILERS;
}

static bool
line_is_empty(const struct http_reply *r)
{
	return *skip_space(buf_str(&r->line)) == '\0';
}

static void
end_of_line(struct http_reply *r, const struct http_sink *sink, void *arg)
{
	switch (r->phase) {
	case HTTP_STATUS_LINE:
		read_status_line(r);
		break;
	case HTTP_HEADERS:
		if (line_is_empty(r))
			end_head(r, sink, arg);
		else
			read_header(r);
		break;
	case HTTP_CHUNK_SIZE:
		read_chunk_size(r);
		break;
	case HTTP_CHUNK_END:
		r->phase = HTTP_CHUNK_SIZE;
		break;
	case HTTP_TRAILERS:
		if (line_is_empty(r))
			r->phase = HTTP_DONE;
		break;
	case HTTP_BODY:
	case HTTP_BODY_CLOSE:
	case HTTP_CHUNK_DATA:
	case HTTP_DONE:
	case HTTP_FAILED:
		break;
	}
	buf_clear(&r->line);
}

static size_t
feed_line(struct http_reply *r, const struct http_sink *sink, void *arg, const char *data, size_t len)
{
	const char *newline = memchr(data, '\n', len);
	size_t n = newline != NULL ? (size_t)(newline - data) + 1 : len;

	r->head_size += n;
	if (r->head_size > HTTP_HEAD_MAX || !buf_append(&r->line, data, n)) {
		fail_head(r, "got more than 65536 bytes when reading header line");
		return n;
	}
	if (newline != NULL)
		end_of_line(r, sink, arg);
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

	if (len > 0)
		r->any = true;
	while (used < len && r->phase != HTTP_DONE && r->phase != HTTP_FAILED) {
		if (r->phase == HTTP_BODY || r->phase == HTTP_BODY_CLOSE || r->phase == HTTP_CHUNK_DATA)
			used += feed_body(r, sink, arg, data + used, len - used);
		else
			used += feed_line(r, sink, arg, data + used, len - used);
	}
	return used;
}

void
http_reply_eof(struct http_reply *r)
{
	switch (r->phase) {
	case HTTP_STATUS_LINE:
		if (!r->any || r->line.len == 0) {
			client_error_set(&r->error, CLIENT_DISCONNECTED, 0,
					 "Remote end closed connection without response");
			r->phase = HTTP_FAILED;
		} else {
			/* A line without its end is looked at all the same. */
			read_status_line(r);
			if (r->phase != HTTP_FAILED)
				fail_head(r, "the connection ended within the headers");
		}
		break;
	case HTTP_HEADERS:
		fail_head(r, "the connection ended within the headers");
		break;
	case HTTP_BODY:
		client_error_set(&r->error, CLIENT_TRUNCATED, 0,
				 "IncompleteRead(%" PRIu64 " bytes read, %" PRIu64 " more expected)",
				 r->received, r->left);
		r->phase = HTTP_FAILED;
		break;
	case HTTP_CHUNK_SIZE:
	case HTTP_CHUNK_DATA:
	case HTTP_CHUNK_END:
	case HTTP_TRAILERS:
		client_error_set(&r->error, CLIENT_TRUNCATED, 1, "IncompleteRead(%" PRIu64 " bytes read)",
				 r->whole);
		r->phase = HTTP_FAILED;
		break;
	case HTTP_BODY_CLOSE:
		r->phase = HTTP_DONE;
		break;
	case HTTP_DONE:
	case HTTP_FAILED:
		break;
	}
	r->keep_alive = false;
}
