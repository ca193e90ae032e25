/* Reading the objects of the stream: what is missing, or of another type than it should be, is as if it were not there. */
#ifndef TUI_JSON_H
#define TUI_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

static inline const char *
text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s == NULL ? "" : s;
}

static inline double
number_of(const json_t *o, const char *key, double missing)
{
	const json_t *v = json_object_get(o, key);

	return json_is_number(v) ? json_number_value(v) : missing;
}

static inline bool
bool_of(const json_t *o, const char *key, bool missing)
{
	const json_t *v = json_object_get(o, key);

	return json_is_boolean(v) ? json_is_true(v) : missing;
}

static inline int64_t
integer_of(const json_t *o, const char *key, int64_t missing)
{
	double d = number_of(o, key, (double)missing);

	/* What is added to it has room. */
	return d >= -1e18 && d <= 1e18 ? (int64_t)d : missing;
}

#endif
