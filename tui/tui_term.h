/*
 * The terminal: set up, painted, and left as it was, whatever happens. Only its files (tui_term*.c) know curses, and curses is
 * used for output alone: bytes from the terminal are read and decoded by us (tui_input), so that neither an escape
 * sequence in pieces nor a lone Esc ever holds up the loop, and what curses writes goes to a file in memory and from
 * there to tui_out, so that a terminal that takes nothing does not hold it up either.
 */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include <stdbool.h>
#include <stdint.h>
#include <termios.h>

#include <event2/event.h>

#include "base/err.h"
#include "tui/tui_canvas.h"
#include "tui/tui_input.h"
#include "tui/tui_out.h"

#define TUI_TITLE_MAX 160 /* bytes */

struct tui_term {
	bool utf8;     /* characters beyond ASCII can be shown */
	bool graphics; /* and among them lines, arrows and the like */
	int colours;   /* how many; 0: none, or $NO_COLOR */
	bool light;    /* the background is, as far as is known */
	bool pastes;   /* marks pasted text */
	bool titles;   /* has a title that can be put back */
	bool mice;     /* reports the mouse when asked */
	bool sync;     /* can be told where a frame ends, so that no half of one is seen */
	bool mouse;    /* reports it now */
	bool asked;    /* answers to questions may still come */
	bool open;
	bool away;                 /* given back for the time being (tui_term_leave) */
	char title[TUI_TITLE_MAX]; /* shown now; "": the one from before us */
	struct screen *screen;     /* of curses */
	void *paper;               /* the FILE that curses writes to; owned */
	struct termios saved;      /* modes as we found them */
	struct tui_out *out;       /* owned */
};

/* False: not a terminal, or one that curses does not know. Adds the terminal's own keys to in. ops are tui_out's, and
   are called from base's loop. A modern terminal is asked for its background and its abilities: answers come as
   TUI_KEY_REPLY, at any time or never, and go to tui_term_reply. */
bool tui_term_open(struct tui_term *term, struct event_base *base, struct tui_input *in,
		   const struct tui_out_ops *ops, void *arg, struct err *err);
/* Gives the terminal back; may be called more than once. Waits at most a second for one that takes nothing. */
void tui_term_close(struct tui_term *term);
void tui_term_size(const struct tui_term *term, int *width, int *height);
/* After SIGWINCH: curses follows the new size. */
void tui_term_resized(const struct tui_term *term);
/* Has the terminal taken all that it was given? Before, a frame is not worth painting. */
bool tui_term_is_ready(const struct tui_term *term);
/* Shows the canvas; only what is another is sent. all: everything is sent. False: there was no room, and the next has to
   be sent whole. */
bool tui_term_paint(struct tui_term *term, const struct tui_canvas *c, bool all);
/* Takes in what the terminal answered. True: term->light is another than before. */
bool tui_term_reply(struct tui_term *term, const struct tui_reply *reply);
/* The title is for people: printable characters are kept, the rest is shown as marks. "": the one from before us. */
void tui_term_set_title(struct tui_term *term, const char *title);
void tui_term_set_mouse(struct tui_term *term, bool on);
void tui_term_bell(struct tui_term *term);
/* Hands a text to the clipboard of the terminal's user. At most TUI_COPY_MAX bytes (tui_osc52.h); more is not sent. */
void tui_term_copy(struct tui_term *term, const char *text);

/* The terminal as it was before us, for another program or for plain text, until tui_term_enter takes it again; then
   all has to be painted. */
void tui_term_leave(struct tui_term *term);
void tui_term_enter(struct tui_term *term);
/* This program was stopped without being asked, and goes on: the terminal's modes may be the shell's. */
void tui_term_continued(struct tui_term *term);
/* Gives the terminal back, stops this program, and takes the terminal again when it goes on. */
void tui_term_suspend(struct tui_term *term);

#endif
