/* xmlrpc_controls.c: see xmlrpc_controls.h. */
#include "autoconf.h"

#include "core/xmlrpc_controls.h"

#include <string.h>

#define CONTROL_LEAD "\xef\xb7"
#define CONTROL_BASE 0x90
#define FORBIDDEN_LEAD "\xef\xbf"
#define FORBIDDEN_BASE 0xbe

static bool
is_control(char c)
{
	return (unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

/* How many bytes at s expat must not see (0: none), and the control character in whose place they travel. */
static size_t
forbidden(const char *s, size_t len, char *place)
{
	*place = s[0];
	if (is_control(s[0]))
		return 1;
	if (s[0] != FORBIDDEN_LEAD[0] || len < 3 || s[1] != FORBIDDEN_LEAD[1] ||
	    (unsigned char)s[2] < FORBIDDEN_BASE)
		return 0;
	*place = (char)('\t' + (unsigned char)s[2] - FORBIDDEN_BASE);
	return 3;
}

bool
xmlrpc_hide_controls(struct buf *out, const char *xml, size_t len)
{
	size_t i = 0, from = 0, n;
	char place;

	while (i < len) {
		n = forbidden(xml + i, len - i, &place);
		if (n == 0) {
			i++;
			continue;
		}
		buf_append(out, xml + from, i - from);
		buf_puts(out, CONTROL_LEAD);
		buf_putc(out, (char)(CONTROL_BASE + (unsigned char)place));
		i += n;
		from = i;
	}
	if (from != 0)
		buf_append(out, xml + from, len - from);
	return !out->failed;
}

void
xmlrpc_restore_controls(struct buf *text)
{
	char *to = text->data;
	const char *from = text->data, *end = text->data + text->len;
	int c;

	while (from < end) {
		if (end - from >= 3 && memcmp(from, CONTROL_LEAD, 2) == 0) {
			c = (unsigned char)from[2] - CONTROL_BASE;
			if (c == '\t' || c == '\n') {
				memcpy(to, FORBIDDEN_LEAD, 2);
				to[2] = (char)(FORBIDDEN_BASE + c - '\t');
				to += 3;
				from += 3;
				continue;
			}
			if (c >= 0 && c < 0x20) {
				*to++ = (char)c;
				from += 3;
				continue;
			}
		}
		*to++ = *from++;
	}
	buf_truncate(text, (size_t)(to - text->data));
}
