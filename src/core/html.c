/*
 * html.c: see html.h.
 */
#include "autoconf.h"

#include "core/html.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

#define REPLACEMENT 0xfffd
#define PICTURES 0x2400 /* of the characters below 0x20, in their order */
#define PICTURE_OF_DEL 0x2421

/* NULL: the character stands for itself. */
static const char *
entity_of(uint32_t cp)
{
	switch (cp) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* What is shown in the place of cp. */
static uint32_t
visible(uint32_t cp)
{
	static const struct {
		uint32_t first, last;
	} obeyed[] = {
	    {0x80, 0x9f},
	    {0x200e, 0x200f},
	    {0x2028, 0x202e},
	    {0x2066, 0x2069},
	};

	if (cp < 0x20)
		return PICTURES + cp;
	if (cp == 0x7f)
		return PICTURE_OF_DEL;
	for (size_t i = 0; i < sizeof obeyed / sizeof obeyed[0]; i++)
		if (cp >= obeyed[i].first && cp <= obeyed[i].last)
			return REPLACEMENT;
	return cp;
}

static bool
is_layout(uint32_t cp)
{
	return cp == '\t' || cp == '\n';
}

static bool
append_character(struct buf *out, uint32_t cp)
{
	char bytes[4];

	return buf_append(out, bytes, utf8_encode(cp, bytes));
}

/* Bytes of a terminal's control sequence (colour, mostly) that s begins with; 0: none, or one that is cut. */
static size_t
sequence_length(const char *s, size_t len)
{
	size_t i = 2;

	if (len < 3 || s[0] != '\033' || s[1] != '[')
		return 0;
	while (i < len && s[i] >= 0x20 && s[i] <= 0x3f)
		i++;
	return i < len && s[i] >= 0x40 && s[i] <= 0x7e ? i + 1 : 0;
}

static bool
escape(struct buf *out, const char *s, size_t len, bool lines)
{
	const char *end = s + len, *entity;
	uint32_t cp;

	while (s < end) {
		size_t skipped = lines ? sequence_length(s, (size_t)(end - s)) : 0;

		if (skipped > 0) {
			s += skipped;
			continue;
		}
		int n = utf8_decode(s, (size_t)(end - s), &cp);

		/* A bad byte is replaced by itself, as everywhere; so is each of a character that was cut. */
		if (n <= 0)
			cp = REPLACEMENT;
		else if (!lines || !is_layout(cp))
			cp = visible(cp);
		s += n > 0 ? n : 1;
		entity = entity_of(cp);
		if (entity != NULL ? !buf_puts(out, entity) : !append_character(out, cp))
			return false;
	}
	return true;
}

bool
html_escape(struct buf *out, const char *s, size_t len)
{
	return escape(out, s, len, false);
}

bool
html_escape_lines(struct buf *out, const char *s, size_t len)
{
	return escape(out, s, len, true);
}

bool
html_percent(struct buf *out, const char *s, size_t len)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~/";

	for (size_t i = 0; i < len; i++) {
		bool ok = s[i] != '\0' && strchr(plain, s[i]) != NULL
			      ? buf_putc(out, s[i])
			      : buf_printf(out, "%%%02X", (unsigned)(unsigned char)s[i]);

		if (!ok)
			return false;
	}
	return true;
}

static const struct html_slot *
find_slot(const struct html_slot *slots, const char *name, size_t len)
{
	for (; slots->name != NULL; slots++)
		if (strlen(slots->name) == len && memcmp(slots->name, name, len) == 0)
			return slots;
	return NULL;
}

bool
html_fill(struct buf *out, const char *template, size_t len, const struct html_slot *slots, void *arg)
{
	const char *end = template + len, *open, *close;
	const struct html_slot *slot;

	while ((open = memmem(template, (size_t)(end - template), "{{", 2)) != NULL) {
		close = memmem(open, (size_t)(end - open), "}}", 2);
		assert(close != NULL);
		buf_append(out, template, (size_t)(open - template));
		slot = find_slot(slots, open + 2, (size_t)(close - open - 2));
		assert(slot != NULL);
		slot->fn(out, arg);
		template = close + 2;
	}
	buf_append(out, template, (size_t)(end - template));
	return !out->failed;
}
