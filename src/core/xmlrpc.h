/*
 * XML-RPC as Supervisor speaks it (spec/xmlrpc.md 2): a tree of values, and its way to XML and back. Requests
 * are read as leniently as Supervisor reads them and replies are written byte for byte as it writes them.
 * Document types (in replies: entity declarations) are refused; depth, number of elements and sizes have
 * limits.
 *
 * Texts are bytes. What is not UTF-8 is repaired with U+FFFD when it is written, not before.
 */
#ifndef CORE_XMLRPC_H
#define CORE_XMLRPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

/* Arrays and structs within each other. */
#define XMLRPC_MAX_DEPTH 64
/* Elements of a request: each costs memory, however small its text is. Enough for a multicall of 20,000
 * calls. */
#define XMLRPC_MAX_ELEMENTS (1 << 18)

enum xmlrpc_type {
	XMLRPC_NIL,
	XMLRPC_INT,
	XMLRPC_BOOL,
	XMLRPC_DOUBLE,
	XMLRPC_STRING,
	XMLRPC_DATETIME, /* its text is as on the wire: 20240102T03:04:05 */
	XMLRPC_ARRAY,
	XMLRPC_STRUCT, /* members keep their order; names are unique when it was parsed */
};

struct xmlrpc_value;

/*
 * The caller owns the result. Out of memory, it is a value that has failed: it is nil, takes whatever is put into it and
 * forgets it, and makes what it is put into a failed value too, so that a tree is checked once, at its root. Failed
 * values cannot be written.
 */
bool xmlrpc_failed(const struct xmlrpc_value *v);
struct xmlrpc_value *xmlrpc_nil(void);
/* Written within -2^31 .. 2^31 - 1: XML-RPC has no more, so what is beyond becomes the nearest of these. */
struct xmlrpc_value *xmlrpc_int(int64_t i);
struct xmlrpc_value *xmlrpc_bool(bool b);
struct xmlrpc_value *xmlrpc_double(double d);
struct xmlrpc_value *xmlrpc_string(const char *s);
struct xmlrpc_value *xmlrpc_stringn(const char *s, size_t len);
/* Takes over s, which is on the heap and has room for len + 1 bytes: for texts that are too big to be copied.
 */
struct xmlrpc_value *xmlrpc_string_take(char *s, size_t len);
/* Takes over the content, and the failure, of a buffer. */
struct xmlrpc_value *xmlrpc_string_from(struct buf *b);
struct xmlrpc_value *xmlrpc_array(void);
struct xmlrpc_value *xmlrpc_struct(void);
/* NULL is allowed. */
void xmlrpc_free(struct xmlrpc_value *v);

/* Both take the value over. xmlrpc_member does not look for a member of the same name. */
void xmlrpc_append(struct xmlrpc_value *array, struct xmlrpc_value *v);
/* Appends v as the text that it will be: for long arrays that are only to be written. Such items stand behind the others;
   they are not counted and cannot be read. */
void xmlrpc_append_written(struct xmlrpc_value *array, struct xmlrpc_value *v);
void xmlrpc_member(struct xmlrpc_value *s, const char *name, struct xmlrpc_value *v);

/* Accessors are total: of another type they give 0, false, "" or NULL. NULL as a value is nil. */
enum xmlrpc_type xmlrpc_type(const struct xmlrpc_value *v);
int64_t xmlrpc_get_int(const struct xmlrpc_value *v); /* also of a boolean, and of a double, cut toward 0 */
bool xmlrpc_get_bool(const struct xmlrpc_value *v); /* truth value of any type: 0, "", nil and [] are false */
double xmlrpc_get_double(const struct xmlrpc_value *v);
const char *xmlrpc_get_string(const struct xmlrpc_value *v); /* strings and dates; always followed by a NUL */
size_t xmlrpc_get_length(const struct xmlrpc_value *v);      /* bytes, elements or members */
/* A text that may hold NULs, and how many bytes: of another type none, however many elements that has. */
const char *xmlrpc_get_text(const struct xmlrpc_value *v, size_t *len);
/* Borrowed; NULL beyond the end. */
struct xmlrpc_value *xmlrpc_at(const struct xmlrpc_value *array, size_t i);
const char *xmlrpc_member_name(const struct xmlrpc_value *s, size_t i);
struct xmlrpc_value *xmlrpc_find(const struct xmlrpc_value *s, const char *name);

