/*
 * The inside of an XML-RPC value, for the files of core/xmlrpc only. These calls fail (NULL, false) where the
 * public ones give or make failed values.
 */
#ifndef CORE_XMLRPC_VALUE_H
#define CORE_XMLRPC_VALUE_H

#include "core/xmlrpc.h"

struct xmlrpc_value {
	enum xmlrpc_type type;
	bool failed; /* memory was short: something is missing */
	int64_t i;   /* INT, BOOL */
	double d;
	char *s;  /* STRING, DATETIME: text, followed by a NUL; owned */
	size_t n; /* bytes of s, or number of items */
	size_t cap;
	struct xmlrpc_value **items; /* ARRAY, STRUCT; owned */
	char **names;                /* STRUCT: owned, as many as items */
	struct buf *written;         /* ARRAY: items that are text already; owned, NULL: none */
};

struct xmlrpc_value *xmlrpc_value_new(enum xmlrpc_type type);
/* A STRING or DATETIME. */
struct xmlrpc_value *xmlrpc_value_text(enum xmlrpc_type type, const char *s, size_t len);
/* The text of a value; failures are in out. */
bool xmlrpc_value_write(struct buf *out, const struct xmlrpc_value *v);
/* Take v over when they succeed. */
bool xmlrpc_value_append(struct xmlrpc_value *array, struct xmlrpc_value *v);
/* Replaces the member of that name if there is one. */
bool xmlrpc_value_set(struct xmlrpc_value *s, const char *name, struct xmlrpc_value *v);

/* Texts of elements, xmlrpc_text.c. The text is followed by a NUL. False: it is none of
   that type. An integer that does not fit is the nearest that does. */
bool xmlrpc_text_int(const char *s, size_t len, int64_t *out);
bool xmlrpc_text_double(const char *s, size_t len, double *out);
bool xmlrpc_text_is_datetime(const char *s, size_t len);
/* Into out, which has room for 3 bytes per 4 characters. Foreign characters are skipped and what follows complete
   padding is not looked at, as in Python. False: the padding is wrong. */
bool xmlrpc_text_base64(const char *s, size_t len, char *out, size_t *outlen);

#endif
