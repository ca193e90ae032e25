/* tui_log_search.c: finding text in the scrollback; see tui_log.h. */
#include "autoconf.h"

#include <string.h>

#include "tui/tui_log.h"

static unsigned char
fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool
has_upper(const char *s)
{
	for (; *s != '\0'; s++)
		if (*s >= 'A' && *s <= 'Z')
			return true;
	return false;
}

static bool
equal(const char *a, const char *b, size_t len, bool exact)
{
	if (exact)
		return memcmp(a, b, len) == 0;
	for (size_t i = 0; i < len; i++)
		if (fold(a[i]) != fold(b[i]))
			return false;
	return true;
}

bool
tui_match(const char *text, size_t len, const char *pattern)
{
	size_t n = strlen(pattern);
	bool exact = has_upper(pattern);

	for (size_t i = 0; i + n <= len; i++)
		if (equal(text + i, pattern, n, exact))
			return true;
	return false;
}