/* What Python's int() makes of a number, boolean or text; what is beyond 64 bits is the nearest within. False:
   nothing. */
bool xmlrpc_to_int(const struct xmlrpc_value *v, int64_t *out);

struct xmlrpc_call {
	char *method;
	struct xmlrpc_value *params; /* an array, empty when the document has none */
};

/* The codes of an err from xmlrpc_parse_call. */
enum xmlrpc_call_error {
	XMLRPC_CALL_MALFORMED =
	    1, /* what is "unmarshallable" or "no method name"; the hint says why, if there is more */
	XMLRPC_CALL_LIMIT, /* nested too deep, or too much of something: what says of what */
	XMLRPC_CALL_NO_MEMORY,
};

bool xmlrpc_parse_call(const char *xml, size_t len, struct xmlrpc_call *call, struct err *err);
/* The same for clients that say XMLRPC_ACCEPT_RAW: control characters in texts, which XML does not allow, are kept. */
bool xmlrpc_parse_call_raw(const char *xml, size_t len, struct xmlrpc_call *call, struct err *err);
void xmlrpc_call_release(struct xmlrpc_call *call);

struct xmlrpc_reply {
	struct xmlrpc_value *value; /* NULL: a fault */
	int fault_code;
	char *fault_string; /* NULL: no fault */
};

/* The codes of an err from xmlrpc_parse_reply; its text is expat's, "no element found: line 1, column 0". Lines and
   columns are those of the text with each character outside ASCII written as "&#228;", as Supervisor reads it. */
enum xmlrpc_reply_error {
	XMLRPC_REPLY_MALFORMED = 1,  /* expat refused it while it was being fed */
	XMLRPC_REPLY_INCOMPLETE = 2, /* ... when it was told that this was the end */
	XMLRPC_REPLY_FOREIGN = 3,    /* XML, but no reply; or beyond the limits */
	XMLRPC_REPLY_NOT_UTF8 = 4,   /* the text is Python's */
};

/* Control bytes in text, which XML does not allow and Supervisor sends as they are, are kept. */
bool xmlrpc_parse_reply(const char *xml, size_t len, struct xmlrpc_reply *reply, struct err *err);
void xmlrpc_reply_release(struct xmlrpc_reply *reply);

/* False: out is full, or a value has failed. params is an array; NULL: none. Nil is written as <nil/>. */
bool xmlrpc_write_call(struct buf *out, const char *method, const struct xmlrpc_value *params);
bool xmlrpc_write_value_reply(struct buf *out, const struct xmlrpc_value *v);
bool xmlrpc_write_fault(struct buf *out, int code, const char *string);

/* Puts U+FFFD in the place of what XML 1.0 cannot carry: control characters other than tab, newline and return,
   U+FFFE and U+FFFF. False: the document would be too large. */
bool xmlrpc_make_wellformed(struct buf *document);
/* The client says "Accept: text/xml; controls=raw" when it reads replies as xmlrpc_parse_reply does: then they are
   sent as they are, and its requests are read by xmlrpc_parse_call_raw. */
#define XMLRPC_ACCEPT_RAW "text/xml; controls=raw"

/* Appends what Python's str() makes of the value, which is how Supervisor's faults show arguments of the
   wrong type: 7, 1.5, True, None, 2024-01-02 03:04:05, ['a', 1], text as it is. */
bool xmlrpc_python_text(struct buf *out, const struct xmlrpc_value *v);

#endif
