/*
 * xmlrpc_write.c: values to XML, byte for byte as Supervisor writes them (spec/xmlrpc.md 2.4), and to
 * Python's text.
 *
 * Only & < > are escaped: control characters stand raw in what is written, as they do there, although XML forbids
 * them; who sends a document to a reader that minds calls xmlrpc_make_wellformed. What is not UTF-8 is repaired.
 * Numbers rely on the C locale's decimal point: programs set LC_CTYPE only.
 */
#include "autoconf.h"

#include "core/xmlrpc.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/pyrepr.h"
#include "base/utf8.h"
#include "core/xmlrpc_value.h"

#define DECLARATION "<?xml version='1.0'?>\n"

static const char *
escape_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	default:
		return NULL;
	}
}

static bool
write_valid_text(struct buf *out, const char *s, size_t len)
{
	const char *escape;
	size_t from = 0;

	for (size_t i = 0; i < len; i++) {
		escape = escape_of(s[i]);
		if (escape == NULL)
			continue;
		buf_append(out, s + from, i - from);
		buf_puts(out, escape);
		from = i + 1;
	}
	return buf_append(out, s + from, len - from);
}

static bool
write_text(struct buf *out, const char *s, size_t len)
{
	struct buf repaired = BUF_INIT(3 * len);
	bool ok;

	if (utf8_valid(s, len))
		return write_valid_text(out, s, len);
	ok = utf8_repair(&repaired, s, len, NULL, true) && write_valid_text(out, repaired.data, repaired.len);
	buf_release(&repaired);
	return ok;
}

static int64_t
clamp32(int64_t i)
{
	return i > INT32_MAX ? INT32_MAX : i < INT32_MIN ? INT32_MIN : i;
}

/* Lists of thousands are mostly numbers, for which printf is slow. */
static bool
write_int(struct buf *out, int64_t i)
{
	char digits[12], *at = digits + sizeof(digits);
	int64_t n = clamp32(i), rest = n < 0 ? -n : n;

	do
		*--at = (char)('0' + rest % 10);
	while ((rest /= 10) != 0);
	if (n < 0)
		*--at = '-';
	buf_puts(out, "<value><int>");
	buf_append(out, at, (size_t)(digits + sizeof(digits) - at));
	return buf_puts(out, "</int></value>\n");
}

/* The shortest digits that read back as the same number; exponent is that of the first digit. */
static void
shortest_digits(double d, char digits[40], int *exponent)
{
	char text[40];
	char *e;

	for (int precision = 0; precision <= 17; precision++) {
		snprintf(text, sizeof(text), "%.*e", precision, d);
		if (strtod(text, NULL) - d == 0)
			break;
	}
	e = strchr(text, 'e');
	*exponent = (int)strtol(e + 1, NULL, 10);
	*e = '\0';
	digits[0] = text[0];
	digits[1] = '\0';
	if (text[1] == '.')
		memcpy(digits + 1, text + 2, strlen(text + 2) + 1); /* at most 17 digits */
}

/* Python's repr: 1.5, 1.0, 1e+16, 1e-05, inf, nan. */
static bool
write_double(struct buf *out, double d)
{
	char digits[40];
	int exponent, n;

	if (isnan(d))
		return buf_puts(out, "nan");
	if (signbit(d))
		buf_putc(out, '-');
	if (isinf(d))
		return buf_puts(out, "inf");
	shortest_digits(fabs(d), digits, &exponent);
	n = (int)strlen(digits);
	if (exponent < -4 || exponent >= 16)
		return buf_printf(out, "%c%s%se%c%02d", digits[0], n > 1 ? "." : "", digits + 1,
				  exponent < 0 ? '-' : '+', abs(exponent));
	if (exponent < 0)
		return buf_printf(out, "0.%.*s%s", -exponent - 1, "000", digits);
	if (n <= exponent + 1)
		return buf_printf(out, "%s%.*s.0", digits, exponent + 1 - n, "0000000000000000");
	return buf_printf(out, "%.*s.%s", exponent + 1, digits, digits + exponent + 1);
}

static bool
write_array(struct buf *out, const struct xmlrpc_value *v)
{
	buf_puts(out, "<value><array><data>\n");
	for (size_t i = 0; i < v->n; i++)
		xmlrpc_value_write(out, v->items[i]);
	if (v->written != NULL)
		buf_append(out, v->written->data, v->written->len);
	return buf_puts(out, "</data></array></value>\n");
}

