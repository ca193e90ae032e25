/* What TAB offers. Pure: the line and the daemon's process list in, candidates out. */
#ifndef CTL_CTL_COMPLETE_H
#define CTL_CTL_COMPLETE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/xmlrpc.h"

struct ctl_candidates {
	char **text; /* without the blank that follows a whole word; owned */
	size_t n;
};

/* Where the word that ends at `cursor` begins. Names are words: ":", "*", "-", "_" and "." belong to them. */
size_t ctl_complete_word(const char *line, size_t cursor);
/* Whether completing here needs the process list. */
bool ctl_complete_wants_info(const char *line, size_t cursor);
/* Candidates for the word that ends at cursor, in the table's or the daemon's order. info is what
   getAllProcessInfo answered, or NULL. */
void ctl_complete(const char *line, size_t cursor, const struct xmlrpc_value *info,
		  struct ctl_candidates *out);
void ctl_candidates_release(struct ctl_candidates *c);
/* How many bytes all candidates have in common at their beginning. */
size_t ctl_candidates_common(const struct ctl_candidates *c);

#endif
