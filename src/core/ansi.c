/* ansi.c: see ansi.h. */
#include "autoconf.h"

#include "core/ansi.h"

#include <string.h>

#define ESC '\033'

static bool
is_final(char c)
{
	return c != '\0' && strchr("HfABCDRsuJKhlpm", c) != NULL;
}

/* The text up to the next ESC, or all of it; returns its length. */
static size_t
text_length(const char *in, size_t len)
{
	const char *esc = memchr(in, ESC, len);

	return esc != NULL ? (size_t)(esc - in) : len;
}

size_t
ansi_strip(struct ansi *a, const char *in, size_t len, char *out)
{
	size_t i = 0, n = 0, text;

	while (i < len) {
		switch (a->where) {
		case ANSI_TEXT:
			text = text_length(in + i, len - i);
			memmove(out + n, in + i, text);
			n += text;
			i += text;
			if (i < len) {
				a->where = ANSI_ESCAPE;
				i++;
			}
			break;
		case ANSI_ESCAPE:
			if (in[i] == '[') {
				a->where = ANSI_SEQUENCE;
				i++;
				break;
			}
			/* Not a sequence: the ESC is text, and what follows may be another ESC. */
			out[n++] = ESC;
			a->where = ANSI_TEXT;
			break;
		case ANSI_SEQUENCE:
			if (is_final(in[i++]))
				a->where = ANSI_TEXT;
			break;
		}
	}
	return n;
}

bool
ansi_holds(const struct ansi *a)
{
	return a->where == ANSI_ESCAPE;
}

bool
ansi_end(struct ansi *a)
{
	bool held = ansi_holds(a);

	a->where = ANSI_TEXT;
	return held;
}
