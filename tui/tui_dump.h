/*
 * Lines of the log as text: for the clipboard, a pager, a file, and plainly on the terminal. What goes to people is made
 * harmless as on the screen; what goes to a file is as it came.
 */
#ifndef TUI_DUMP_H
#define TUI_DUMP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct tui_logpane;
struct tui_model;

enum tui_dump_form {
	DUMP_TEXT,  /* harmless, the text alone */
	DUMP_SHOWN, /* harmless, with colours and what stands in front */
	DUMP_NAMED, /* the same without colours */
	DUMP_RAW,   /* as it came; where several programs are shown, with their names; no notes */
};

/* Which lines, and how far one has come. */
struct tui_dump {
	enum tui_dump_form form;
	bool marked; /* only those that are marked */
	uint64_t at;
	uint64_t end;
};

/* More than any one line becomes. */
#define TUI_DUMP_LINE_MAX (4U * 1024 * 1024)

/* All lines that pass the filter, which may have more to look at (tui_logfilter_is_complete); those in sight; those that
   were picked out: the selection, else what is marked, else the current line. False: there is none. */
bool tui_dump_all(const struct tui_logpane *p, enum tui_dump_form form, struct tui_dump *d);
bool tui_dump_sight(const struct tui_logpane *p, enum tui_dump_form form, struct tui_dump *d);
bool tui_dump_picked(const struct tui_logpane *p, enum tui_dump_form form, struct tui_dump *d);
/* How many lines that are. */
size_t tui_dump_count(const struct tui_logpane *p, const struct tui_dump *d);
/* Appends the next line with its newline. False: there is none any more, or out is full (failed). */
bool tui_dump_next(const struct tui_model *m, struct tui_dump *d, struct buf *out);

#endif
