/* ctl_undo.c: see ctl_undo.h. */
#include "autoconf.h"

#include "ctl/ctl_undo.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

void
ctl_undo_clear(struct ctl_undo *u)
{
	for (size_t i = 0; i < u->n; i++)
		free(u->states[i].text);
	*u = (struct ctl_undo){0};
}

static void
set_text(struct ctl_undo_state *s, const wchar_t *text, size_t len)
{
	s->text = xreallocarray(s->text, len + 1, sizeof(*text));
	wmemcpy(s->text, text, len);
	s->text[len] = L'\0';
	s->len = len;
}

/* Whether text is what s was, and one character typed at its cursor. */
static bool
is_typed(const struct ctl_undo_state *s, const wchar_t *text, size_t len, size_t cursor)
{
	return len == s->len + 1 && cursor == s->cursor + 1 && wmemcmp(text, s->text, s->cursor) == 0 &&
	       wmemcmp(text + cursor, s->text + s->cursor, s->len - s->cursor) == 0;
}

static struct ctl_undo_state *
push(struct ctl_undo *u)
{
	if (u->n == CTL_UNDO_STATES) {
		free(u->states[0].text);
		memmove(u->states, u->states + 1, (CTL_UNDO_STATES - 1) * sizeof(u->states[0]));
		u->n--;
	}
	u->states[u->n] = (struct ctl_undo_state){0};
	return &u->states[u->n++];
}

void
ctl_undo_note(struct ctl_undo *u, const wchar_t *text, size_t len, size_t cursor)
{
	struct ctl_undo_state *s = u->n > 0 ? &u->states[u->n - 1] : NULL;
	bool typed;

	if (len > CTL_UNDO_LINE) {
		ctl_undo_clear(u);
		return;
	}
	if (s != NULL && len == s->len && wmemcmp(text, s->text, len) == 0) {
		s->cursor = cursor;
		u->apart = false;
		u->mark = 0;
		return;
	}
	typed = s != NULL && !u->apart && is_typed(s, text, len, cursor);
	if (!typed || s->typed == 0 || s->typed == CTL_UNDO_TYPED || s->cursor != s->end)
		s = push(u);
	set_text(s, text, len);
	s->typed = typed ? s->typed + 1 : 0;
	s->cursor = s->end = cursor;
	s->mark = u->mark;
	u->apart = false;
	u->mark = 0;
}

void
ctl_undo_apart(struct ctl_undo *u, size_t mark)
{
	u->apart = true;
	u->mark = mark;
}

size_t
ctl_undo_mark(const struct ctl_undo *u)
{
	const struct ctl_undo_state *s = u->n > 0 ? &u->states[u->n - 1] : NULL;

	return s != NULL && s->cursor == s->end ? s->mark : 0;
}

const struct ctl_undo_state *
ctl_undo_back(struct ctl_undo *u)
{
	struct ctl_undo_state *s;
	size_t after;

	if (u->n < 2)
		return NULL;
	u->n--;
	/* A change ends at the cursor, and what stands behind it is as it was. So comes back what was deleted with the
	   cursor behind it, as in readline. */
	after = u->states[u->n].len - u->states[u->n].end;
	free(u->states[u->n].text);
	s = &u->states[u->n - 1];
	s->cursor = s->end = s->len - (after < s->len ? after : s->len);
	/* What is typed from here on is a step of its own. */
	s->typed = 0;
	s->mark = 0;
	return s;
}
