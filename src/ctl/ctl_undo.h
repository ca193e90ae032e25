/*
 * What the line at the prompt was before each change, for undo: the last of its states, bounded in number and length.
 * The shell tells what the line is before each key (ctl_undo_note); what has changed since is one step, and characters
 * that are typed one after the other are one step together, as in readline. Knows nothing of libedit.
 */
#ifndef CTL_CTL_UNDO_H
#define CTL_CTL_UNDO_H

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

#define CTL_UNDO_STATES 100       /* of one line; the oldest go */
#define CTL_UNDO_LINE (16 * 1024) /* characters; what was before a longer line is forgotten */
#define CTL_UNDO_TYPED 20         /* characters in one step */

struct ctl_undo_state {
	wchar_t *text; /* owned */
	size_t len;
	size_t cursor; /* where it was last */
	size_t end;    /* where it was when the text had become this */
	size_t typed;  /* characters that this step has typed; 0: it is another change */
	size_t mark;   /* of ctl_undo_apart */
};

struct ctl_undo {
	struct ctl_undo_state states[CTL_UNDO_STATES]; /* the last one is the line as it is */
	size_t n;
	bool apart;
	size_t mark;
};

/* For a new line, and at the end. */
void ctl_undo_clear(struct ctl_undo *u);
void ctl_undo_note(struct ctl_undo *u, const wchar_t *text, size_t len, size_t cursor);
/* The change that is being made is a step of its own, however small. mark is kept with what the line becomes. */
void ctl_undo_apart(struct ctl_undo *u, size_t mark);
/* The mark of the line as it was noted last; 0: none, or the cursor has moved. */
size_t ctl_undo_mark(const struct ctl_undo *u);
/* Goes one step back: what the line is to be, until the next note; NULL: there is nothing to undo. */
const struct ctl_undo_state *ctl_undo_back(struct ctl_undo *u);

#endif
