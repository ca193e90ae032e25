/*
 * XML-RPC: trees of values, calls and replies as XML (read with expat, entity declarations refused), and faults.
 * Pure: bytes in, values out, and back. Who may call what, and what a method does, is decided elsewhere.
 *
 * A tree is plain and owned by its root; accessors lend. Depth, size and number of elements are limited.
 */
#ifndef CORE_XMLRPC_H
#define CORE_XMLRPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

enum xmlrpc_type {
	XMLRPC_NIL,
	XMLRPC_INT,
	XMLRPC_BOOL,
	XMLRPC_DOUBLE,
	XMLRPC_STRING,
	XMLRPC_DATETIME,
	XMLRPC_ARRAY,
	XMLRPC_STRUCT,
};

struct xmlrpc_value;

/* Constructors: the caller owns what it gets until it is appended to an array or made a member. */
struct xmlrpc_value *xmlrpc_nil(void);
struct xmlrpc_value *xmlrpc_int(int64_t n);
struct xmlrpc_value *xmlrpc_bool(bool b);
struct xmlrpc_value *xmlrpc_double(double d);
struct xmlrpc_value *xmlrpc_string(const char *s);
struct xmlrpc_value *xmlrpc_stringn(const char *s, size_t len);
struct xmlrpc_value *xmlrpc_array(void);
struct xmlrpc_value *xmlrpc_struct(void);
void xmlrpc_free(struct xmlrpc_value *v);

/* Take the value over. Members keep the order in which they were added. */
void xmlrpc_append(struct xmlrpc_value *array, struct xmlrpc_value *value);
void xmlrpc_member(struct xmlrpc_value *struct_, const char *name, struct xmlrpc_value *value);

/* Accessors. NULL and values of another type give 0, false, "" or NULL; what is returned is borrowed. */
enum xmlrpc_type xmlrpc_type(const struct xmlrpc_value *v);
int64_t xmlrpc_get_int(const struct xmlrpc_value *v);
/* The truth value, as Python has it: 0, 0.0, nil and what is empty are false. */
bool xmlrpc_get_bool(const struct xmlrpc_value *v);
double xmlrpc_get_double(const struct xmlrpc_value *v);
/* Text of a string or date, always terminated. */
const char *xmlrpc_get_string(const struct xmlrpc_value *v);
/* Bytes of a string, elements of an array, members of a struct. */
size_t xmlrpc_get_length(const struct xmlrpc_value *v);
struct xmlrpc_value *xmlrpc_at(const struct xmlrpc_value *array, size_t i);
const char *xmlrpc_member_name(const struct xmlrpc_value *struct_, size_t i);
struct xmlrpc_value *xmlrpc_member_at(const struct xmlrpc_value *struct_, size_t i);
struct xmlrpc_value *xmlrpc_find(const struct xmlrpc_value *struct_, const char *name);

struct xmlrpc_call {
	char *method;
	struct xmlrpc_value *params; /* an array */
};

bool xmlrpc_parse_call(const char *xml, size_t len, struct xmlrpc_call *call, struct err *err);
void xmlrpc_call_release(struct xmlrpc_call *call);

struct xmlrpc_reply {
	struct xmlrpc_value *value; /* NULL for a fault */
	int fault_code;
	char *fault_string;
};

/* The codes of an err from xmlrpc_parse_reply; its text is expat's, "no element found: line 1, column 0". */
enum xmlrpc_reply_error {
	XMLRPC_REPLY_MALFORMED = 1,  /* expat refused it while it was being fed */
	XMLRPC_REPLY_INCOMPLETE = 2, /* ... when it was told that this was the end */
	XMLRPC_REPLY_FOREIGN = 3,    /* XML, but no reply; or beyond the limits */
};

/* Control bytes in text, which XML does not allow and the reference daemon sends as they are, are kept. */
bool xmlrpc_parse_reply(const char *xml, size_t len, struct xmlrpc_reply *reply, struct err *err);
void xmlrpc_reply_release(struct xmlrpc_reply *reply);

/* False: the buffer is full, or a value cannot be expressed (an integer beyond 32 bits, nil). params is an array
   or NULL. */
bool xmlrpc_write_call(struct buf *out, const char *method, const struct xmlrpc_value *params);
bool xmlrpc_write_value_reply(struct buf *out, const struct xmlrpc_value *value);
bool xmlrpc_write_fault(struct buf *out, int code, const char *string);

#endif
