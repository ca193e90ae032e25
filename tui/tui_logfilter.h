/*
 * Only some lines of the log are shown: those that have what was typed (or have it not), with lines around them if
 * wanted, and the notes between. It is a view over the lines' numbers; the lines that match are an index.
 */
#ifndef TUI_LOGFILTER_H
#define TUI_LOGFILTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/tui_logindex.h"
#include "tui/tui_pattern.h"

#define TUI_LOGFILTER_CONTEXT_MAX 99

struct tui_logpane;

struct tui_logfilter {
	struct tui_pattern pattern;
	struct tui_logindex lines;
	struct tui_logindex notes;
	unsigned context; /* lines shown above and below each that matches */
	char *before;     /* the text when the prompt was opened; owned; NULL: none is open */
};

void tui_logfilter_init(struct tui_logfilter *f);
void tui_logfilter_release(struct tui_logfilter *f);
bool tui_logfilter_is_on(const struct tui_logfilter *f);
/* "" shows all lines. False: it is not a pattern, and all is as it was; why is then a sentence that the caller frees. */
bool tui_logfilter_set(struct tui_logpane *p, const char *text, char **why);
/* What is in a line has to be looked at again. */
void tui_logfilter_restart(struct tui_logpane *p);
/* A slice of the work. True: there is more. */
bool tui_logfilter_work(struct tui_logpane *p);
/* All lines have been looked at. */
bool tui_logfilter_is_complete(const struct tui_logpane *p);
/* Does this line itself match, whether it has been looked at or not? */
bool tui_logfilter_takes(struct tui_logpane *p, const struct tui_log_line *line);

/* The lines that are seen: the nearest at or behind from, and the nearest before before. False: there is none. */
bool tui_logfilter_next(const struct tui_logpane *p, uint64_t from, uint64_t *serial);
bool tui_logfilter_prev(const struct tui_logpane *p, uint64_t before, uint64_t *serial);
/* A note was put before this line. */
void tui_logfilter_inserted(struct tui_logfilter *f, uint64_t serial);

#endif
