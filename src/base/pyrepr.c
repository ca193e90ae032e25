/* pyrepr.c: see pyrepr.h. */
#include "autoconf.h"

#include "base/pyrepr.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "base/xmalloc.h"

static char
quote_for(const char *s, size_t len)
{
	return memchr(s, '\'', len) != NULL && memchr(s, '"', len) == NULL ? '"' : '\'';
}

/* What Python does not print as it is: separators, format and unassigned characters. The width table of the C
   library answers it near enough: no columns and no combining mark, or a separator other than the blank. */
static bool
is_printable(uint32_t cp)
{
	if (cp < 0x20 || (cp >= 0x7f && cp <= 0xa0) || cp == 0xad)
		return false;
	if ((cp >= 0x2000 && cp <= 0x200f) || (cp >= 0x2028 && cp <= 0x202f) ||
	    (cp >= 0x205f && cp <= 0x206f))
		return false;
	if (cp == 0x1680 || cp == 0x3000 || cp == 0xfeff || (cp >= 0xd800 && cp <= 0xf8ff))
		return false;
	return cp < 0xe0000;
}

/* By hand: megabytes of bytes that are no text become this, while everything else waits. */
static bool
append_hex(struct buf *out, unsigned char c)
{
	static const char digits[] = "0123456789abcdef";
	const char escape[4] = {'\\', 'x', digits[c >> 4], digits[c & 15]};

	return buf_append(out, escape, sizeof(escape));
}

static bool
append_char(struct buf *out, uint32_t cp, const char *bytes, size_t len, char quote)
{
	if (cp == '\\' || cp == (uint32_t)quote)
		return buf_putc(out, '\\') && buf_putc(out, (char)cp);
	if (cp == '\n')
		return buf_puts(out, "\\n");
	if (cp == '\r')
		return buf_puts(out, "\\r");
	if (cp == '\t')
		return buf_puts(out, "\\t");
	if (is_printable(cp))
		return buf_append(out, bytes, len);
	if (cp <= 0xff)
		return append_hex(out, (unsigned char)cp);
	if (cp <= 0xffff)
		return buf_printf(out, "\\u%04x", (unsigned)cp);
	return buf_printf(out, "\\U%08x", (unsigned)cp);
}

bool
pyrepr_append(struct buf *out, const char *s, size_t len)
{
	char quote = quote_for(s, len);
	bool ok = buf_putc(out, quote);
	uint32_t cp;

	for (size_t i = 0; i < len && ok;) {
		int n = utf8_decode(s + i, len - i, &cp);

		if (n < 0) {
			ok = append_hex(out, (unsigned char)s[i++]);
			continue;
		}
		ok = append_char(out, cp, s + i, (size_t)n, quote);
		i += (size_t)n;
	}
	return ok && buf_putc(out, quote);
}

char *
pyrepr(const char *s)
{
	/* Each byte becomes at most ten, so this cannot be full. */
	struct buf out = BUF_INIT(SIZE_MAX / 2);

	pyrepr_append(&out, s, strlen(s));
	return buf_steal(&out);
}

bool
pyrepr_bytes(struct buf *out, const char *s, size_t len)
{
	char quote = quote_for(s, len);
	bool ok = buf_putc(out, 'b') && buf_putc(out, quote);

	for (size_t i = 0; i < len && ok; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= 0x20 && c < 0x7f)
			ok = append_char(out, c, s + i, 1, quote);
		else if (c == '\n' || c == '\r' || c == '\t')
			ok = append_char(out, c, s + i, 1, quote);
		else
			ok = append_hex(out, c);
	}
	return ok && buf_putc(out, quote);
}
