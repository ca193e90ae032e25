/* tui_log_search.c: finding text in the scrollback; see tui_log.h. */
#include "autoconf.h"

#include <string.h>

#include "tui/tui_log.h"
#include "tui/tui_sanitize.h"

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

/* What is searched is what is seen: a line with colours is searched without them. */
static bool
line_matches(const char *text, size_t len, const char *pattern)
{
	struct buf plain;
	bool found;

	if (memchr(text, '\033', len) == NULL)
		return tui_match(text, len, pattern);
	buf_init(&plain, TUI_LOG_LINE_MAX * 8);
	tui_sanitize(&plain, text, len);
	found = tui_match(buf_str(&plain), plain.len, pattern);
	buf_release(&plain);
	return found;
}

bool
tui_log_search(const struct tui_log *log, uint64_t from, int step, const char *pattern, uint64_t *found)
{
	struct tui_log_line line;

	for (uint64_t at = from; tui_log_get(log, at, &line); at += (uint64_t)(int64_t)step) {
		if (line_matches(line.text, line.len, pattern)) {
			*found = at;
			return true;
		}
	}
	return false;
}
