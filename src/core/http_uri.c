/* http_uri.c: see http_uri.h. */
#include "autoconf.h"

#include "core/http_uri.h"

#include <stdlib.h>
#include <string.h>

#define PARAMS_MAX 1000 /* the rest is passed over: a megabyte of "&a" is no form */

static int
hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* The byte that the escape at s is for; 0: it is none that we decode. */
static char
escaped(const char *s, const char *end)
{
	int high, low;

	if (s[0] != '%' || end - s < 3)
		return '\0';
	high = hex_value(s[1]);
	low = hex_value(s[2]);
	return high >= 0 && low >= 0 ? (char)(high << 4 | low) : '\0';
}

/* plus: '+' is a blank. NULL: no memory. */
static char *
decode(const char *s, size_t len, bool plus)
{
	const char *end = s + len;
	char *decoded = malloc(len + 1), *out = decoded;

	if (decoded == NULL)
		return NULL;
	while (s < end) {
		char byte = escaped(s, end);

		*out++ = byte != '\0' ? byte : plus && *s == '+' ? ' ' : *s;
		s += byte != '\0' ? 3 : 1;
	}
	*out = '\0';
	return decoded;
}

char *
http_uri_path(const char *uri)
{
	return decode(uri, strcspn(uri, ";?#"), false);
}

const char *
http_uri_query(const char *uri, size_t *len)
{
	const char *query = uri + strcspn(uri, "?#");

	if (*query != '?')
		return NULL;
	*len = strcspn(query + 1, "#");
	return query + 1;
}

static bool
add_param(struct http_params *params, const char *s, size_t len)
{
	const char *equals = memchr(s, '=', len);
	size_t nlen = equals != NULL ? (size_t)(equals - s) : len;
	struct http_param *grown = reallocarray(params->param, params->n + 1, sizeof *grown), *p;

	if (grown == NULL)
		return false;
	params->param = grown;
	p = &grown[params->n];
	p->name = decode(s, nlen, true);
	p->value = equals != NULL ? decode(equals + 1, len - nlen - 1, true) : strdup("");
	if (p->name == NULL || p->value == NULL) {
		free(p->name);
		free(p->value);
		return false;
	}
	params->n++;
	return true;
}

bool
http_params_parse(struct http_params *params, const char *s, size_t len)
{
	const char *end = s + len, *amp;
	size_t part;

	for (; s < end && params->n < PARAMS_MAX; s += part + 1) {
		amp = memchr(s, '&', (size_t)(end - s));
		part = (size_t)((amp != NULL ? amp : end) - s);
		if (part > 0 && !add_param(params, s, part))
			return false;
	}
	return true;
}

void
http_params_release(struct http_params *params)
{
	for (size_t i = 0; i < params->n; i++) {
		free(params->param[i].name);
		free(params->param[i].value);
	}
	free(params->param);
	*params = (struct http_params){0};
}
