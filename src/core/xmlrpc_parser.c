/* xmlrpc_parser.c: see xmlrpc_parser.h: what expat calls, and elements within each other. */
#include "autoconf.h"

#include "core/xmlrpc_parser.h"

#include <limits.h>
#include <stdlib.h>

#include "core/xmlrpc_controls.h"

/* Levels of elements: an array or struct takes three (value, array, data), and a request has some around
 * them. */
#define MAX_ELEMENT_DEPTH (4 * XMLRPC_MAX_DEPTH)

void
xmlrpc_parser_fail(struct xmlrpc_parser *p, const char *problem)
{
	if (p->problem == NULL)
		p->problem = problem;
	XML_StopParser(p->expat, XML_FALSE);
}

void *
xmlrpc_parser_no_memory(struct xmlrpc_parser *p)
{
	p->out_of_memory = true;
	xmlrpc_parser_fail(p, "out of memory");
	return NULL;
}

void *
xmlrpc_parser_beyond(struct xmlrpc_parser *p, const char *problem)
{
	p->beyond_limit = true;
	xmlrpc_parser_fail(p, problem);
	return NULL;
}

/* Recursion is as deep as elements may be. */
static void
node_free(struct xmlrpc_node *node)
{
	struct xmlrpc_node *next;

	for (; node != NULL; node = next) {
		next = node->next;
		node_free(node->children);
		xmlrpc_free(node->value);
		free(node);
	}
}

static bool
is_container(enum xmlrpc_tag tag)
{
	return tag == XMLRPC_TAG_ARRAY || tag == XMLRPC_TAG_STRUCT;
}

static void XMLCALL
start_cb(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct xmlrpc_parser *p = arg;
	struct xmlrpc_frame *f;

	(void)attributes;
	if (p->problem != NULL)
		return;
	if (p->depth == MAX_ELEMENT_DEPTH || (!p->is_reply && p->elements == XMLRPC_MAX_ELEMENTS)) {
		xmlrpc_parser_beyond(p,
				     p->depth == MAX_ELEMENT_DEPTH ? "nested too deep" : "too many elements");
		return;
	}
	p->elements++;
	f = &p->frames[p->depth++];
	f->tag = xmlrpc_element_tag(name);
	f->first = f->last = NULL;
	buf_clear(&f->text);
	if (is_container(f->tag) && p->containers++ == XMLRPC_MAX_DEPTH)
		xmlrpc_parser_beyond(p, "nested too deep");
}

static void XMLCALL
text_cb(void *arg, const XML_Char *s, int len)
{
	struct xmlrpc_parser *p = arg;
	struct xmlrpc_frame *f;

	if (p->problem != NULL || p->depth == 0)
		return;
	f = &p->frames[p->depth - 1];
	if (f->first == NULL && !buf_append(&f->text, s, (size_t)len))
		xmlrpc_parser_no_memory(p);
}

/* Hangs an ended element below its parent. */
static void
attach(struct xmlrpc_parser *p, struct xmlrpc_frame *ended, struct xmlrpc_value *value)
{
	struct xmlrpc_frame *parent = &p->frames[p->depth - 1];
	struct xmlrpc_node *node = calloc(1, sizeof(*node));

	if (node == NULL) {
		xmlrpc_free(value);
		xmlrpc_parser_no_memory(p);
		return;
	}
	node->tag = ended->tag;
	node->value = value;
	if (ended->tag == XMLRPC_TAG_OTHER) {
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
	struct xmlrpc_parser *p = arg;
	struct xmlrpc_value *value;
	struct xmlrpc_frame *f;

	(void)name;
	if (p->problem != NULL)
		return;
	f = &p->frames[--p->depth];
	if (is_container(f->tag))
		p->containers--;
	if (p->has_controls && f->text.len != 0)
		xmlrpc_restore_controls(&f->text);
	value = xmlrpc_element_value(p, f);
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
	xmlrpc_parser_fail(arg, "document type not allowed");
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
	xmlrpc_parser_fail(arg, "entity declaration not allowed");
}

bool
xmlrpc_parser_init(struct xmlrpc_parser *p, bool is_reply, size_t len)
{
	*p = (struct xmlrpc_parser){.is_reply = is_reply};
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

void
xmlrpc_parser_release(struct xmlrpc_parser *p)
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
parser_error(struct xmlrpc_parser *p, int code, struct err *err)
{
	err_set(err, "%s: line %lu, column %lu",
		p->problem != NULL ? p->problem : XML_ErrorString(XML_GetErrorCode(p->expat)),
		(unsigned long)XML_GetCurrentLineNumber(p->expat),
		(unsigned long)XML_GetCurrentColumnNumber(p->expat));
	err->code = p->problem != NULL ? XMLRPC_REPLY_FOREIGN : code;
	return false;
}

bool
xmlrpc_parser_run(struct xmlrpc_parser *p, const char *xml, size_t len, struct err *err)
{
	if (len > INT_MAX)
		return err_set(err, "document too long");
	if (XML_Parse(p->expat, xml, (int)len, XML_FALSE) != XML_STATUS_OK)
		return parser_error(p, XMLRPC_REPLY_MALFORMED, err);
	if (XML_Parse(p->expat, "", 0, XML_TRUE) != XML_STATUS_OK)
		return parser_error(p, XMLRPC_REPLY_INCOMPLETE, err);
	return true;
}
