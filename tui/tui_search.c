/* tui_search.c: see tui_search.h. */
#include "autoconf.h"

#include "tui/tui_search.h"

#include "tui/tui_logpane.h"
#include "tui/tui_rows.h"

void
tui_search_ask(struct tui_model *m)
{
	tui_prompt_open(&m->prompt, PROMPT_SEARCH, "/", "");
}

/* Of what has the keys. */
static const char *
pattern_of(const struct tui_model *m)
{
	if (m->overlay.type != NULL)
		return m->overlay.pattern == NULL ? "" : m->overlay.pattern;
	return m->focus == PANE_LOG ? m->logpane.pattern : m->pattern;
}

static void
search(struct tui_model *m, int step)
{
	const char *pattern = pattern_of(m);
	bool wrapped = false, found;

	if (pattern[0] == '\0') {
		tui_message(m, LOOK_PLAIN, "nothing to search for yet: / asks");
		return;
	}
	if (m->overlay.type != NULL)
		found = tui_overlay_search(m, step, &wrapped);
	else if (m->focus == PANE_LOG)
		found = tui_logpane_search(&m->logpane, step, &wrapped);
	else
		found = tui_rows_search(m, step, &wrapped);
	if (!found)
		tui_message(m, LOOK_WARN, "'%s' is not here", pattern);
	else if (wrapped)
		tui_message(m, LOOK_PLAIN, "'%s': went on from the %s", pattern,
			    step > 0 ? "beginning" : "end");
	else
		tui_message(m, LOOK_PLAIN, "%s", "");
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
tui_search_accept(struct tui_model *m)
{
	const char *text = buf_str(&m->prompt.text);

	if (*text == '\0')
		return;
	if (m->overlay.type != NULL)
		tui_set(&m->overlay.pattern, text);
	else if (m->focus == PANE_LOG) {
		tui_set(&m->logpane.pattern, text);
		m->logpane.has_hit = false;
	} else
		tui_set(&m->pattern, text);
	search(m, 1);
}