static bool
write_struct(struct buf *out, const struct xmlrpc_value *v)
{
	buf_puts(out, "<value><struct>\n");
	for (size_t i = 0; i < v->n; i++) {
		buf_puts(out, "<member>\n<name>");
		write_text(out, v->names[i], strlen(v->names[i]));
		buf_puts(out, "</name>\n");
		xmlrpc_value_write(out, v->items[i]);
		buf_puts(out, "</member>\n");
	}
	return buf_puts(out, "</struct></value>\n");
}

static bool
write_scalar_double(struct buf *out, double d)
{
	buf_puts(out, "<value><double>");
	write_double(out, d);
	return buf_puts(out, "</double></value>\n");
}

static bool
write_string(struct buf *out, const struct xmlrpc_value *v)
{
	buf_puts(out, "<value><string>");
	if (!write_text(out, xmlrpc_get_string(v), v->n))
		out->failed = true;
	return buf_puts(out, "</string></value>\n");
}

bool
xmlrpc_value_write(struct buf *out, const struct xmlrpc_value *v)
{
	if (xmlrpc_failed(v))
		out->failed = true;
	switch (xmlrpc_type(v)) {
	case XMLRPC_NIL:
		return buf_puts(out, "<value><nil/></value>\n");
	case XMLRPC_INT:
		return write_int(out, v->i);
	case XMLRPC_BOOL:
		return buf_puts(out, v->i != 0 ? "<value><boolean>1</boolean></value>\n"
					       : "<value><boolean>0</boolean></value>\n");
	case XMLRPC_DOUBLE:
		return write_scalar_double(out, v->d);
	case XMLRPC_STRING:
		return write_string(out, v);
	case XMLRPC_DATETIME:
		return buf_printf(out, "<value><dateTime.iso8601>%s</dateTime.iso8601></value>\n",
				  xmlrpc_get_string(v));
	case XMLRPC_ARRAY:
		return write_array(out, v);
	case XMLRPC_STRUCT:
		return write_struct(out, v);
	}
	return false;
}

static bool
write_param(struct buf *out, const struct xmlrpc_value *v)
{
	buf_puts(out, "<param>\n");
	xmlrpc_value_write(out, v);
	return buf_puts(out, "</param>\n");
}

bool
xmlrpc_write_call(struct buf *out, const char *method, const struct xmlrpc_value *params)
{
	buf_puts(out, DECLARATION "<methodCall>\n<methodName>");
	write_text(out, method, strlen(method));
	buf_puts(out, "</methodName>\n<params>\n");
	if (xmlrpc_failed(params))
		out->failed = true;
	for (size_t i = 0; i < xmlrpc_get_length(params); i++)
		write_param(out, xmlrpc_at(params, i));
	return buf_puts(out, "</params>\n</methodCall>\n");
}

bool
xmlrpc_write_value_reply(struct buf *out, const struct xmlrpc_value *v)
{
	buf_puts(out, DECLARATION "<methodResponse>\n<params>\n");
	write_param(out, v);
	return buf_puts(out, "</params>\n</methodResponse>\n");
}

bool
xmlrpc_write_fault(struct buf *out, int code, const char *string)
{
	struct xmlrpc_value *fault = xmlrpc_struct();

	xmlrpc_member(fault, "faultCode", xmlrpc_int(code));
	xmlrpc_member(fault, "faultString", xmlrpc_string(string));
	buf_puts(out, DECLARATION "<methodResponse>\n<fault>\n");
	xmlrpc_value_write(out, fault);
	xmlrpc_free(fault);
	return buf_puts(out, "</fault>\n</methodResponse>\n");
}

/* Whether a byte may be one of those that XML 1.0 cannot carry, or begin one. */
static bool
is_suspicious(unsigned char c)
{
	return (c < 0x20 && c != '\n') || c == 0xef;
}

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))
#define HIGH EACH(0x80)

/* The high bits of the bytes that are 0. */
static uint64_t
zeros(uint64_t bytes)
{
	return ~(((bytes & ~HIGH) + EACH(0x7f)) | bytes) & HIGH;
}

/* The same for eight bytes at once: nearly all of a long document is plain. */
static bool
are_plain(const char *s)
{
	uint64_t bytes, small;

	memcpy(&bytes, s, sizeof(bytes));
	small = ~(((bytes | HIGH) - EACH(0x20)) | bytes) & HIGH;
	return ((small & ~zeros(bytes ^ EACH('\n'))) | zeros(bytes ^ EACH(0xef))) == 0;
}

