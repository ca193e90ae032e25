/* xmlrpc_text.c: what stands in an element, by the rules of Python's int(), float(), base64 and xmlrpc.client. */
#include "autoconf.h"

#include "core/xmlrpc.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/xmlrpc_value.h"

static bool
is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Takes the blanks around a text away, as Python's int() and float() do. */
static const char *
trimmed(const char *s, size_t *len)
{
	while (*len > 0 && is_blank(s[*len - 1]))
		(*len)--;
	while (*len > 0 && is_blank(*s)) {
		s++;
		(*len)--;
	}
	return s;
}

/* Digits with single underscores between them; what is too big becomes the biggest. */
static bool
parse_digits(const char *s, size_t len, bool negative, int64_t *out)
{
	bool overflow = false;
	int64_t n = 0;

	if (len == 0 || s[len - 1] == '_')
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '_' && i > 0 && s[i - 1] != '_')
			continue;
		if (s[i] < '0' || s[i] > '9')
			return false;
		overflow = overflow || __builtin_mul_overflow(n, 10, &n) ||
			   __builtin_add_overflow(n, negative ? -(s[i] - '0') : s[i] - '0', &n);
	}
	*out = !overflow ? n : negative ? INT64_MIN : INT64_MAX;
	return true;
}

bool
xmlrpc_text_int(const char *s, size_t len, int64_t *out)
{
	bool negative;

	s = trimmed(s, &len);
	negative = len > 0 && *s == '-';
	if (len > 0 && (*s == '-' || *s == '+')) {
		s++;
		len--;
	}
	return parse_digits(s, len, negative, out);
}

/* strtod knows hexadecimal and nan(...), Python does not. */
static bool
is_double(const char *s, size_t len)
{
	static const char *const words[] = {"inf", "infinity", "nan"};
	size_t sign = len > 0 && (*s == '-' || *s == '+');

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (len - sign == strlen(words[i]) && strncasecmp(s + sign, words[i], len - sign) == 0)
			return true;
	return len > 0 && strspn(s, "0123456789+-.eE") >= len;
}

bool
xmlrpc_text_double(const char *text, size_t len, double *out)
{
	const char *s = trimmed(text, &len);
	char *end;

	if (!is_double(s, len))
		return false;
	*out = strtod(s, &end);
	return end == s + len;
}

/* n digits as a number, -1 when they are not digits. */
static int
digits(const char *s, size_t n)
{
	int value = 0;

	for (size_t i = 0; i < n; i++) {
		if (s[i] < '0' || s[i] > '9')
			return -1;
		value = value * 10 + (s[i] - '0');
	}
	return value;
}

bool
xmlrpc_text_is_datetime(const char *s, size_t len)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year, month, day, hour, minute, second;
	bool leap;

	if (len != strlen("20240102T03:04:05") || s[8] != 'T' || s[11] != ':' || s[14] != ':')
		return false;
	year = digits(s, 4);
	month = digits(s + 4, 2);
	day = digits(s + 6, 2);
	hour = digits(s + 9, 2);
	minute = digits(s + 12, 2);
	second = digits(s + 15, 2);
	if (year < 1 || month < 1 || month > 12 || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
	    second < 0 || second > 59)
		return false;
	leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
	return day >= 1 && day <= lengths[month - 1] + (leap && month == 2);
}

static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
xmlrpc_text_base64(const char *s, size_t len, char *out, size_t *outlen)
{
	unsigned bits = 0, have = 0, pads = 0;
	int digit;

	*outlen = 0;
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '=') {
			if (have >= 2 && have + ++pads >= 4)
				return true;
			continue;
		}
		digit = base64_digit(s[i]);
		if (digit < 0)
			continue;
		pads = 0;
		bits = (bits << 6 | (unsigned)digit) & 0xffffff;
		if (have > 0)
			out[(*outlen)++] = (char)(bits >> (6 - 2 * have) & 0xff);
		have = (have + 1) % 4;
	}
	return have == 0;
}

bool
xmlrpc_to_int(const struct xmlrpc_value *v, int64_t *out)
{
	switch (xmlrpc_type(v)) {
	case XMLRPC_INT:
	case XMLRPC_BOOL:
		*out = v->i;
		break;
	case XMLRPC_DOUBLE:
		if (!isfinite(v->d))
			return false;
		*out = xmlrpc_get_int(v);
		break;
	case XMLRPC_STRING:
		if (!xmlrpc_text_int(v->s, v->n, out))
			return false;
		break;
	case XMLRPC_NIL:
	case XMLRPC_DATETIME:
	case XMLRPC_ARRAY:
	case XMLRPC_STRUCT:
		return false;
	}
	return true;
}
