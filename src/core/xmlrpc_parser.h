/*
 * A document on its way through expat, for the files of core/xmlrpc only.
 *
 * Supervisor evaluates an element when it ends, by its tag alone and wherever it stands, so that any root
 * will do and <params> may hold <value>, <param> or <string> directly. Here it is the same: each open
 * element has a frame with the text before its first child; when it ends it becomes a node with a value, and
 * hangs below its parent until that ends. Elements without a meaning of their own (member, name, whatever is
 * foreign) keep their children, since a struct looks for them two levels down.
 */
#ifndef CORE_XMLRPC_PARSER_H
#define CORE_XMLRPC_PARSER_H

#include <expat.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "core/xmlrpc.h"

enum xmlrpc_tag {
	XMLRPC_TAG_OTHER,
	XMLRPC_TAG_ARRAY,
	XMLRPC_TAG_BASE64,
	XMLRPC_TAG_BOOLEAN,
	XMLRPC_TAG_DATA,
	XMLRPC_TAG_DATETIME,
	XMLRPC_TAG_DOUBLE,
	XMLRPC_TAG_FAULT,
	XMLRPC_TAG_INT,
	XMLRPC_TAG_METHOD_NAME,
	XMLRPC_TAG_PARAM,
	XMLRPC_TAG_PARAMS,
	XMLRPC_TAG_STRING,
	XMLRPC_TAG_STRUCT,
	XMLRPC_TAG_VALUE,
	XMLRPC_TAG_WIDE_INT,
	XMLRPC_NTAGS,
};

/* An element that has ended. */
struct xmlrpc_node {
	enum xmlrpc_tag tag;
	struct xmlrpc_value *value;   /* NULL: nil; owned */
	struct xmlrpc_node *children; /* owned */
	struct xmlrpc_node *next;
};

/* An element that is open. */
struct xmlrpc_frame {
	enum xmlrpc_tag tag;
	struct buf text; /* what stands before the first child; kept for the next element of this depth */
	struct xmlrpc_node *first, *last;
};

struct xmlrpc_parser {
	XML_Parser expat;
	bool is_reply;
	bool has_controls; /* noncharacters in texts stand for what XML forbids */
	bool beyond_limit; /* of the problems */
	bool out_of_memory;
	struct xmlrpc_frame *frames; /* one for each level that is allowed */
	size_t depth;                /* open elements */
	size_t containers;           /* open arrays and structs */
	size_t elements;             /* so far */
	const char *problem;         /* ours, not expat's; NULL: none */
	char *method;
	struct xmlrpc_value *params; /* of the last <params>; owned */
	struct xmlrpc_value *fault;  /* owned */
	bool has_fault;
};

/* False: out of memory. len: bytes of the longest text. Released in both cases. */
bool xmlrpc_parser_init(struct xmlrpc_parser *p, bool is_reply, size_t len);
void xmlrpc_parser_release(struct xmlrpc_parser *p);
/* Reads the whole document; the code of the error is that of replies. */
bool xmlrpc_parser_run(struct xmlrpc_parser *p, const char *xml, size_t len, struct err *err);

/* The first problem counts, and ends the reading. */
void xmlrpc_parser_fail(struct xmlrpc_parser *p, const char *problem);
/* For allocations that failed; returns NULL for "return xmlrpc_parser_no_memory(p)". */
void *xmlrpc_parser_no_memory(struct xmlrpc_parser *p);
/* For what would be too much; NULL, too. */
void *xmlrpc_parser_beyond(struct xmlrpc_parser *p, const char *problem);

/* xmlrpc_element.c */
enum xmlrpc_tag xmlrpc_element_tag(const char *name);
/* The value of an element that ends; NULL may be nil. Failures are in p->problem. */
struct xmlrpc_value *xmlrpc_element_value(struct xmlrpc_parser *p, const struct xmlrpc_frame *f);

#endif