/* The first suspicious byte, or the end. */
static const char *
maybe_forbidden(const char *s, const char *end)
{
	while (end - s >= 8 && are_plain(s))
		s += 8;
	while (s < end && !is_suspicious((unsigned char)*s))
		s++;
	return s;
}

/* How many bytes at s XML 1.0 cannot carry; 0: none. */
static size_t
forbidden_at(const char *s, size_t len)
{
	unsigned char c = (unsigned char)s[0];

	if (c < 0x20)
		return c == '\t' || c == '\n' || c == '\r' ? 0 : 1;
	return len >= 3 && (memcmp(s, "\xef\xbf\xbe", 3) == 0 || memcmp(s, "\xef\xbf\xbf", 3) == 0) ? 3 : 0;
}

bool
xmlrpc_make_wellformed(struct buf *document)
{
	struct buf out = BUF_INIT(document->max);
	size_t from = 0, at = 0;

	for (;;) {
		size_t n;

		at = (size_t)(maybe_forbidden(document->data + at, document->data + document->len) -
			      document->data);
		if (at == document->len)
			break;
		n = forbidden_at(document->data + at, document->len - at);
		if (n == 0) {
			at++;
			continue;
		}
		buf_append(&out, document->data + from, at - from);
		buf_puts(&out, "\xef\xbf\xbd");
		at += n;
		from = at;
	}
	if (from == 0)
		return true;
	buf_append(&out, document->data + from, document->len - from);
	buf_release(document);
	*document = out;
	return !out.failed;
}

/*
 * Python's text.
 */

static bool python_repr(struct buf *out, const struct xmlrpc_value *v);

/* "20240102T03:04:05" as str() and repr() of a datetime show it; the latter without leading zeros, and
   without seconds that are 0. */
static bool
python_datetime(struct buf *out, const char *s, bool repr)
{
	int y, mo, d, h, mi, sec;

	if (sscanf(s, "%4d%2d%2dT%2d:%2d:%2d", &y, &mo, &d, &h, &mi, &sec) != 6)
		return buf_puts(out, s);
	if (!repr)
		return buf_printf(out, "%04d-%02d-%02d %02d:%02d:%02d", y, mo, d, h, mi, sec);
	buf_printf(out, "datetime.datetime(%d, %d, %d, %d, %d", y, mo, d, h, mi);
	if (sec != 0)
		buf_printf(out, ", %d", sec);
	return buf_putc(out, ')');
}

static bool
python_array(struct buf *out, const struct xmlrpc_value *v)
{
	buf_putc(out, '[');
	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			buf_puts(out, ", ");
		python_repr(out, v->items[i]);
	}
	return buf_putc(out, ']');
}

static bool
python_struct(struct buf *out, const struct xmlrpc_value *v)
{
	buf_putc(out, '{');
	for (size_t i = 0; i < v->n; i++) {
		if (i > 0)
			buf_puts(out, ", ");
		pyrepr_append(out, v->names[i], strlen(v->names[i]));
		buf_puts(out, ": ");
		python_repr(out, v->items[i]);
	}
	return buf_putc(out, '}');
}

static bool
python_repr(struct buf *out, const struct xmlrpc_value *v)
{
	switch (xmlrpc_type(v)) {
	case XMLRPC_NIL:
		return buf_puts(out, "None");
	case XMLRPC_INT:
		return buf_printf(out, "%" PRId64, v->i);
	case XMLRPC_BOOL:
		return buf_puts(out, v->i ? "True" : "False");
	case XMLRPC_DOUBLE:
		return write_double(out, v->d);
	case XMLRPC_STRING:
		return pyrepr_append(out, v->s, v->n);
	case XMLRPC_DATETIME:
		return python_datetime(out, v->s, true);
	case XMLRPC_ARRAY:
		return python_array(out, v);
	case XMLRPC_STRUCT:
		return python_struct(out, v);
	}
	return false;
}

bool
xmlrpc_python_text(struct buf *out, const struct xmlrpc_value *v)
{
	if (xmlrpc_type(v) == XMLRPC_STRING)
		return buf_append(out, v->s, v->n);
	if (xmlrpc_type(v) == XMLRPC_DATETIME)
		return python_datetime(out, v->s, false);
	return python_repr(out, v);
}
