/* tui_text.c: see tui_text.h. */
#include "autoconf.h"

#include "tui/tui_text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

void
tui_text_release(struct tui_text *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->lines[i].text);
	free(t->lines);
	*t = (struct tui_text){0};
}

static void
add_owned(struct tui_text *t, enum tui_look look, char *text)
{
	size_t drop = TUI_TEXT_LINES / 10;

	if (t->n == TUI_TEXT_LINES) {
		for (size_t i = 0; i < drop; i++)
			free(t->lines[i].text);
		t->n -= drop;
		memmove(t->lines, t->lines + drop, t->n * sizeof(*t->lines));
	}
	if (t->n == t->cap) {
		t->cap = t->cap == 0 ? 64 : t->cap * 2;
		t->lines = xreallocarray(t->lines, t->cap, sizeof(*t->lines));
	}
	t->lines[t->n++] = (struct tui_text_line){.text = text, .look = look};
}

void
tui_text_add(struct tui_text *t, enum tui_look look, const char *text)
{
	add_owned(t, look, xstrdup(text));
}

void
tui_text_addf(struct tui_text *t, enum tui_look look, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_owned(t, look, xvasprintf(fmt, ap));
	va_end(ap);
}
