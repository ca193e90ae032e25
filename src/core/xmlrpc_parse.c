/*
 * xmlrpc_parse.c: XML-RPC documents to values.
 *
 * Supervisor evaluates an element when it ends, by its tag alone and wherever it stands, so that any root
 * will do and <params> may hold <value>, <param> or <string> directly. This file does the same: each open
 * element has a frame with the text before its first child; when it ends it becomes a node with a value, and
 * hangs below its parent until that ends. Elements without a meaning of their own (member, name, whatever is
 * foreign) keep their children, since a struct looks for them two levels down.
 */
#include "autoconf.h"

#include "core/xmlrpc.h"

#include <expat.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "core/xmlrpc_value.h"

/* Levels of elements: an array or struct takes three (value, array, data), and a request has some around
 * them. */
#define MAX_ELEMENT_DEPTH (4 * XMLRPC_MAX_DEPTH)
/* Members are looked up one by one; nobody sends more. */
#define MAX_MEMBERS 256
/*
 * What programs write may hold what XML forbids. Control characters travel through expat as the noncharacters
 * U+FDD0 + c, whose UTF-8 is EF B7 90 and up; U+FFFE and U+FFFF in the places of tab and newline, which XML allows.
 */
#define CONTROL_LEAD "\xef\xb7"
#define CONTROL_BASE 0x90
#define FORBIDDEN_LEAD "\xef\xbf"
#define FORBIDDEN_BASE 0xbe

enum tag {
	TAG_OTHER,
	TAG_ARRAY,
	TAG_BASE64,
	TAG_BOOLEAN,
	TAG_DATA,
	TAG_DATETIME,
	TAG_DOUBLE,
	TAG_FAULT,
	TAG_INT,
	TAG_METHOD_NAME,
	TAG_PARAM,
	TAG_PARAMS,
	TAG_STRING,
	TAG_STRUCT,
	TAG_VALUE,
	TAG_WIDE_INT,
	NTAGS,
};

static const struct {
	const char *name;
	enum tag tag;
} tag_names[] = {
    {"array", TAG_ARRAY},
    {"base64", TAG_BASE64},
    {"boolean", TAG_BOOLEAN},
    {"data", TAG_DATA},
    {"dateTime.iso8601", TAG_DATETIME},
    {"double", TAG_DOUBLE},
    {"fault", TAG_FAULT},
    {"i4", TAG_INT},
    {"i8", TAG_WIDE_INT},
    {"int", TAG_INT},
    {"methodName", TAG_METHOD_NAME},
    {"param", TAG_PARAM},
    {"params", TAG_PARAMS},
    {"string", TAG_STRING},
    {"struct", TAG_STRUCT},
    {"value", TAG_VALUE},
};

/* An element that has ended. */
struct node {
	enum tag tag;
	struct xmlrpc_value *value; /* NULL: nil; owned */
	struct node *children;      /* owned */
	struct node *next;
};

/* An element that is open. */
struct frame {
	enum tag tag;
	struct buf text; /* what stands before the first child; kept for the next element of this depth */
	struct node *first, *last;
};

struct parser {
	XML_Parser expat;
	bool is_reply;
	bool has_controls; /* noncharacters in texts stand for what XML forbids */
	bool beyond_limit; /* of the problems */
	bool out_of_memory;
	struct frame *frames; /* MAX_ELEMENT_DEPTH of them */
	size_t depth;         /* open elements */
	size_t containers;    /* open arrays and structs */
	size_t elements;      /* so far */
	const char *problem;  /* ours, not expat's; NULL: none */
	char *method;
	struct xmlrpc_value *params; /* of the last <params>; owned */
	struct xmlrpc_value *fault;  /* owned */
	bool has_fault;
};

static void
parser_fail(struct parser *p, const char *problem)
{
	if (p->problem == NULL)
		p->problem = problem;
	XML_StopParser(p->expat, XML_FALSE);
}

/* For allocations that failed; returns NULL for "return no_memory(p)". */
static void *
no_memory(struct parser *p)
{
	p->out_of_memory = true;
	parser_fail(p, "out of memory");
	return NULL;
}

/* For what would be too much. */
static void *
beyond_limit(struct parser *p, const char *problem)
{
	p->beyond_limit = true;
	parser_fail(p, problem);
	return NULL;
}

static void *
bad_value(struct parser *p, const char *problem)
{
	parser_fail(p, problem);
	return NULL;
}

