/* Lines of text with a look each: what an overlay shows. Bounded; text from outside may be in it. */
#ifndef TUI_TEXT_H
#define TUI_TEXT_H

#include <stddef.h>

#include "tui/tui_theme.h"

#define TUI_TEXT_LINES 10000

struct tui_text_line {
	char *text; /* owned */
	enum tui_look look;
};

struct tui_text {
	struct tui_text_line *lines;
	size_t n;
	size_t cap;
};

void tui_text_release(struct tui_text *t);
/* At the limit the oldest tenth goes. */
void tui_text_add(struct tui_text *t, enum tui_look look, const char *text);
void tui_text_addf(struct tui_text *t, enum tui_look look, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
