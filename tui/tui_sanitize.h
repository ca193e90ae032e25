/*
 * The one filter between text from outside and the screen. Names, descriptions, log lines and messages are
 * hostile: what comes out is printable characters of known width and, where asked for, colours. Everything
 * else of escape sequences, control characters, bidirectional controls and other invisible characters comes
 * out as a visible mark
 * ("^[", "<9B>", "<U+202E>"), bytes that are not UTF-8 as U+FFFD.
 */
#ifndef TUI_SANITIZE_H
#define TUI_SANITIZE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "tui/tui_canvas.h"

struct tui_glyph {
	uint32_t ch;
	int width; /* 0: combines with the one before it; 1; 2 */
	struct tui_style style;
	bool foreign; /* part of a mark that stands for something else */
};

struct tui_sanitizer {
	const char *s;
	size_t len;
	size_t pos;
	bool colours;
	bool base; /* the last glyph can carry a combining character */
	int column;
	struct tui_style style;
	char pending[12]; /* a mark, or the spaces of a tab */
	int npending;
	int next;
	bool pending_is_mark;
};

/* With colours, SGR sequences set the style of what follows; without, they are dropped. The text is borrowed.
 */
void tui_sanitize_begin(struct tui_sanitizer *z, const char *s, size_t len, bool colours);
/* False at the end. */
bool tui_sanitize_next(struct tui_sanitizer *z, struct tui_glyph *g);
/* The visible text as UTF-8. False: out is full. */
bool tui_sanitize(struct buf *out, const char *s, size_t len);

#endif
