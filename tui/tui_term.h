/*
 * The terminal: set up, painted, and left as it was, whatever happens. The only file that knows curses, and
 * curses is used for output alone: bytes from the terminal are read and decoded by us (tui_input), so that
 * neither an escape sequence in pieces nor a lone Esc ever holds up the loop.
 */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <stdbool.h>

#include "base/err.h"
#include "tui/tui_canvas.h"
#include "tui/tui_input.h"

struct tui_term {
	bool utf8;     /* characters beyond ASCII can be shown */
	bool graphics; /* and among them lines, arrows and the like */
	bool colours;
	bool pastes; /* marks pasted text */
	bool open;
	struct screen *screen; /* of curses */
};

/* False: not a terminal, or one that curses does not know. Adds the terminal's own keys to in. */
bool tui_term_open(struct tui_term *term, struct tui_input *in, struct err *err);
/* Gives the terminal back; may be called more than once. */
void tui_term_close(struct tui_term *term);
void tui_term_size(const struct tui_term *term, int *width, int *height);
/* After SIGWINCH: curses follows the new size. */
void tui_term_resized(const struct tui_term *term);
/* Shows the canvas; only what is another is sent. all: everything is sent. */
void tui_term_paint(const struct tui_term *term, const struct tui_canvas *c, bool all);
/* Gives the terminal back, stops this program, and takes the terminal again when it goes on. */
void tui_term_suspend(const struct tui_term *term);

#endif
