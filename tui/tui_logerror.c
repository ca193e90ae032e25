/*
 * tui_logerror.c: see tui_logerror.h.
 *
 * Words are looked for as words: "error" is in "an error:", "ERROR" and "error=5", but not in "terror" or "errors=0". A word
 * that is followed by a zero counts nothing that is wrong ("failed=0", "0 failed" and "no errors" are good news).
 */
#include "autoconf.h"

#include "tui/tui_logerror.h"

#include <stdint.h>
#include <string.h>

enum rule {
	WORD,   /* upper or lower case alike; not part of a longer word */
	ENDING, /* the end of a word: ConnectionRefusedError */
	EXACT,  /* as it stands, case too */
};

static const struct {
	enum rule rule;
	const char *text;
} table[] = {
    {WORD, "error"},
    {WORD, "err"},
    {WORD, "fatal"},
    {WORD, "panic"},
    {WORD, "exception"},
    {WORD, "traceback"},
    {WORD, "critical"},
    {WORD, "crit"},
    {WORD, "emerg"},
    {WORD, "alert"},
    {WORD, "severe"},
    {WORD, "failed"},
    {WORD, "failure"},
    {WORD, "segfault"},
    {WORD, "segmentation fault"},
    {WORD, "assertion failed"},
    {WORD, "out of memory"},
    {WORD, "oom-killer"},
    {WORD, "core dumped"},
    {WORD, "permission denied"},
    {WORD, "connection refused"},
    {WORD, "unhandled"},
    {WORD, "uncaught"},
    {WORD, "stack trace"},
    {ENDING, "Error"},
    {ENDING, "Exception"},
    {EXACT, " E "}, /* Android and others */
    {EXACT, "[E]"},
    {EXACT, " E/"},
};
#define NTABLE (sizeof(table) / sizeof(table[0]))

static unsigned char
fold(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static bool
is_word(const char *text, size_t len, size_t at)
{
	unsigned char c;

	if (at >= len)
		return false;
	c = fold(text[at]);
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c >= 0x80;
}

/* Entries of the table by the first character of their text, as chains. */
static uint8_t first_by[256];
static uint8_t next_by[NTABLE];

static void
make_chains(void)
{
	static bool made;

	if (made)
		return;
	made = true;
	for (size_t i = NTABLE; i-- > 0;) {
		unsigned char c = fold(table[i].text[0]);

		next_by[i] = first_by[c];
		first_by[c] = (uint8_t)(i + 1);
		if (c >= 'a' && c <= 'z')
			first_by[c - 'a' + 'A'] = first_by[c];
	}
}

static bool
is_there(const char *text, size_t len, size_t at, const char *what, size_t n, bool exact)
{
	if (at + n > len)
		return false;
	for (size_t i = 0; i < n; i++)
		if (exact ? text[at + i] != what[i] : fold(text[at + i]) != (unsigned char)what[i])
			return false;
	return true;
}

/* "failed=0", "failed: 0", "0 failed", "no error". */
static bool
is_none(const char *text, size_t len, size_t start, size_t end)
{
	size_t at = end;

	while (at < len && (text[at] == '"' || text[at] == '=' || text[at] == ':' || text[at] == ' '))
		at++;
	if (at > end && at < len && text[at] == '0' && !is_word(text, len, at + 1))
		return true;
	return (start >= 2 && text[start - 1] == ' ' && text[start - 2] == '0' &&
		(start == 2 || !is_word(text, len, start - 3))) ||
	       (start >= 3 && is_there(text, len, start - 3, "no ", 3, false) &&
		(start == 3 || !is_word(text, len, start - 4)));
}

static bool
is_at(const char *text, size_t len, size_t at, size_t entry)
{
	const char *what = table[entry].text;
	size_t n = strlen(what);

	switch (table[entry].rule) {
	case WORD:
		return is_there(text, len, at, what, n, false) && (at == 0 || !is_word(text, len, at - 1)) &&
		       !is_word(text, len, at + n) && !is_none(text, len, at, at + n);
	case ENDING:
		return is_there(text, len, at, what, n, true) && !is_word(text, len, at + n);
	case EXACT:
		return is_there(text, len, at, what, n, true);
	}
	return false;
}

bool
tui_logerror_is(const char *text, size_t len)
{
	make_chains();
	for (size_t at = 0; at < len; at++)
		for (size_t entry = first_by[(unsigned char)text[at]]; entry != 0; entry = next_by[entry - 1])
			if (is_at(text, len, at, entry - 1))
				return true;
	return false;
}
