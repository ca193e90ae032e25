/* values_number.c: see values.h: numbers as Python reads them. */
#include "autoconf.h"

#include "core/values.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/pytext.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "core/values_parts.h"

enum number_result {
	NUMBER_OK,
	NUMBER_BAD,
	NUMBER_TOO_BIG, /* *out is INT64_MAX or INT64_MIN */
};

/* Digits with single '_' between them. */
static enum number_result
parse_digits(const char *s, size_t len, int base, bool negative, bool after_prefix, int64_t *out)
{
	enum number_result result = NUMBER_OK;
	bool digit_before = after_prefix;
	uint64_t n = 0;

	if (len == 0)
		return NUMBER_BAD;
	for (size_t at = 0; at < len;) {
		uint32_t cp;
		int bytes = utf8_decode(s + at, len - at, &cp), digit;

		if (bytes < 0)
			return NUMBER_BAD;
		at += (size_t)bytes;
		digit = pytext_digit(cp);
		if (cp == '_' && digit_before) {
			digit_before = false;
			continue;
		}
		if (digit < 0 || digit >= base)
			return NUMBER_BAD;
		digit_before = true;
		if (n > (INT64_MAX - (uint64_t)digit) / (uint64_t)base)
			result = NUMBER_TOO_BIG;
		else
			n = n * (uint64_t)base + (uint64_t)digit;
	}
	if (!digit_before)
		return NUMBER_BAD;
	if (result == NUMBER_TOO_BIG)
		*out = negative ? INT64_MIN : INT64_MAX;
	else
		*out = negative ? -(int64_t)n : (int64_t)n;
	return result;
}

static enum number_result
parse_number(const char *s, size_t len, int base, int64_t *out)
{
	bool negative = false, prefix = false;

	pytext_trim(&s, &len);
	if (len > 0 && (*s == '+' || *s == '-')) {
		negative = *s == '-';
		s++;
		len--;
	}
	if (base == 8 && len > 1 && s[0] == '0' && (s[1] == 'o' || s[1] == 'O')) {
		prefix = true;
		s += 2;
		len -= 2;
	}
	return parse_digits(s, len, base, negative, prefix, out);
}

/* The reference's integers have no limits, ours have: beyond them the message is that of a range. */
static bool
too_big(int64_t limit, struct err *err)
{
	return limit > 0 ? err_set(err, "the number is above upper bound (%" PRId64 ")", limit)
			 : err_set(err, "the number is below lower bound (%" PRId64 ")", limit);
}

static bool
decimal(const char *s, size_t len, int64_t *out, struct err *err)
{
	char *copy;

	switch (parse_number(s, len, 10, out)) {
	case NUMBER_OK:
		return true;
	case NUMBER_TOO_BIG:
		return too_big(*out, err);
	case NUMBER_BAD:
		break;
	}
	copy = xstrndup(s, len);
	value_refuse(err, "invalid literal for int() with base 10: ", copy, "");
	free(copy);
	return false;
}

bool
value_int(const char *s, int64_t *out, struct err *err)
{
	return decimal(s, strlen(s), out, err);
}

bool
value_is_integer(const char *s, int64_t *out)
{
	return parse_number(s, strlen(s), 10, out) != NUMBER_BAD;
}

bool
value_in_range(int64_t n, int64_t min, int64_t max, struct err *err)
{
	if (n < min)
		return err_set(err, "%" PRId64 " is below lower bound (%" PRId64 ")", n, min);
	if (n > max)
		return err_set(err, "%" PRId64 " is above upper bound (%" PRId64 ")", n, max);
	return true;
}

bool
value_bytes(const char *s, int64_t *out, struct err *err)
{
	static const struct {
		const char *suffix;
		int64_t factor;
	} units[] = {{"kb", 1024}, {"mb", 1024 * 1024}, {"gb", 1024 * 1024 * 1024}};
	char *lower = pytext_lower(s);
	size_t len = strlen(lower);
	int64_t factor = 1;
	bool ok;

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (len >= 2 && strcmp(lower + len - 2, units[i].suffix) == 0)
			factor = units[i].factor;
	ok = decimal(lower, factor > 1 ? len - 2 : len, out, err);
	free(lower);
	if (ok && (*out > INT64_MAX / factor || *out < INT64_MIN / factor))
		return too_big(*out > 0 ? INT64_MAX : INT64_MIN, err);
	if (ok)
		*out *= factor;
	return ok;
}

bool
value_octal(const char *s, int64_t *out, struct err *err)
{
	switch (parse_number(s, strlen(s), 8, out)) {
	case NUMBER_OK:
		return true;
	case NUMBER_TOO_BIG:
		return too_big(*out, err);
	case NUMBER_BAD:
		break;
	}
	return err_set(err, "%s can not be converted to an octal type", s);
}
