/*
 * What a filter of the table says: words, all of which have to hold.
 *
 *	text          in the name ("group:name") or the state; case counts when there is an upper case letter
 *	/RE ~RE       an extended regular expression in the name, with the same rule for case
 *	state:WORD    the state begins with it; state:ill is what is not well
 *	group:WORD    in the group's name
 *	host:WORD     in the name of the daemon's host, or in its URL
 *	!WORD         the opposite of any of these
 */
#ifndef TUI_FILTER_H
#define TUI_FILTER_H

#include <stdbool.h>

struct tui_filter;
struct tui_proc;

/* NULL: it makes no sense, and *why says so, which the caller frees. */
struct tui_filter *tui_filter_new(const char *text, char **why);
void tui_filter_free(struct tui_filter *f);
/* NULL is a filter without words: all match. */
bool tui_filter_matches(const struct tui_filter *f, const struct tui_proc *p);

#endif
