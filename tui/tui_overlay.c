/* tui_overlay.c: see tui_overlay.h. */
#include "autoconf.h"

#include "tui/tui_overlay.h"

#include <string.h>

#include "tui/tui_model.h"
#include "tui/tui_pattern.h"

static void
clear(struct tui_overlay *o)
{
	tui_text_release(&o->text);
	tui_set(&o->title, NULL);
	tui_set(&o->subject, NULL);
	tui_set(&o->pattern, NULL);
	*o = (struct tui_overlay){.page = o->page, .width = o->width};
}

void
tui_overlay_close(struct tui_model *m, bool by_user)
{
	struct tui_overlay *o = &m->overlay;
	const struct tui_overlay_type *type = o->type;

	o->type = NULL;
	if (type != NULL && type->closed != NULL)
		type->closed(m, by_user);
	clear(o);
	/* The help tells the keys of what lies below it. */
	m->help.stale = m->help.type != NULL;
	if (by_user)
		clear(&m->help);
}

struct tui_overlay *
tui_overlay_front(struct tui_model *m)
{
	return m->help.type != NULL ? &m->help : m->overlay.type != NULL ? &m->overlay : NULL;
}

const struct tui_overlay *
tui_overlay_shown(const struct tui_model *m)
{
	return m->help.type != NULL ? &m->help : m->overlay.type != NULL ? &m->overlay : NULL;
}

void
tui_overlay_back(struct tui_model *m)
{
	if (m->help.type != NULL)
		clear(&m->help);
	else
		tui_overlay_close(m, true);
}

void
tui_overlay_open(struct tui_model *m, const struct tui_overlay_type *type, const char *title)
{
	tui_overlay_close(m, false);
	clear(&m->help);
	m->overlay.type = type;
	m->overlay.stale = type->fill != NULL;
	tui_set(&m->overlay.title, title);
}

void
tui_overlay_open_for(struct tui_model *m, const struct tui_overlay_type *type, const char *title,
		     const struct tui_proc *p)
{
	tui_overlay_open(m, type, title);
	m->overlay.host = p->group->host;
	tui_set(&m->overlay.subject, p->key);
}

bool
tui_overlay_is(const struct tui_model *m, const struct tui_overlay_type *type)
{
	return m->overlay.type == type;
}

bool
tui_overlay_is_about(const struct tui_model *m, const struct tui_proc *p)
{
	const struct tui_overlay *o = &m->overlay;

	return o->type != NULL && o->subject != NULL && o->host == p->group->host &&
	       strcmp(o->subject, p->key) == 0;
}

static size_t
last_top(const struct tui_overlay *o)
{
	return o->text.n > o->page ? o->text.n - o->page : 0;
}

static size_t
moved(size_t from, long by, size_t last)
{
	long to = (long)from + by;

	return to < 0 ? 0 : (size_t)to > last ? last : (size_t)to;
}

void
tui_overlay_scroll(struct tui_overlay *o, long lines)
{
	if (o->type->chooses) {
		o->cursor = moved(o->cursor, lines, o->text.n > 0 ? o->text.n - 1 : 0);
		tui_overlay_fit(o, o->page);
		return;
	}
	o->top = moved(o->top, lines, last_top(o));
	o->follow = o->running && o->top == last_top(o);
}

void
tui_overlay_choose(struct tui_model *m)
{
	struct tui_overlay *o = tui_overlay_front(m);

	if (o == NULL)
		return;
	if (!o->type->chooses)
		tui_overlay_scroll(o, 1);
	else if (o->type->choose != NULL && o->cursor < o->text.n)
		o->type->choose(m, o->cursor);
}

void
tui_overlay_fit(struct tui_overlay *o, size_t page)
{
	o->page = page;
	if (o->type != NULL && o->type->chooses) {
		if (o->cursor >= o->text.n)
			o->cursor = o->text.n > 0 ? o->text.n - 1 : 0;
		if (o->cursor < o->top)
			o->top = o->cursor;
		if (o->cursor >= o->top + page)
			o->top = o->cursor + 1 - page;
	}
	if (o->top > last_top(o) || o->follow)
		o->top = last_top(o);
}

void
tui_overlay_refill(struct tui_model *m)
{
	m->overlay.stale = m->overlay.type != NULL && m->overlay.type->fill != NULL;
}

void
tui_overlay_prepare(struct tui_model *m, int width)
{
	struct tui_overlay *o = tui_overlay_front(m);
	double valid_for = TUI_FOREVER;
	bool late = o != NULL && o->valid_until > 0 && m->now >= o->valid_until;

	if (m->overlay.type == NULL)
		m->overlay.width = width; /* for what opens next */
	if (o == NULL)
		return;
	if (o->type->fill != NULL && (o->stale || late || o->width != width)) {
		o->stale = false;
		tui_text_release(&o->text);
		o->width = width;
		o->type->fill(m, &o->text, width, &valid_for);
		o->valid_until = valid_for < TUI_FOREVER ? m->now + valid_for : 0;
	}
	o->width = width;
}

bool
tui_overlay_search(struct tui_overlay *o, const struct tui_pattern *pattern, int step, bool *wrapped)
{
	size_t n = o->text.n, from = o->type->chooses ? o->cursor : o->hit > 0 ? o->hit - 1 : o->top;
	/* The first look at what is shown begins with its first line. */
	size_t first = o->type->chooses || o->hit > 0 ? 1 : 0;

	*wrapped = false;
	for (size_t i = first; i < n + first && n > 0; i++) {
		size_t line = step > 0 ? (from + i) % n : (from + n - i % n) % n;
		const char *text = o->text.lines[line].text;

		if (!tui_pattern_matches(pattern, text, strlen(text)))
			continue;
		*wrapped = step > 0 ? line < from : line > from;
		o->hit = line + 1;
		o->cursor = line;
		if (line < o->top || line >= o->top + o->page)
			o->top = line > o->page / 2 ? line - o->page / 2 : 0;
		tui_overlay_fit(o, o->page);
		return true;
	}
	return false;
}
