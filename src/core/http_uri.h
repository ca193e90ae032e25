/*
 * What an URI and a form say: percent-decoding, parameters in their order. Pure.
 */
#ifndef CORE_HTTP_URI_H
#define CORE_HTTP_URI_H

#include <stdbool.h>
#include <stddef.h>

/* What is no escape stays as it is when something is decoded, and so does "%00": nothing that has a name here holds a
   NUL. */

/* The decoded path of an URI, without its parameters (";..."), query and fragment. The caller frees; NULL: no memory. */
char *http_uri_path(const char *uri);
/* Its query, of *len bytes; NULL: none. Borrowed. */
const char *http_uri_query(const char *uri, size_t *len);

struct http_param {
	char *name;
	char *value;
};

struct http_params {
	struct http_param *param;
	size_t n;
};

/* Appends what "a=1&b=2", of len bytes, says; there may be a thousand, the rest is passed over. False: no memory. */
bool http_params_parse(struct http_params *params, const char *s, size_t len);
void http_params_release(struct http_params *params);

#endif
