/*
 * A screen in memory: a grid of cells on which views draw. Knows nothing of a terminal, so that a whole
 * screen is a string in a test; tui_term paints it. Text reaches a canvas only through tui_sanitize.
 */
#ifndef TUI_CANVAS_H
#define TUI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum tui_attr {
	TUI_BOLD = 1,
	TUI_DIM = 2,
	TUI_REVERSE = 4,
	TUI_UNDERLINE = 8,
};

/*
 * fg and bg: 0 is the terminal's own colour, 1..8 black to white, 9..16 the bright ones, 17..256 the colour cube and
 * the greys of a palette of 256 (one more than its number there). What the terminal does not have is replaced by the
 * nearest that it has.
 */
struct tui_style {
	uint16_t fg;
	uint16_t bg;
	uint8_t attr;
};

/* Names of the first colours. */
enum tui_colour {
	TUI_DEFAULT,
	TUI_BLACK,
	TUI_RED,
	TUI_GREEN,
	TUI_YELLOW,
	TUI_BLUE,
	TUI_MAGENTA,
	TUI_CYAN,
	TUI_WHITE,
	TUI_NCOLOURS = 257,
};
/* The colour that a palette of 256 has as number n. */
#define TUI_PALETTE(n) ((n) + 1)

struct tui_cell {
	uint32_t ch;   /* ' ' when empty; 0: the right half of the wide character before it */
	uint32_t mark; /* one combining character, or 0 */
	struct tui_style style;
};

struct tui_canvas {
	int width;
	int height;
	bool mono;  /* colours are left out, attributes stay */
	bool ascii; /* what is not ASCII becomes '?': the terminal cannot show it */
	struct tui_cell *cells;
	int cursor_x; /* where the terminal's cursor goes, -1: hidden */
	int cursor_y;
};

/* Any size from 1x1 on; less counts as 1. */
void tui_canvas_init(struct tui_canvas *c, int width, int height);
void tui_canvas_release(struct tui_canvas *c);
void tui_canvas_resize(struct tui_canvas *c, int width, int height);
void tui_canvas_clear(struct tui_canvas *c);
/* NULL outside the canvas. */
struct tui_cell *tui_canvas_at(const struct tui_canvas *c, int y, int x);

/* Puts one printable character of the given width (1 or 2; 0 combines with the cell before). What does not
   fit before column end is not drawn. Returns the column after it. */
int tui_canvas_put(struct tui_canvas *c, int y, int x, int end, uint32_t ch, int width,
		   struct tui_style style);
/* Draws text in at most width columns; a longer one ends in an ellipsis. Returns the columns used. */
int tui_canvas_text(struct tui_canvas *c, int y, int x, int width, struct tui_style style, const char *text);
/* The same, at the right end of the field. */
void tui_canvas_right(struct tui_canvas *c, int y, int x, int width, struct tui_style style,
		      const char *text);
void tui_canvas_fill(struct tui_canvas *c, int y, int x, int width, uint32_t ch, struct tui_style style);
/* Adds attributes to cells that are drawn already; plain takes their colours away. */
void tui_canvas_restyle(struct tui_canvas *c, int y, int x, int width, unsigned attr, bool plain);
/* Columns that the text would take. */
int tui_text_columns(const char *text);

/* The screen as lines of text without spaces at their ends. False: out is full. */
bool tui_canvas_dump(const struct tui_canvas *c, struct buf *out);

#endif
