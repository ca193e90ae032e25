/* utf8.c: see utf8.h. The well-formed sequences are those of table 3-7 of the Unicode standard. */
#include "autoconf.h"

#include "base/utf8.h"

#include <locale.h>
#include <string.h>
#include <wchar.h>

#define REPLACEMENT "\xef\xbf\xbd"

/* Length and allowed range of the second byte by first byte; length 0: begins no character. */
static int
sequence(unsigned char first, unsigned char *low, unsigned char *high)
{
	*low = 0x80;
	*high = 0xbf;
	if (first < 0x80)
		return 1;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	if (first < 0xe0)
		return 2;
	if (first == 0xe0)
		*low = 0xa0;
	if (first == 0xed)
		*high = 0x9f;
	if (first == 0xf0)
		*low = 0x90;
	if (first == 0xf4)
		*high = 0x8f;
	return first < 0xf0 ? 3 : 4;
}

int
utf8_decode(const char *s, size_t len, uint32_t *cp)
{
	static const uint32_t first_mask[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	unsigned char low, high;
	int need = sequence((unsigned char)s[0], &low, &high);
	uint32_t c;

	if (need == 0)
		return UTF8_INVALID;
	c = (unsigned char)s[0] & first_mask[need];
	for (int i = 1; i < need; i++) {
		unsigned char byte;

		if ((size_t)i >= len)
			return UTF8_TRUNCATED;
		byte = (unsigned char)s[i];
		if (byte < low || byte > high)
			return UTF8_INVALID;
		low = 0x80;
		high = 0xbf;
		c = c << 6 | (byte & 0x3f);
	}
	*cp = c;
	return need;
}

size_t
utf8_encode(uint32_t cp, char *out)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

/* Length of the run of good characters at the start of s. */
static size_t
good_run(const char *s, size_t len)
{
	size_t i = 0;
	uint32_t cp;

	while (i < len) {
		int n = (unsigned char)s[i] < 0x80 ? 1 : utf8_decode(s + i, len - i, &cp);

		if (n < 0)
			break;
		i += (size_t)n;
	}
	return i;
}

bool
utf8_valid(const char *s, size_t len)
{
	return good_run(s, len) == len;
}

size_t
utf8_count(const char *s, size_t len)
{
	size_t count = 0;
	uint32_t cp;

	for (size_t i = 0; i < len; count++) {
		int n = utf8_decode(s + i, len - i, &cp);

		i += n < 0 ? 1 : (size_t)n;
	}
	return count;
}

/* Repairs a run that does not begin inside a carried character. */
static bool
repair_run(struct buf *out, const char *s, size_t len, struct utf8_carry *carry)
{
	uint32_t cp;

	while (len > 0) {
		size_t good = good_run(s, len);

		if (!buf_append(out, s, good))
			return false;
		s += good;
		len -= good;
		if (len == 0)
			break;
		if (carry != NULL && utf8_decode(s, len, &cp) == UTF8_TRUNCATED) {
			memcpy(carry->bytes, s, len);
			carry->len = len;
			break;
		}
		if (!buf_puts(out, REPLACEMENT))
			return false;
		s++;
		len--;
	}
	return true;
}

/* Feeds bytes of s to the carried beginning until it is a character or cannot become one. */
static bool
repair_carried(struct buf *out, const char **s, size_t *len, struct utf8_carry *carry)
{
	char bytes[4];
	size_t n;
	uint32_t cp;

	while (carry->len > 0 && *len > 0) {
		carry->bytes[carry->len++] = *(*s)++;
		(*len)--;
		if (utf8_decode(carry->bytes, carry->len, &cp) == UTF8_TRUNCATED)
			continue;
		n = carry->len;
		memcpy(bytes, carry->bytes, n);
		carry->len = 0;
		if (!repair_run(out, bytes, n, carry))
			return false;
	}
	return true;
}

bool
utf8_repair(struct buf *out, const char *s, size_t len, struct utf8_carry *carry, bool final)
{
	if (carry != NULL && carry->len > 0 && !repair_carried(out, &s, &len, carry))
		return false;
	if (!repair_run(out, s, len, carry))
		return false;
	if (carry == NULL || !final)
		return true;
	for (; carry->len > 0; carry->len--)
		if (!buf_puts(out, REPLACEMENT))
			return false;
	return true;
}

bool
utf8_is_foreign(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
	    {0x0080, 0x009f}, {0x00ad, 0x00ad}, {0x061c, 0x061c}, {0x180e, 0x180e}, {0x200b, 0x200f},
	    {0x2028, 0x202e}, {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (cp >= ranges[i].first && cp <= ranges[i].last)
			return true;
	return false;
}

int
utf8_width(uint32_t cp)
{
	static locale_t utf8;
	locale_t before;
	int width;

	if (cp < 0x7f)
		return cp >= 0x20;
	/* wcwidth knows the widths, but only within a UTF-8 locale: borrow one for the call. */
	if (utf8 == (locale_t)0)
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (utf8 == (locale_t)0)
		return 1;
	before = uselocale(utf8);
	width = wcwidth((wchar_t)cp);
	uselocale(before);
	return width < 0 ? 0 : width;
}
