/* http_head.c: see http_head.h. The text is copied once and cut into strings where it stands. */
#include "autoconf.h"

#include "core/http_head.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#define BLANKS " \t"

/* The end of the line at s, which is cut there; next: the one after it, NULL: none. */
static char *
cut_line(char *s, char **next)
{
	char *end = strstr(s, "\r\n");

	*next = end != NULL ? end + 2 : NULL;
	if (end == NULL)
		return s + strlen(s);
	*end = '\0';
	return end;
}

static bool
is_version(const char *s)
{
	return s[0] != '\0' && s[strspn(s, "0123456789.")] == '\0';
}

/* "METHOD URI" or "METHOD URI HTTP/1.1", with one blank between. */
static bool
parse_request_line(struct http_head *h, char *line)
{
	char *uri = strchr(line, ' '), *version;

	if (uri == NULL || uri == line)
		return false;
	*uri++ = '\0';
	version = strchr(uri, ' ');
	if (version == uri || uri[0] == '\0')
		return false;
	h->method = line;
	h->uri = uri;
	if (version == NULL)
		return true;
	*version++ = '\0';
	if (strncmp(version, "HTTP/", 5) != 0 || !is_version(version + 5))
		return false;
	h->version = version + 5;
	return true;
}

/* A line that begins with a blank continues the one before: without that blank, it is moved to its end. The end of
   the longer line. */
static char *
unfold(char *end, const char *line, const char *line_end)
{
	size_t len = (size_t)(line_end - line) - 1;

	memmove(end, line + 1, len);
	end[len] = '\0';
	return end + len;
}

/* Cuts "Name: value". A line without a colon is passed over. */
static void
add_field(struct http_head *h, char *line)
{
	char *colon = strchr(line, ':'), *value, *end;
	struct http_field *f;

	if (colon == NULL || colon == line)
		return;
	value = colon + 1 + strspn(colon + 1, BLANKS);
	for (end = value + strlen(value); end > value && strchr(BLANKS, end[-1]) != NULL; end--)
		;
	*end = *colon = '\0';
	f = &h->field[h->nfields++];
	f->name = line;
	f->value = value;
}

static size_t
count_lines(const char *s)
{
	size_t n = 1;

	while ((s = strstr(s, "\r\n")) != NULL) {
		s += 2;
		n++;
	}
	return n;
}

/* What follows the request line. */
static bool
parse_fields(struct http_head *h, char *line)
{
	char *next, *last = NULL, *last_end = NULL;

	for (; line != NULL; line = next) {
		char *end = cut_line(line, &next);

		if (line[0] != '\0' && strchr(BLANKS, line[0]) != NULL) {
			if (last == NULL)
				return false;
			last_end = unfold(last_end, line, end);
			continue;
		}
		if (last != NULL)
			add_field(h, last);
		last = line;
		last_end = end;
	}
	if (last != NULL)
		add_field(h, last);
	return true;
}

bool
http_head_parse(struct http_head *h, const char *data, size_t len)
{
	char *fields;

	*h = (struct http_head){0};
	if (memchr(data, '\0', len) != NULL || !utf8_valid(data, len))
		return false;
	h->text = strndup(data, len);
	if (h->text != NULL)
		h->field = calloc(count_lines(h->text), sizeof *h->field);
	if (h->field == NULL)
		goto fail;
	cut_line(h->text, &fields);
	if (parse_request_line(h, h->text) && parse_fields(h, fields))
		return true;
fail:
	http_head_release(h);
	return false;
}

void
http_head_release(struct http_head *h)
{
	free(h->text);
	free(h->field);
	*h = (struct http_head){0};
}

const char *
http_head_find(const struct http_head *h, const char *name)
{
	for (size_t i = 0; i < h->nfields; i++)
		if (strcasecmp(h->field[i].name, name) == 0)
			return h->field[i].value;
	return NULL;
}

bool
http_head_has_word(const struct http_head *h, const char *name, const char *word)
{
	const char *s = http_head_find(h, name);
	size_t len;

	for (; s != NULL && *s != '\0'; s += len) {
		s += strspn(s, BLANKS ",");
		len = strcspn(s, BLANKS ",");
		if (len == strlen(word) && strncasecmp(s, word, len) == 0)
			return true;
	}
	return false;
}

bool
http_head_is_1_0(const struct http_head *h)
{
	return h->version == NULL || strcmp(h->version, "1.0") == 0;
}

bool
http_head_is_1_1(const struct http_head *h)
{
	return h->version != NULL && strcmp(h->version, "1.1") == 0;
}

bool
http_head_is_persistent(const struct http_head *h)
{
	if (h->version == NULL)
		return false;
	if (http_head_is_1_0(h))
		return http_head_has_word(h, "Connection", "keep-alive");
	return !http_head_has_word(h, "Connection", "close");
}

static const char *
skip_controls(const char *s)
{
	while (*s != '\0' && (unsigned char)*s <= ' ')
		s++;
	return s;
}

/* Whether s begins with a name that says where a body ends, whatever blanks are around it; end: what follows it. */
static bool
begins_framing(const char *s, char end)
{
	static const char *const names[] = {"Content-Length", "Transfer-Encoding"};

	s = skip_controls(s);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strncasecmp(s, names[i], strlen(names[i])) == 0 &&
		    *skip_controls(s + strlen(names[i])) == end)
			return true;
	return false;
}

/* The same after something that is no end of a line for us. */
static bool
hides_framing(const char *s, char end)
{
	while ((s = strpbrk(s, "\r\n")) != NULL) {
		s = skip_controls(s);
		if (begins_framing(s, end))
			return true;
	}
	return false;
}

/* Whether somebody else, such as a proxy before us, may see another end of the body than we do. */
static bool
is_framed_twice(const struct http_head *h)
{
	const char *length = NULL;

	for (size_t i = 0; i < h->nfields; i++) {
		const struct http_field *f = &h->field[i];

		if (hides_framing(f->name, '\0') || hides_framing(f->value, ':'))
			return true;
		if (!begins_framing(f->name, '\0'))
			continue;
		if (strcasecmp(f->name, "Content-Length") != 0)
			return true;
		if (length != NULL && strcmp(length, f->value) != 0)
			return true;
		length = f->value;
	}
	return false;
}

enum http_length
http_head_length(const struct http_head *h, uint64_t *length)
{
	const char *s = http_head_find(h, "Content-Length");

	*length = 0;
	if (is_framed_twice(h))
		return HTTP_LENGTH_BAD;
	if (s == NULL || s[0] == '\0')
		return HTTP_LENGTH_NONE;
	/* Python's int() takes a sign. */
	s += s[0] == '+';
	if (s[0] == '\0' || s[strspn(s, "0123456789")] != '\0')
		return HTTP_LENGTH_BAD;
	for (; *s != '\0'; s++)
		*length = *length > UINT64_MAX / 10 - 1 ? UINT64_MAX : *length * 10 + (uint64_t)(*s - '0');
	return HTTP_LENGTH_KNOWN;
}
