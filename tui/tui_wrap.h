/* Text in lines of a width: what is longer goes on in further lines instead of being cut. */
#ifndef TUI_WRAP_H
#define TUI_WRAP_H

#include "tui/tui_text.h"

#define TUI_WRAP_MAX 65536 /* bytes of one text that are shown; an ellipsis says that there is more */

/* Adds text, made harmless, in lines of at most width columns: the first begins with `first`, the others with as many
   blanks. Breaks at blanks where there are some. */
void tui_wrap(struct tui_text *t, enum tui_look look, int width, const char *first, const char *text);
/* "   name           value"; nothing for an empty value. */
void tui_wrap_field(struct tui_text *t, enum tui_look look, int width, const char *name, const char *value);
void tui_wrap_fieldf(struct tui_text *t, enum tui_look look, int width, const char *name, const char *fmt,
		     ...) __attribute__((format(printf, 5, 6)));
/* In one line of so many columns: "by anna (supervisorctl, pid 4711)", where a bracket at the end that does not fit is left
   out whole. */
void tui_leave_out(char *text, int columns);

#endif