/* Recursion is as deep as elements may be. */
static void
node_free(struct node *node)
{
	struct node *next;

	for (; node != NULL; node = next) {
		next = node->next;
		node_free(node->children);
		xmlrpc_free(node->value);
		free(node);
	}
}

static enum tag
tag_by_name(const char *name)
{
	for (size_t i = 0; i < sizeof(tag_names) / sizeof(tag_names[0]); i++)
		if (strcmp(tag_names[i].name, name) == 0)
			return tag_names[i].tag;
	return TAG_OTHER;
}

/*
 * Texts to values. Each returns NULL after parser_fail.
 */

static struct xmlrpc_value *
int_from_text(struct parser *p, const struct buf *text)
{
	struct xmlrpc_value *v;
	int64_t n;

	if (!xmlrpc_text_int(buf_str(text), text->len, &n))
		return bad_value(p, "bad int");
	v = xmlrpc_value_new(XMLRPC_INT);
	if (v == NULL)
		return no_memory(p);
	v->i = n;
	return v;
}

static struct xmlrpc_value *
double_from_text(struct parser *p, const struct buf *text)
{
	struct xmlrpc_value *v;
	double d;

	if (!xmlrpc_text_double(buf_str(text), text->len, &d))
		return bad_value(p, "bad double");
	v = xmlrpc_value_new(XMLRPC_DOUBLE);
	if (v == NULL)
		return no_memory(p);
	v->d = d;
	return v;
}

static struct xmlrpc_value *
text_value(struct parser *p, enum xmlrpc_type type, const char *s, size_t len)
{
	struct xmlrpc_value *v = xmlrpc_value_text(type, s, len);

	return v != NULL ? v : no_memory(p);
}

static struct xmlrpc_value *
datetime_from_text(struct parser *p, const struct buf *text)
{
	if (!xmlrpc_text_is_datetime(buf_str(text), text->len))
		return bad_value(p, "bad dateTime.iso8601");
	return text_value(p, XMLRPC_DATETIME, buf_str(text), text->len);
}

