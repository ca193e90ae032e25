/*
 * The head of an HTTP request by the rules of Supervisor's server (spec/xmlrpc.md 1.2), where header lines are a
 * superset: blanks around a value do not matter, and neither does the case of words. Pure.
 */
#ifndef CORE_HTTP_HEAD_H
#define CORE_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct http_field {
	const char *name;
	char *value;
};

struct http_head {
	char *text; /* owned; the others point into it */
	const char *method;
	const char *uri;
	const char *version;      /* "1.1"; NULL: the request line has none */
	struct http_field *field; /* owned; in their order */
	size_t nfields;
};

/* Parses the len bytes before the empty line, without the CR LF that ends the last of them. False: this is no request
   (or there is no memory), and h holds nothing. */
bool http_head_parse(struct http_head *h, const char *data, size_t len);
void http_head_release(struct http_head *h);

/* The first value of that name, NULL: absent. */
const char *http_head_find(const struct http_head *h, const char *name);
/* Whether word is one of the words in a header such as "TE, close". */
bool http_head_has_word(const struct http_head *h, const char *name, const char *word);

bool http_head_is_1_0(const struct http_head *h);
bool http_head_is_1_1(const struct http_head *h);
/* Whether the connection goes on after the answer (spec/xmlrpc.md 1.5). */
bool http_head_is_persistent(const struct http_head *h);

enum http_length {
	HTTP_LENGTH_NONE, /* absent, or empty */
	HTTP_LENGTH_BAD,  /* no number, or a negative one, or two: where the next request begins is unknown */
	HTTP_LENGTH_KNOWN, /* UINT64_MAX: more than can be counted */
};
/* What Content-Length says; a Transfer-Encoding makes it BAD, and so does what a proxy may take for one. */
enum http_length http_head_length(const struct http_head *h, uint64_t *length);

#endif
