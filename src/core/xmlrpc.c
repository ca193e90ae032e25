/* xmlrpc.c: XML-RPC values as a tree. Reading is in xmlrpc_parse.c, writing in xmlrpc_write.c. */
#include "autoconf.h"

#include "core/xmlrpc.h"

#include <stdlib.h>
#include <string.h>

#include "core/xmlrpc_value.h"

/* Bytes of items that are text already. */
#define WRITTEN_MAX (256 << 20)

struct xmlrpc_value *
xmlrpc_value_new(enum xmlrpc_type type)
{
	struct xmlrpc_value *v = calloc(1, sizeof(*v));

	if (v != NULL)
		v->type = type;
	return v;
}

struct xmlrpc_value *
xmlrpc_value_text(enum xmlrpc_type type, const char *s, size_t len)
{
	struct xmlrpc_value *v = xmlrpc_value_new(type);

	if (v == NULL)
		return NULL;
	v->s = malloc(len + 1);
	if (v->s == NULL) {
		free(v);
		return NULL;
	}
	if (len != 0)
		memcpy(v->s, s, len);
	v->s[len] = '\0';
	v->n = len;
	return v;
}

static bool
value_grow(struct xmlrpc_value *v)
{
	size_t cap = v->cap ? v->cap * 2 : 4;
	struct xmlrpc_value **items;
	char **names;

	if (v->n < v->cap)
		return true;
	items = reallocarray(v->items, cap, sizeof(*items));
	if (items == NULL)
		return false;
	v->items = items;
	if (v->type == XMLRPC_STRUCT) {
		names = reallocarray(v->names, cap, sizeof(*names));
		if (names == NULL)
			return false;
		v->names = names;
	}
	v->cap = cap;
	return true;
}

bool
xmlrpc_value_append(struct xmlrpc_value *array, struct xmlrpc_value *v)
{
	if (!value_grow(array))
		return false;
	array->items[array->n++] = v;
	return true;
}

static bool
value_add_member(struct xmlrpc_value *s, const char *name, struct xmlrpc_value *v)
{
	char *copy = strdup(name);

	if (copy == NULL || !value_grow(s)) {
		free(copy);
		return false;
	}
	s->names[s->n] = copy;
	s->items[s->n++] = v;
	return true;
}

bool
xmlrpc_value_set(struct xmlrpc_value *s, const char *name, struct xmlrpc_value *v)
{
	for (size_t i = 0; i < s->n; i++) {
		if (strcmp(s->names[i], name) != 0)
			continue;
		xmlrpc_free(s->items[i]);
		s->items[i] = v;
		return true;
	}
	return value_add_member(s, name, v);
}

/* What constructors give when memory is short. It is never written to. */
static const struct xmlrpc_value no_memory = {.type = XMLRPC_NIL, .failed = true};

static struct xmlrpc_value *
value_or_failed(struct xmlrpc_value *v)
{
	return v != NULL ? v : (struct xmlrpc_value *)(uintptr_t)&no_memory;
}

static void
value_fail(struct xmlrpc_value *v)
{
	if (v != &no_memory)
		v->failed = true;
}

bool
xmlrpc_failed(const struct xmlrpc_value *v)
{
	return v != NULL && v->failed;
}

struct xmlrpc_value *
xmlrpc_nil(void)
{
	return value_or_failed(xmlrpc_value_new(XMLRPC_NIL));
}

struct xmlrpc_value *
xmlrpc_int(int64_t i)
{
	struct xmlrpc_value *v = xmlrpc_value_new(XMLRPC_INT);

	if (v != NULL)
		v->i = i;
	return value_or_failed(v);
}

struct xmlrpc_value *
xmlrpc_bool(bool b)
{
	struct xmlrpc_value *v = xmlrpc_value_new(XMLRPC_BOOL);

	if (v != NULL)
		v->i = b;
	return value_or_failed(v);
}

struct xmlrpc_value *
xmlrpc_double(double d)
{
	struct xmlrpc_value *v = xmlrpc_value_new(XMLRPC_DOUBLE);

	if (v != NULL)
		v->d = d;
	return value_or_failed(v);
}

struct xmlrpc_value *
xmlrpc_string(const char *s)
{
	return xmlrpc_stringn(s, strlen(s));
}

struct xmlrpc_value *
xmlrpc_stringn(const char *s, size_t len)
{
	return value_or_failed(xmlrpc_value_text(XMLRPC_STRING, s, len));
}

struct xmlrpc_value *
xmlrpc_string_take(char *s, size_t len)
{
	struct xmlrpc_value *v = xmlrpc_value_new(XMLRPC_STRING);

	if (v == NULL) {
		free(s);
		return value_or_failed(NULL);
	}
	v->s = s;
	v->s[len] = '\0';
	v->n = len;
	return v;
}

struct xmlrpc_value *
xmlrpc_string_from(struct buf *b)
{
	struct xmlrpc_value *v;
	size_t len = b->len;

	if (b->failed || b->data == NULL) {
		v = b->failed ? value_or_failed(NULL) : xmlrpc_stringn("", 0);
		buf_release(b);
		return v;
	}
	return xmlrpc_string_take(buf_steal(b), len);
}

