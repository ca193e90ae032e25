/* pytext.c: see pytext.h. The lists are Unicode 14's, which Python 3.11 has. */
#include "autoconf.h"

#include "base/pytext.h"

#include <string.h>

#include "base/utf8.h"
#include "base/xmalloc.h"

/* Where the digits 0 of the scripts are; nine more follow each. */
static const uint32_t zeros[] = {
    0x0030,  0x0660,  0x06f0,  0x07c0,  0x0966,  0x09e6,  0x0a66,  0x0ae6,  0x0b66,  0x0be6,  0x0c66,
    0x0ce6,  0x0d66,  0x0de6,  0x0e50,  0x0ed0,  0x0f20,  0x1040,  0x1090,  0x17e0,  0x1810,  0x1946,
    0x19d0,  0x1a80,  0x1a90,  0x1b50,  0x1bb0,  0x1c40,  0x1c50,  0xa620,  0xa8d0,  0xa900,  0xa9d0,
    0xa9f0,  0xaa50,  0xabf0,  0xff10,  0x104a0, 0x10d30, 0x11066, 0x110f0, 0x11136, 0x111d0, 0x112f0,
    0x11450, 0x114d0, 0x11650, 0x116c0, 0x11730, 0x118e0, 0x11950, 0x11c50, 0x11d50, 0x11da0, 0x16a60,
    0x16ac0, 0x16b50, 0x1d7ce, 0x1d7d8, 0x1d7e2, 0x1d7ec, 0x1d7f6, 0x1e140, 0x1e2f0, 0x1e950, 0x1fbf0,
};

static const struct {
	uint32_t first, last;
} blanks[] = {
    {0x09, 0x0d},     {0x1c, 0x20},     {0x85, 0x85},     {0xa0, 0xa0},     {0x1680, 0x1680},
    {0x2000, 0x200a}, {0x2028, 0x2029}, {0x202f, 0x202f}, {0x205f, 0x205f}, {0x3000, 0x3000},
};

static bool
is_space(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++)
		if (cp >= blanks[i].first && cp <= blanks[i].last)
			return true;
	return false;
}

int
pytext_digit(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(zeros) / sizeof(zeros[0]); i++)
		if (cp >= zeros[i] && cp <= zeros[i] + 9)
			return (int)(cp - zeros[i]);
	return -1;
}

size_t
pytext_leading(const char *s, size_t len, size_t *chars)
{
	size_t at = 0, n = 0;

	while (at < len) {
		uint32_t cp;
		int bytes = utf8_decode(s + at, len - at, &cp);

		if (bytes < 0 || !is_space(cp))
			break;
		at += (size_t)bytes;
		n++;
	}
	if (chars != NULL)
		*chars = n;
	return at;
}

/* Where the character begins that ends right before at; at > 0. */
static size_t
step_back(const char *s, size_t at)
{
	size_t start = at - 1;

	while (start > 0 && at - start < 4 && ((unsigned char)s[start] & 0xc0) == 0x80)
		start--;
	return start;
}

bool
pytext_space_before(const char *s, size_t at)
{
	size_t start = step_back(s, at);
	uint32_t cp;

	return utf8_decode(s + start, at - start, &cp) == (int)(at - start) && is_space(cp);
}

size_t
pytext_rtrim(const char *s, size_t len)
{
	while (len > 0 && pytext_space_before(s, len))
		len = step_back(s, len);
	return len;
}

void
pytext_trim(const char **s, size_t *len)
{
	size_t lead = pytext_leading(*s, *len, NULL);

	*s += lead;
	*len = pytext_rtrim(*s, *len - lead);
}

char *
pytext_trimmed(const char *s)
{
	size_t len = strlen(s);

	pytext_trim(&s, &len);
	return xstrndup(s, len);
}

char *
pytext_lower(const char *s)
{
	char *copy = xstrdup(s);

	for (char *p = copy; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p += 'a' - 'A';
	return copy;
}

char *
pytext_upper(const char *s)
{
	char *copy = xstrdup(s);

	for (char *p = copy; *p != '\0'; p++)
		if (*p >= 'a' && *p <= 'z')
			*p -= 'a' - 'A';
	return copy;
}
