/* tui_osc52.c: see tui_osc52.h. */
#include "autoconf.h"

#include "tui/tui_osc52.h"

static bool
put_base64(struct buf *out, const unsigned char *s, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	bool ok = true;

	for (size_t i = 0; i < len && ok; i += 3) {
		unsigned bits = (unsigned)s[i] << 16;

		bits |= i + 1 < len ? (unsigned)s[i + 1] << 8 : 0;
		bits |= i + 2 < len ? s[i + 2] : 0;
		ok = buf_putc(out, digits[bits >> 18]) && buf_putc(out, digits[bits >> 12 & 63]) &&
		     buf_putc(out, i + 1 < len ? digits[bits >> 6 & 63] : '=') &&
		     buf_putc(out, i + 2 < len ? digits[bits & 63] : '=');
	}
	return ok;
}

bool
tui_osc52(struct buf *out, const char *text, size_t len)
{
	return len <= TUI_COPY_MAX && buf_puts(out, "\033]52;c;") &&
	       put_base64(out, (const unsigned char *)text, len) && buf_puts(out, "\a");
}