struct xmlrpc_value *
xmlrpc_array(void)
{
	return value_or_failed(xmlrpc_value_new(XMLRPC_ARRAY));
}

struct xmlrpc_value *
xmlrpc_struct(void)
{
	return value_or_failed(xmlrpc_value_new(XMLRPC_STRUCT));
}

/* Recursion is as deep as the tree: parsed ones are at most XMLRPC_MAX_DEPTH deep. */
void
xmlrpc_free(struct xmlrpc_value *v)
{
	if (v == NULL || v == &no_memory)
		return;
	for (size_t i = 0; v->items != NULL && i < v->n; i++) {
		xmlrpc_free(v->items[i]);
		if (v->names != NULL)
			free(v->names[i]);
	}
	free(v->items);
	free(v->names);
	if (v->written != NULL)
		buf_release(v->written);
	free(v->written);
	free(v->s);
	free(v);
}

void
xmlrpc_append(struct xmlrpc_value *array, struct xmlrpc_value *v)
{
	if (!xmlrpc_failed(array) && !xmlrpc_failed(v) && xmlrpc_value_append(array, v))
		return;
	xmlrpc_free(v);
	value_fail(array);
}

/* Room for the texts of items; NULL: no memory. */
static struct buf *
written_of(struct xmlrpc_value *array)
{
	struct buf *b = array->written;

	if (b != NULL)
		return b;
	b = malloc(sizeof(*b));
	if (b != NULL)
		buf_init(b, WRITTEN_MAX);
	array->written = b;
	return b;
}

void
xmlrpc_append_written(struct xmlrpc_value *array, struct xmlrpc_value *v)
{
	struct buf *out = array->failed ? NULL : written_of(array);

	if (out == NULL || !xmlrpc_value_write(out, v))
		value_fail(array);
	xmlrpc_free(v);
}

void
xmlrpc_member(struct xmlrpc_value *s, const char *name, struct xmlrpc_value *v)
{
	if (!xmlrpc_failed(s) && !xmlrpc_failed(v) && value_add_member(s, name, v))
		return;
	xmlrpc_free(v);
	value_fail(s);
}

enum xmlrpc_type
xmlrpc_type(const struct xmlrpc_value *v)
{
	return v == NULL ? XMLRPC_NIL : v->type;
}

/* A double beyond the range becomes the nearest integer, NaN becomes 0. */
static int64_t
double_to_int(double d)
{
	if (d != d)
		return 0;
	if (d >= 9223372036854775808.0)
		return INT64_MAX;
	return d <= -9223372036854775808.0 ? INT64_MIN : (int64_t)d;
}

int64_t
xmlrpc_get_int(const struct xmlrpc_value *v)
{
	if (v == NULL)
		return 0;
	return v->type == XMLRPC_DOUBLE ? double_to_int(v->d) : v->i;
}

bool
xmlrpc_get_bool(const struct xmlrpc_value *v)
{
	switch (xmlrpc_type(v)) {
	case XMLRPC_NIL:
		return false;
	case XMLRPC_INT:
	case XMLRPC_BOOL:
		return v->i != 0;
	case XMLRPC_DOUBLE:
		return v->d < 0 || v->d > 0 || v->d != v->d;
	case XMLRPC_DATETIME:
		return true;
	case XMLRPC_STRING:
	case XMLRPC_ARRAY:
	case XMLRPC_STRUCT:
		return v->n != 0;
	}
	return false;
}

double
xmlrpc_get_double(const struct xmlrpc_value *v)
{
	if (v == NULL)
		return 0;
	return v->type == XMLRPC_DOUBLE ? v->d : (double)v->i;
}

const char *
xmlrpc_get_string(const struct xmlrpc_value *v)
{
	return v == NULL || v->s == NULL ? "" : v->s;
}

size_t
xmlrpc_get_length(const struct xmlrpc_value *v)
{
	return v == NULL ? 0 : v->n;
}

const char *
xmlrpc_get_text(const struct xmlrpc_value *v, size_t *len)
{
	*len = v == NULL || v->s == NULL ? 0 : v->n;
	return xmlrpc_get_string(v);
}

struct xmlrpc_value *
xmlrpc_at(const struct xmlrpc_value *array, size_t i)
{
	return array == NULL || array->type != XMLRPC_ARRAY || i >= array->n ? NULL : array->items[i];
}

const char *
xmlrpc_member_name(const struct xmlrpc_value *s, size_t i)
{
	return s == NULL || s->type != XMLRPC_STRUCT || i >= s->n ? NULL : s->names[i];
}

struct xmlrpc_value *
xmlrpc_find(const struct xmlrpc_value *s, const char *name)
{
	for (size_t i = 0; xmlrpc_member_name(s, i) != NULL; i++)
		if (strcmp(s->names[i], name) == 0)
			return s->items[i];
	return NULL;
}

void
xmlrpc_call_release(struct xmlrpc_call *call)
{
	free(call->method);
	xmlrpc_free(call->params);
	*call = (struct xmlrpc_call){0};
}

void
xmlrpc_reply_release(struct xmlrpc_reply *reply)
{
	free(reply->fault_string);
	xmlrpc_free(reply->value);
	*reply = (struct xmlrpc_reply){0};
}
