/*
 * Text of any origin as HTML, percent-encoding for links, and templates: HTML with named slots. Pure. Whatever a page
 * shows that is not its own goes through html_escape or html_escape_lines, both into text and into attributes in double
 * quotes.
 */
#ifndef CORE_HTML_H
#define CORE_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Each bad byte becomes U+FFFD, and so does what a browser would obey instead of showing (C1 controls, the controls of
   writing direction). Other control characters are shown by their pictures, U+2400 and following. False: out is full. */
bool html_escape(struct buf *out, const char *s, size_t len);
/* The same for the output of programs: tabs and line ends stay what they are, and the control sequences of terminals are left
   out. */
bool html_escape_lines(struct buf *out, const char *s, size_t len);

/* As Python's quote(): all but letters, digits and "_.-~/" is written as %XX. */
bool html_percent(struct buf *out, const char *s, size_t len);

/* Writes what stands in the slot. */
typedef void html_slot_fn(struct buf *out, void *arg);

/* A list of them ends with a row without a name. */
struct html_slot {
	const char *name;
	html_slot_fn *fn;
};

/* Appends len bytes of a template, in which each {{name}} is replaced by what its slot writes. A name that is not in the
   list is our own mistake. False: out is full. */
bool html_fill(struct buf *out, const char *template, size_t len, const struct html_slot *slots, void *arg);

#endif