static struct xmlrpc_value *
base64_from_text(struct parser *p, const struct buf *text)
{
	struct xmlrpc_value *v = NULL;
	char *out = malloc(text->len + 1);
	size_t len;

	if (out == NULL)
		return no_memory(p);
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
bool_from_text(struct parser *p, const struct buf *text)
{
	struct xmlrpc_value *v = xmlrpc_value_new(XMLRPC_BOOL);

	if (v == NULL)
		return no_memory(p);
	v->i = strcmp(buf_str(text), "1") == 0;
	return v;
}

/*
 * Elements with children to values. A value moves out of its node.
 */

static struct xmlrpc_value *
node_take(struct parser *p, struct node *node)
{
	struct xmlrpc_value *v = node->value;

	node->value = NULL;
	if (v == NULL)
		v = xmlrpc_value_new(XMLRPC_NIL);
	return v != NULL ? v : no_memory(p);
}

/* An array of the values of a list of nodes. */
static struct xmlrpc_value *
values_of(struct parser *p, struct node *node)
{
	struct xmlrpc_value *array = xmlrpc_value_new(XMLRPC_ARRAY), *v;

	if (array == NULL)
		return no_memory(p);
	for (; node != NULL; node = node->next) {
		v = node_take(p, node);
		if (v == NULL)
			goto failed;
		if (!xmlrpc_value_append(array, v)) {
			xmlrpc_free(v);
			no_memory(p);
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
struct_add(struct parser *p, struct xmlrpc_value *s, struct node *member)
{
	struct node *name = member->children;
	struct xmlrpc_value *v;

	if (name == NULL || name->next == NULL || name->next->next != NULL)
		return bad_value(p, "member without name and value") != NULL;
	if (s->n == MAX_MEMBERS)
		return beyond_limit(p, "too many members of a struct") != NULL;
	v = node_take(p, name->next);
	if (v == NULL)
		return false;
	if (xmlrpc_value_set(s, xmlrpc_get_string(name->value), v))
		return true;
	xmlrpc_free(v);
	return no_memory(p) != NULL;
}

static struct xmlrpc_value *
struct_value(struct parser *p, const struct frame *f)
{
	struct xmlrpc_value *s = xmlrpc_value_new(XMLRPC_STRUCT);

	if (s == NULL)
		return no_memory(p);
	for (struct node *member = f->first; member != NULL; member = member->next) {
		if (!struct_add(p, s, member)) {
			xmlrpc_free(s);
			return NULL;
		}
	}
	return s;
}

/* What holds one value: what else it has is ignored. */
static struct xmlrpc_value *
first_value(struct parser *p, const struct frame *f, const char *problem)
{
	return f->first == NULL ? bad_value(p, problem) : node_take(p, f->first);
}

/* Text around the child is ignored. */
static struct xmlrpc_value *
value_value(struct parser *p, const struct frame *f)
{
	if (f->first != NULL)
		return node_take(p, f->first);
	return text_value(p, XMLRPC_STRING, buf_str(&f->text), f->text.len);
}

/* What has no type of its own is its text, or nil when it has none. */
static struct xmlrpc_value *
other_value(struct parser *p, const struct frame *f)
{
	return f->text.len == 0 ? NULL : text_value(p, XMLRPC_STRING, buf_str(&f->text), f->text.len);
}

static void
set_method(struct parser *p, const struct frame *f)
{
	free(p->method);
	p->method = f->text.len == 0 ? NULL : strdup(buf_str(&f->text));
	if (f->text.len != 0 && p->method == NULL)
		no_memory(p);
}

static void
set_params(struct parser *p, const struct frame *f)
{
	xmlrpc_free(p->params);
	p->params = values_of(p, f->first);
}

static void
set_fault(struct parser *p, const struct frame *f)
{
	xmlrpc_free(p->fault);
	p->has_fault = true;
	p->fault = f->first == NULL ? NULL : node_take(p, f->first);
}

/* The value of an element that ends; NULL may be nil. Failures are in p->problem. */
static struct xmlrpc_value *
evaluate(struct parser *p, const struct frame *f)
{
	switch (f->tag) {
	case TAG_ARRAY:
		return first_value(p, f, "array without data");
	case TAG_DATA:
		return values_of(p, f->first);
	case TAG_STRUCT:
		return struct_value(p, f);
	case TAG_VALUE:
		return value_value(p, f);
	case TAG_PARAM:
		return first_value(p, f, "param without value");
	case TAG_INT:
		return int_from_text(p, &f->text);
	case TAG_WIDE_INT:
		return p->is_reply ? int_from_text(p, &f->text) : other_value(p, f);
	case TAG_DOUBLE:
		return double_from_text(p, &f->text);
	case TAG_BOOLEAN:
		return bool_from_text(p, &f->text);
	case TAG_STRING:
		return text_value(p, XMLRPC_STRING, buf_str(&f->text), f->text.len);
	case TAG_BASE64:
		return base64_from_text(p, &f->text);
	case TAG_DATETIME:
		return datetime_from_text(p, &f->text);
	case TAG_METHOD_NAME:
		set_method(p, f);
		return NULL;
	case TAG_PARAMS:
		set_params(p, f);
		return NULL;
	case TAG_FAULT:
		set_fault(p, f);
		return other_value(p, f);
	case TAG_OTHER: /* also nil */
		return other_value(p, f);
	case NTAGS:
		break;
	}
	return NULL;
}

static bool
is_container(enum tag tag)
{
	return tag == TAG_ARRAY || tag == TAG_STRUCT;
}

static void XMLCALL
start_cb(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct parser *p = arg;
	struct frame *f;

	(void)attributes;
	if (p->problem != NULL)
		return;
	if (p->depth == MAX_ELEMENT_DEPTH || (!p->is_reply && p->elements == XMLRPC_MAX_ELEMENTS)) {
		beyond_limit(p, p->depth == MAX_ELEMENT_DEPTH ? "nested too deep" : "too many elements");
		return;
	}
	p->elements++;
	f = &p->frames[p->depth++];
	f->tag = tag_by_name(name);
	f->first = f->last = NULL;
	buf_clear(&f->text);
	if (is_container(f->tag) && p->containers++ == XMLRPC_MAX_DEPTH)
		beyond_limit(p, "nested too deep");
}

static void XMLCALL
text_cb(void *arg, const XML_Char *s, int len)
{
	struct parser *p = arg;
	struct frame *f;

	if (p->problem != NULL || p->depth == 0)
		return;
	f = &p->frames[p->depth - 1];
	if (f->first == NULL && !buf_append(&f->text, s, (size_t)len))
		no_memory(p);
}

/* Noncharacters back to what they stand for, in place: it is never longer. */
static void
restore_controls(struct buf *text)
{
	char *to = text->data;
	const char *from = text->data, *end = text->data + text->len;
	int c;

	while (from < end) {
		if (end - from >= 3 && memcmp(from, CONTROL_LEAD, 2) == 0) {
			c = (unsigned char)from[2] - CONTROL_BASE;
			if (c == '\t' || c == '\n') {
				memcpy(to, FORBIDDEN_LEAD, 2);
				to[2] = (char)(FORBIDDEN_BASE + c - '\t');
				to += 3;
				from += 3;
				continue;
			}
			if (c >= 0 && c < 0x20) {
				*to++ = (char)c;
				from += 3;
				continue;
			}
		}
		*to++ = *from++;
	}
	buf_truncate(text, (size_t)(to - text->data));
}

/* Hangs an ended element below its parent. */
static void
attach(struct parser *p, struct frame *ended, struct xmlrpc_value *value)
{
	struct frame *parent = &p->frames[p->depth - 1];
	struct node *node = calloc(1, sizeof(*node));

	if (node == NULL) {
		xmlrpc_free(value);
		no_memory(p);
		return;
	}
	node->tag = ended->tag;
	node->value = value;
	if (ended->tag == TAG_OTHER) {
		node->children = ended->first;
		ended->first = NULL;
	}
	if (parent->first == NULL)
		parent->first = node;
	else
		parent->last->next = node;
	parent->last = node;
}

static void XMLCALL
end_cb(void *arg, const XML_Char *name)
{
	struct parser *p = arg;
	struct xmlrpc_value *value;
	struct frame *f;

	(void)name;
	if (p->problem != NULL)
		return;
	f = &p->frames[--p->depth];
	if (is_container(f->tag))
		p->containers--;
	if (p->has_controls && f->text.len != 0)
		restore_controls(&f->text);
	value = evaluate(p, f);
	if (p->problem == NULL && p->depth > 0)
		attach(p, f, value);
	else
		xmlrpc_free(value);
	node_free(f->first);
	f->first = f->last = NULL;
}

/* Entities are declared in a document type; nobody who speaks XML-RPC sends one. */
static void XMLCALL
doctype_cb(void *arg, const XML_Char *name, const XML_Char *sysid, const XML_Char *pubid, int has_internal)
{
	(void)name;
	(void)sysid;
	(void)pubid;
	(void)has_internal;
	parser_fail(arg, "document type not allowed");
}

static void XMLCALL
entity_cb(void *arg, const XML_Char *name, int is_parameter, const XML_Char *value, int len,
	  const XML_Char *base, const XML_Char *sysid, const XML_Char *pubid, const XML_Char *notation)
{
	(void)name;
	(void)is_parameter;
	(void)value;
	(void)len;
	(void)base;
	(void)sysid;
	(void)pubid;
	(void)notation;
	parser_fail(arg, "entity declaration not allowed");
}

static bool
parser_init(struct parser *p, bool is_reply, size_t len)
{
	*p = (struct parser){.is_reply = is_reply};
	/* Whatever the declaration says, requests are UTF-8. With namespaces a prefix makes another tag, as
	 * there. */
	p->expat = is_reply ? XML_ParserCreate("UTF-8") : XML_ParserCreateNS("UTF-8", '}');
	p->frames = calloc(MAX_ELEMENT_DEPTH, sizeof(*p->frames));
	if (p->expat == NULL || p->frames == NULL)
		return false;
	for (size_t i = 0; i < MAX_ELEMENT_DEPTH; i++)
		buf_init(&p->frames[i].text, len);
	XML_SetUserData(p->expat, p);
	XML_SetElementHandler(p->expat, start_cb, end_cb);
	XML_SetCharacterDataHandler(p->expat, text_cb);
	/* A page that is no reply at all is to fail as in Supervisor, wherever that is. */
	if (is_reply)
		XML_SetEntityDeclHandler(p->expat, entity_cb);
	else
		XML_SetStartDoctypeDeclHandler(p->expat, doctype_cb);
	return true;
}

static void
parser_release(struct parser *p)
{
	for (size_t i = 0; p->frames != NULL && i < MAX_ELEMENT_DEPTH; i++) {
		buf_release(&p->frames[i].text);
		node_free(p->frames[i].first);
	}
	free(p->frames);
	free(p->method);
	xmlrpc_free(p->params);
	xmlrpc_free(p->fault);
	if (p->expat != NULL)
		XML_ParserFree(p->expat);
}

/* The code is that of replies. */
static bool
parser_error(struct parser *p, int code, struct err *err)
{
	err_set(err, "%s: line %lu, column %lu",
		p->problem != NULL ? p->problem : XML_ErrorString(XML_GetErrorCode(p->expat)),
		(unsigned long)XML_GetCurrentLineNumber(p->expat),
		(unsigned long)XML_GetCurrentColumnNumber(p->expat));
	err->code = p->problem != NULL ? XMLRPC_REPLY_FOREIGN : code;
	return false;
}

static bool
parser_run(struct parser *p, const char *xml, size_t len, struct err *err)
{
	if (len > INT_MAX)
		return err_set(err, "document too long");
	if (XML_Parse(p->expat, xml, (int)len, XML_FALSE) != XML_STATUS_OK)
		return parser_error(p, XMLRPC_REPLY_MALFORMED, err);
	if (XML_Parse(p->expat, "", 0, XML_TRUE) != XML_STATUS_OK)
		return parser_error(p, XMLRPC_REPLY_INCOMPLETE, err);
	return true;
}

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

/* How many bytes at s expat must not see (0: none), and the control character in whose place they travel. */
static size_t
forbidden(const char *s, size_t len, char *place)
{
	*place = s[0];
	if (is_control(s[0]))
		return 1;
	if (s[0] != FORBIDDEN_LEAD[0] || len < 3 || s[1] != FORBIDDEN_LEAD[1] ||
	    (unsigned char)s[2] < FORBIDDEN_BASE)
		return 0;
	*place = (char)('\t' + (unsigned char)s[2] - FORBIDDEN_BASE);
	return 3;
}

/* A copy in which noncharacters stand for what XML forbids; false: out of memory. Nothing is copied when there is
 * no such thing. */
static bool
hide_controls(struct buf *out, const char *xml, size_t len)
{
	size_t i = 0, from = 0, n;
	char place;

	while (i < len) {
		n = forbidden(xml + i, len - i, &place);
		if (n == 0) {
			i++;
			continue;
		}
		buf_append(out, xml + from, i - from);
		buf_puts(out, CONTROL_LEAD);
		buf_putc(out, (char)(CONTROL_BASE + (unsigned char)place));
		i += n;
		from = i;
	}
	if (from != 0)
		buf_append(out, xml + from, len - from);
	return !out->failed;
}

/* The method and its parameters out of a document that was read. */
static bool
call_from(struct parser *p, struct xmlrpc_call *call, struct err *err)
{
	if (p->method == NULL) {
		err_set(err, "no method name");
		err->code = XMLRPC_CALL_MALFORMED;
		return false;
	}
	if (p->params == NULL)
		p->params = xmlrpc_value_new(XMLRPC_ARRAY);
	if (p->params == NULL) {
		err_set(err, "out of memory");
		err->code = XMLRPC_CALL_NO_MEMORY;
		return false;
	}
	*call = (struct xmlrpc_call){.method = p->method, .params = p->params};
	p->method = NULL;
	p->params = NULL;
	return true;
}

/* Why a request was refused, for its sender (limits) or for the log. */
static bool
call_error(const struct parser *p, struct err *detail, struct err *err)
{
	if (p->out_of_memory || (p->expat != NULL && XML_GetErrorCode(p->expat) == XML_ERROR_NO_MEMORY)) {
		err_set(err, "out of memory");
		err->code = XMLRPC_CALL_NO_MEMORY;
		return false;
	}
	if (p->beyond_limit) {
		err_set(err, "%s", p->problem);
		err->code = XMLRPC_CALL_LIMIT;
		return false;
	}
	err_set(err, "unmarshallable");
	err_hint(err, "%s", err_text(detail));
	err->code = XMLRPC_CALL_MALFORMED;
	return false;
}

static bool
parse_call(const char *xml, size_t len, bool raw, struct xmlrpc_call *call, struct err *err)
{
	struct buf copy = BUF_INIT(3 * len);
	struct err detail = ERR_INIT;
	struct parser p = {0};
	bool ok = false;

	*call = (struct xmlrpc_call){0};
	if (!parser_init(&p, false, 3 * len) || (raw && !hide_controls(&copy, xml, len)))
		p.out_of_memory = true;
	p.has_controls = copy.len != 0;
	if (p.out_of_memory ||
	    !parser_run(&p, p.has_controls ? copy.data : xml, p.has_controls ? copy.len : len, &detail))
		call_error(&p, &detail, err);
	else
		ok = call_from(&p, call, err);
	err_release(&detail);
	parser_release(&p);
	buf_release(&copy);
	return ok;
}

bool
xmlrpc_parse_call(const char *xml, size_t len, struct xmlrpc_call *call, struct err *err)
{
	return parse_call(xml, len, false, call, err);
}

bool
xmlrpc_parse_call_raw(const char *xml, size_t len, struct xmlrpc_call *call, struct err *err)
{
	return parse_call(xml, len, true, call, err);
}

static bool
fault_from(struct xmlrpc_reply *reply, const struct xmlrpc_value *fault)
{
	if (xmlrpc_find(fault, "faultCode") == NULL || xmlrpc_find(fault, "faultString") == NULL)
		return false;
	reply->fault_code = (int)xmlrpc_get_int(xmlrpc_find(fault, "faultCode"));
	reply->fault_string = strdup(xmlrpc_get_string(xmlrpc_find(fault, "faultString")));
	return reply->fault_string != NULL;
}

/* Whether the document that was read is a reply. */
static bool
reply_from(struct parser *p, struct xmlrpc_reply *reply, struct err *err)
{
	if (p->has_fault ? fault_from(reply, p->fault) : xmlrpc_get_length(p->params) == 1) {
		if (!p->has_fault) {
			reply->value = p->params->items[0];
			p->params->n = 0;
		}
		return true;
	}
	err_set(err, "not an XML-RPC reply");
	err->code = XMLRPC_REPLY_FOREIGN;
	return false;
}

#define EXPLAINED_MAX (1024 * 1024) /* bytes of a bad reply that are worth a second look */

/* How many bytes at the beginning of s, which is no UTF-8, begin a character all the same. */
static size_t
begun(const char *s, size_t len)
{
	uint32_t cp;
	size_t n = 0;

	while (n < len && n < 3 && utf8_decode(s, n + 1, &cp) == UTF8_TRUNCATED)
		n++;
	return n;
}

/* Says, as Python does, where the text is no UTF-8. False: it is UTF-8. */
static bool
explain_not_utf8(const char *xml, size_t len, struct err *err)
{
	uint32_t cp;
	size_t at = 0, n;
	int step = 1;

	while (at < len && (step = utf8_decode(xml + at, len - at, &cp)) > 0)
		at += (size_t)step;
	if (step > 0)
		return false;
	n = begun(xml + at, len - at);
	if (n <= 1)
		err_set(err, "'utf-8' codec can't decode byte 0x%02x in position %zu: %s",
			(unsigned char)xml[at], at,
			n == 0                   ? "invalid start byte"
			: step == UTF8_TRUNCATED ? "unexpected end of data"
						 : "invalid continuation byte");
	else
		err_set(err, "'utf-8' codec can't decode bytes in position %zu-%zu: %s", at, at + n - 1,
			step == UTF8_TRUNCATED ? "unexpected end of data" : "invalid continuation byte");
	err->code = XMLRPC_REPLY_NOT_UTF8;
	return true;
}

/* A reply that is not well-formed: the error is to be at the place at which Supervisor finds it. */
static void
explain(const char *xml, size_t len, struct err *err)
{
	struct buf ascii = BUF_INIT(10 * len);
	struct parser p = {0};
	size_t foreign = 0;
	uint32_t cp = 0;

	if (explain_not_utf8(xml, len, err))
		return;
	for (size_t i = 0; i < len; i += (size_t)utf8_decode(xml + i, len - i, &cp)) {
		if ((unsigned char)xml[i] < 0x80) {
			buf_putc(&ascii, xml[i]);
		} else {
			utf8_decode(xml + i, len - i, &cp);
			buf_printf(&ascii, "&#%u;", (unsigned)cp);
			foreign++;
		}
	}
	if (foreign > 0 && !ascii.failed && parser_init(&p, true, ascii.len))
		parser_run(&p, ascii.data, ascii.len, err);
	parser_release(&p);
	buf_release(&ascii);
}

bool
xmlrpc_parse_reply(const char *xml, size_t len, struct xmlrpc_reply *reply, struct err *err)
{
	struct buf copy = BUF_INIT(3 * len);
	struct parser p = {0};
	bool ok = false;

	*reply = (struct xmlrpc_reply){0};
	if (!hide_controls(&copy, xml, len) || !parser_init(&p, true, 3 * len)) {
		err_set(err, "out of memory");
		err->code = XMLRPC_REPLY_FOREIGN;
		goto out;
	}
	p.has_controls = copy.len != 0;
	ok = parser_run(&p, p.has_controls ? copy.data : xml, p.has_controls ? copy.len : len, err) &&
	     reply_from(&p, reply, err);
	if (!ok && err->code != XMLRPC_REPLY_FOREIGN && !p.has_controls && len <= EXPLAINED_MAX)
		explain(xml, len, err);
out:
	parser_release(&p);
	buf_release(&copy);
	return ok;
}
