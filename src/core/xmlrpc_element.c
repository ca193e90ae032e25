/* xmlrpc_element.c: what an element is when it ends: its text, or its children, as a value. */
#include "autoconf.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "core/xmlrpc_parser.h"
#include "core/xmlrpc_value.h"

/* Members are looked up one by one; nobody sends more. */
#define MAX_MEMBERS 256

static const struct {
	const char *name;
	enum xmlrpc_tag tag;
} tag_names[] = {
    {"array", XMLRPC_TAG_ARRAY},
    {"base64", XMLRPC_TAG_BASE64},
    {"boolean", XMLRPC_TAG_BOOLEAN},
    {"data", XMLRPC_TAG_DATA},
    {"dateTime.iso8601", XMLRPC_TAG_DATETIME},
    {"double", XMLRPC_TAG_DOUBLE},
    {"fault", XMLRPC_TAG_FAULT},
    {"i4", XMLRPC_TAG_INT},
    {"i8", XMLRPC_TAG_WIDE_INT},
    {"int", XMLRPC_TAG_INT},
    {"methodName", XMLRPC_TAG_METHOD_NAME},
    {"param", XMLRPC_TAG_PARAM},
    {"params", XMLRPC_TAG_PARAMS},
    {"string", XMLRPC_TAG_STRING},
    {"struct", XMLRPC_TAG_STRUCT},
    {"value", XMLRPC_TAG_VALUE},
};

static void *
bad_value(struct xmlrpc_parser *p, const char *problem)
{
	xmlrpc_parser_fail(p, problem);
	return NULL;
}

enum xmlrpc_tag
xmlrpc_element_tag(const char *name)
{
	for (size_t i = 0; i < sizeof(tag_names) / sizeof(tag_names[0]); i++)
		if (strcmp(tag_names[i].name, name) == 0)
			return tag_names[i].tag;
	return XMLRPC_TAG_OTHER;
}

/*
 * Texts to values. Each returns NULL after parser_fail.
 */

static struct xmlrpc_value *
int_from_text(struct xmlrpc_parser *p, const struct buf *text)
{
	struct xmlrpc_value *v;
	int64_t n;

	if (!xmlrpc_text_int(buf_str(text), text->len, &n))
		return bad_value(p, "bad int");
	v = xmlrpc_value_new(XMLRPC_INT);
	if (v == NULL)
		return xmlrpc_parser_no_memory(p);
	v->i = n;
	return v;
}

static struct xmlrpc_value *
double_from_text(struct xmlrpc_parser *p, const struct buf *text)
{
	struct xmlrpc_value *v;
	double d;

	if (!xmlrpc_text_double(buf_str(text), text->len, &d))
		return bad_value(p, "bad double");
	v = xmlrpc_value_new(XMLRPC_DOUBLE);
	if (v == NULL)
		return xmlrpc_parser_no_memory(p);
	v->d = d;
	return v;
}

static struct xmlrpc_value *
text_value(struct xmlrpc_parser *p, enum xmlrpc_type type, const char *s, size_t len)
{
	struct xmlrpc_value *v = xmlrpc_value_text(type, s, len);

	return v != NULL ? v : xmlrpc_parser_no_memory(p);
}

static struct xmlrpc_value *
datetime_from_text(struct xmlrpc_parser *p, const struct buf *text)
{
	if (!xmlrpc_text_is_datetime(buf_str(text), text->len))
		return bad_value(p, "bad dateTime.iso8601");
	return text_value(p, XMLRPC_DATETIME, buf_str(text), text->len);
}

static struct xmlrpc_value *
base64_from_text(struct xmlrpc_parser *p, const struct buf *text)
{
	struct xmlrpc_value *v = NULL;
	char *out = malloc(text->len + 1);
	size_t len;

	if (out == NULL)
		return xmlrpc_parser_no_memory(p);
	if (!xmlrpc_text_base64(buf_str(text), text->len, out, &len))
		bad_value(p, "bad base64");
	else if (!p->is_reply && !utf8_valid(out, len))
		bad_value(p, "base64 is not UTF-8");
	else
		v = text_value(p, XMLRPC_STRING, out, len);
	free(out);
	return v;
}

static struct xmlrpc_value *
bool_from_text(struct xmlrpc_parser *p, const struct buf *text)
{
	struct xmlrpc_value *v = xmlrpc_value_new(XMLRPC_BOOL);

	if (v == NULL)
		return xmlrpc_parser_no_memory(p);
	v->i = strcmp(buf_str(text), "1") == 0;
	return v;
}

/*
 * Elements with children to values. A value moves out of its node.
 */

static struct xmlrpc_value *
node_take(struct xmlrpc_parser *p, struct xmlrpc_node *node)
{
	struct xmlrpc_value *v = node->value;

	node->value = NULL;
	if (v == NULL)
		v = xmlrpc_value_new(XMLRPC_NIL);
	return v != NULL ? v : xmlrpc_parser_no_memory(p);
}

