/* tui_wrap.c: see tui_wrap.h. */
#include "autoconf.h"

#include "tui/tui_wrap.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_sanitize.h"

#define LEAST 8       /* columns of text beside an indent, however narrow it is */
#define FIELD_WIDE 18 /* where values begin */
#define FIELD_NARROW 13

/* How many bytes of the text fit into so many columns, and at which byte the next line begins. The text is harmless. */
static size_t
measure(const char *text, size_t len, int columns, size_t *next)
{
	struct tui_sanitizer z;
	struct tui_glyph g;
	size_t at = 0, blank = 0;
	int used = 0;

	tui_sanitize_begin(&z, text, len, false);
	while (tui_sanitize_next(&z, &g)) {
		if (used + g.width > columns && at > 0) {
			*next = blank > 0 ? blank + 1 : at;
			return blank > 0 ? blank : at;
		}
		if (g.ch == ' ' && at > 0)
			blank = at;
		used += g.width;
		at = z.pos;
	}
	return *next = len;
}

void
tui_wrap(struct tui_text *t, enum tui_look look, int width, const char *first, const char *text)
{
	struct buf all = BUF_INIT(4 * TUI_WRAP_MAX + 16);
	size_t len = strlen(text);
	int indent = tui_text_columns(first), columns = width - indent;
	char *blanks = xasprintf("%*s", indent, "");
	const char *at;

	if (!tui_sanitize(&all, text, len < TUI_WRAP_MAX ? len : TUI_WRAP_MAX) || len > TUI_WRAP_MAX)
		buf_puts(&all, " ...");
	if (columns < LEAST)
		columns = LEAST;
	at = buf_str(&all);
	len = all.len;
	do {
		size_t next, n = measure(at, len, columns, &next);

		tui_text_addf(t, look, "%s%.*s", at == buf_str(&all) ? first : blanks, (int)n, at);
		at += next;
		len -= next;
	} while (len > 0);
	free(blanks);
	buf_release(&all);
}

void
tui_wrap_field(struct tui_text *t, enum tui_look look, int width, const char *name, const char *value)
{
	char *first;

	if (value[0] == '\0')
		return;
	first = width < 60 ? xasprintf(" %-*s", FIELD_NARROW - 1, name)
			   : xasprintf("   %-*s", FIELD_WIDE - 3, name);
	tui_wrap(t, look, width, first, value);
	free(first);
}

void
tui_wrap_fieldf(struct tui_text *t, enum tui_look look, int width, const char *name, const char *fmt, ...)
{
	va_list ap;
	char *value;

	va_start(ap, fmt);
	value = xvasprintf(fmt, ap);
	va_end(ap);
	tui_wrap_field(t, look, width, name, value);
	free(value);
}

void
tui_leave_out(char *text, int columns)
{
	size_t at = strlen(text);
	int depth = 0;

	if (at == 0 || text[at - 1] != ')' || tui_text_columns(text) <= columns)
		return;
	do {
		at--;
		depth += text[at] == ')' ? 1 : text[at] == '(' ? -1 : 0;
	} while (depth > 0 && at > 0);
	if (at > 0 && text[at - 1] == ' ')
		text[at - 1] = '\0';
}
