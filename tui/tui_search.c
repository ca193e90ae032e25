/* tui_search.c: see tui_search.h. */
#include "autoconf.h"

#include "tui/tui_search.h"

#include <stdlib.h>

#include "tui/tui_logfind.h"
#include "tui/tui_pattern.h"
#include "tui/tui_rows.h"

/* The log has the keys. */
static bool
is_in_log(const struct tui_model *m)
{
	return tui_overlay_shown(m) == NULL && m->focus == PANE_LOG;
}

void
tui_search_ask(struct tui_model *m)
{
	if (is_in_log(m))
		tui_logfind_begin(m);
	tui_prompt_open(&m->prompt, PROMPT_SEARCH, "/", "");
}

/* Of what has the keys, if it is not the log. */
static const char *
pattern_of(const struct tui_model *m)
{
	const struct tui_overlay *o = tui_overlay_shown(m);

	if (o != NULL)
		return o->pattern == NULL ? "" : o->pattern;
	return m->pattern;
}

/* Where the keys are, outside the log. */
static void
search_for(struct tui_model *m, const struct tui_pattern *pattern, int step)
{
	struct tui_overlay *front = tui_overlay_front(m);
	bool wrapped = false, found;

	found = front != NULL ? tui_overlay_search(front, pattern, step, &wrapped)
			      : tui_rows_search(m, pattern, step, &wrapped);
	if (!found)
		tui_message(m, LOOK_WARN, "'%s' is not here", pattern->text);
	else if (wrapped)
		tui_message(m, LOOK_PLAIN, "'%s': went on from the %s", pattern->text,
			    step > 0 ? "beginning" : "end");
	else
		tui_message(m, LOOK_PLAIN, "%s", "");
}

static void
search(struct tui_model *m, int step)
{
	struct tui_pattern pattern;
	char *why = NULL;

	if (is_in_log(m)) {
		tui_logfind_go(m, step);
		return;
	}
	tui_pattern_init(&pattern);
	if (!tui_pattern_set(&pattern, pattern_of(m), &why))
		tui_message(m, LOOK_BAD, "%s", why);
	else if (!tui_pattern_is_on(&pattern))
		tui_message(m, LOOK_PLAIN, "nothing to search for yet: / asks");
	else
		search_for(m, &pattern, step);
	tui_pattern_release(&pattern);
	free(why);
}

void
tui_search_next(struct tui_model *m)
{
	search(m, 1);
}

void
tui_search_previous(struct tui_model *m)
{
	search(m, -1);
}

void
tui_search_typed(struct tui_model *m)
{
	if (is_in_log(m))
		tui_logfind_typed(m, buf_str(&m->prompt.text), false);
}

void
tui_search_cancel(struct tui_model *m)
{
	if (is_in_log(m))
		tui_logfind_cancel(m);
}

void
tui_search_accept(struct tui_model *m)
{
	const char *text = buf_str(&m->prompt.text);

	if (is_in_log(m)) {
		tui_logfind_typed(m, text, true);
		return;
	}
	if (*text == '\0')
		return;
	if (tui_overlay_front(m) != NULL)
		tui_set(&tui_overlay_front(m)->pattern, text);
	else
		tui_set(&m->pattern, text);
	search(m, 1);
}