/* An array of the values of a list of nodes. */
static struct xmlrpc_value *
values_of(struct xmlrpc_parser *p, struct xmlrpc_node *node)
{
	struct xmlrpc_value *array = xmlrpc_value_new(XMLRPC_ARRAY), *v;

	if (array == NULL)
		return xmlrpc_parser_no_memory(p);
	for (; node != NULL; node = node->next) {
		v = node_take(p, node);
		if (v == NULL)
			goto failed;
		if (!xmlrpc_value_append(array, v)) {
			xmlrpc_free(v);
			xmlrpc_parser_no_memory(p);
			goto failed;
		}
	}
	return array;
failed:
	xmlrpc_free(array);
	return NULL;
}

/* Members are read by position: name, value. */
static bool
struct_add(struct xmlrpc_parser *p, struct xmlrpc_value *s, struct xmlrpc_node *member)
{
	struct xmlrpc_node *name = member->children;
	struct xmlrpc_value *v;

	if (name == NULL || name->next == NULL || name->next->next != NULL)
		return bad_value(p, "member without name and value") != NULL;
	if (s->n == MAX_MEMBERS)
		return xmlrpc_parser_beyond(p, "too many members of a struct") != NULL;
	v = node_take(p, name->next);
	if (v == NULL)
		return false;
	if (xmlrpc_value_set(s, xmlrpc_get_string(name->value), v))
		return true;
	xmlrpc_free(v);
	return xmlrpc_parser_no_memory(p) != NULL;
}

static struct xmlrpc_value *
struct_value(struct xmlrpc_parser *p, const struct xmlrpc_frame *f)
{
	struct xmlrpc_value *s = xmlrpc_value_new(XMLRPC_STRUCT);

	if (s == NULL)
		return xmlrpc_parser_no_memory(p);
	for (struct xmlrpc_node *member = f->first; member != NULL; member = member->next) {
		if (!struct_add(p, s, member)) {
			xmlrpc_free(s);
			return NULL;
		}
	}
	return s;
}

/* What holds one value: what else it has is ignored. */
static struct xmlrpc_value *
first_value(struct xmlrpc_parser *p, const struct xmlrpc_frame *f, const char *problem)
{
	return f->first == NULL ? bad_value(p, problem) : node_take(p, f->first);
}

/* Text around the child is ignored. */
static struct xmlrpc_value *
value_value(struct xmlrpc_parser *p, const struct xmlrpc_frame *f)
{
	if (f->first != NULL)
		return node_take(p, f->first);
	return text_value(p, XMLRPC_STRING, buf_str(&f->text), f->text.len);
}

/* What has no type of its own is its text, or nil when it has none. */
static struct xmlrpc_value *
other_value(struct xmlrpc_parser *p, const struct xmlrpc_frame *f)
{
	return f->text.len == 0 ? NULL : text_value(p, XMLRPC_STRING, buf_str(&f->text), f->text.len);
}

static void
set_method(struct xmlrpc_parser *p, const struct xmlrpc_frame *f)
{
	free(p->method);
	p->method = f->text.len == 0 ? NULL : strdup(buf_str(&f->text));
	if (f->text.len != 0 && p->method == NULL)
		xmlrpc_parser_no_memory(p);
}

static void
set_params(struct xmlrpc_parser *p, const struct xmlrpc_frame *f)
{
	xmlrpc_free(p->params);
	p->params = values_of(p, f->first);
}

static void
set_fault(struct xmlrpc_parser *p, const struct xmlrpc_frame *f)
{
	xmlrpc_free(p->fault);
	p->has_fault = true;
	p->fault = f->first == NULL ? NULL : node_take(p, f->first);
}

struct xmlrpc_value *
xmlrpc_element_value(struct xmlrpc_parser *p, const struct xmlrpc_frame *f)
{
	switch (f->tag) {
	case XMLRPC_TAG_ARRAY:
		return first_value(p, f, "array without data");
	case XMLRPC_TAG_DATA:
		return values_of(p, f->first);
	case XMLRPC_TAG_STRUCT:
		return struct_value(p, f);
	case XMLRPC_TAG_VALUE:
		return value_value(p, f);
	case XMLRPC_TAG_PARAM:
		return first_value(p, f, "param without value");
	case XMLRPC_TAG_INT:
		return int_from_text(p, &f->text);
	case XMLRPC_TAG_WIDE_INT:
		return p->is_reply ? int_from_text(p, &f->text) : other_value(p, f);
	case XMLRPC_TAG_DOUBLE:
		return double_from_text(p, &f->text);
	case XMLRPC_TAG_BOOLEAN:
		return bool_from_text(p, &f->text);
	case XMLRPC_TAG_STRING:
		return text_value(p, XMLRPC_STRING, buf_str(&f->text), f->text.len);
	case XMLRPC_TAG_BASE64:
		return base64_from_text(p, &f->text);
	case XMLRPC_TAG_DATETIME:
		return datetime_from_text(p, &f->text);
	case XMLRPC_TAG_METHOD_NAME:
		set_method(p, f);
		return NULL;
	case XMLRPC_TAG_PARAMS:
		set_params(p, f);
		return NULL;
	case XMLRPC_TAG_FAULT:
		set_fault(p, f);
		return other_value(p, f);
	case XMLRPC_TAG_OTHER: /* also nil */
		return other_value(p, f);
	case XMLRPC_NTAGS:
		break;
	}
	return NULL;
}
