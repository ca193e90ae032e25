/*
 * The screen without a screen, for TERM=dumb, screen readers and pipes: the table once, then each change as a sentence on a
 * line of its own. What is typed is a command, or the answer to what was asked. Pure: lines go into a buffer, and come in
 * one by one.
 */
#ifndef TUI_PLAIN_H
#define TUI_PLAIN_H

#include <stdbool.h>

#include "base/buf.h"
#include "tui/tui_model.h"

#define TUI_PLAIN_MAX (16U << 20) /* bytes of one turn; what does not fit is said in the next */

struct map;

struct tui_plain {
	bool ascii;       /* nothing but ASCII can be shown */
	bool begun;       /* the table was printed */
	struct map *seen; /* by host and process: what was said of it last; owned */
	unsigned round;
	enum tui_link *links; /* by number of host; owned */
	size_t nlinks;
	char *message;  /* said last; owned */
	char *question; /* asked last; owned; NULL: nothing is open */
	char *title;    /* of the window whose lines were printed; owned; NULL: none */
	size_t lines;   /* of it that were printed */
	char *first; /* of them; owned; NULL: none. Another one: an answer has come, and all is said anew */
};

void tui_plain_init(struct tui_plain *p, bool ascii);
void tui_plain_release(struct tui_plain *p);
/* What is new since the last call; the first time, the whole table. */
void tui_plain_take(struct tui_plain *p, struct tui_model *m, struct buf *out);
/* One line of input, without its end. */
void tui_plain_line(struct tui_plain *p, struct tui_model *m, const char *line);

#endif
