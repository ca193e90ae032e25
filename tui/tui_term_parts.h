/*
 * What the files of the terminal share: tui_term (taken and given back), tui_term_ask (what it is and can), tui_term_paint
 * (a canvas becomes bytes). They are the only ones that know curses; nobody else includes this.
 */
#ifndef TUI_TERM_PARTS_H
#define TUI_TERM_PARTS_H

#include "tui/tui_term.h"

/* Sequences that are the same in all terminals that have the thing. */
#define PASTE_ON "\033[?2004h"
#define PASTE_OFF "\033[?2004l"
#define MOUSE_ON "\033[?1000h\033[?1006h" /* buttons and the wheel, no motion, coordinates without limit */
#define MOUSE_OFF "\033[?1006l\033[?1000l"
#define SYNC_BEGIN "\033[?2026h"
#define SYNC_END "\033[?2026l"
#define TITLE_SAVE "\033[22;2t"
#define TITLE_RESTORE "\033[23;2t"

/* tui_term_ask */

/* Of terminfo, by its short name; NULL or (char *)-1: has none. */
char *tui_term_capability(const char *name);
/* What can be known without asking: from the name, terminfo and the environment. */
void tui_term_look(struct tui_term *term, const char *name);
/* Adds the terminal's own keys. */
void tui_term_add_keys(struct tui_input *in);
/* Asks a modern one for its background and its abilities (tui_term_reply). */
void tui_term_ask(struct tui_term *term);
/* Before it is given back: answers that are still on their way would be read by the shell. */
void tui_term_wait_for_answers(struct tui_term *term);

/* tui_term_paint */

void tui_term_start_colours(void);
/* Hands over what curses has written, marked as one frame where that helps. */
bool tui_term_send_frame(struct tui_term *term);

/* tui_term_say */

void tui_term_send(struct tui_term *term, const char *sequence);

#endif
