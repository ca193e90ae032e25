/*
 * What one searches or filters by, in rows and in logs alike: text as it stands; after a ~ a POSIX extended regular
 * expression; a ! in front of either turns it round; a backslash in front takes those two as they are. Upper and lower
 * case are the same unless there is upper case in it.
 */
#ifndef TUI_PATTERN_H
#define TUI_PATTERN_H

#include <stdbool.h>
#include <stddef.h>

struct tui_expression;

struct tui_pattern {
	char *text;         /* as it was typed; "" none; owned */
	const char *needle; /* without what is in front; in text */
	size_t len;         /* of the needle */
	bool invert;
	bool exact; /* case counts */
	bool regex;
	struct tui_expression *expression; /* compiled, when regex; owned */
	unsigned char skip[256];           /* plain text: how far one may go on after this character */
};

void tui_pattern_init(struct tui_pattern *p);
void tui_pattern_release(struct tui_pattern *p);
/* Another text. False: it is not a regular expression; why (may be NULL) is then a sentence that the caller frees, and
   the pattern stays as it was. */
bool tui_pattern_set(struct tui_pattern *p, const char *text, char **why);
/* It asks for something. */
bool tui_pattern_is_on(const struct tui_pattern *p);
/* Does the text have it, or not have it when turned round? All texts match a pattern that asks for nothing. */
bool tui_pattern_matches(const struct tui_pattern *p, const char *text, size_t len);
/* What it costs to look at a byte, in those of plain text. Some expressions take much longer than others; of a long line they
   look at the first 16 KiB only. */
unsigned tui_pattern_weight(const struct tui_pattern *p);
/* The first place at or behind from, not empty, whichever way round. False: none. */
bool tui_pattern_find(const struct tui_pattern *p, const char *text, size_t len, size_t from, size_t *start,
		      size_t *end);

#endif
