/* tui_act_lines.c: see tui_act_lines.h. */
#include "autoconf.h"

#include "tui/tui_act_lines.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "tui/tui_logfilter.h"
#include "tui/tui_logfind.h"
#include "tui/tui_logmarks.h"
#include "tui/tui_logpane.h"

/* The filter */

void
tui_act_lines_ask(struct tui_model *m)
{
	struct tui_logfilter *f = &m->logpane.filter;

	free(f->before);
	f->before = xstrdup(f->pattern.text);
	tui_prompt_open(&m->prompt, PROMPT_LINES, "lines with: ", f->pattern.text);
}

static void
forget(struct tui_logfilter *f)
{
	free(f->before);
	f->before = NULL;
}

void
tui_act_lines_typed(struct tui_model *m, bool done)
{
	struct tui_logpane *p = &m->logpane;
	char *why = NULL;

	if (tui_logfilter_set(p, buf_str(&m->prompt.text), &why))
		tui_logfind_restart(p);
	else if (done) {
		/* Half an expression is one while it is typed. */
		tui_act_lines_cancel(m);
		tui_message(m, LOOK_WARN, "%s", why);
	}
	free(why);
	if (done)
		forget(&p->filter);
}

void
tui_act_lines_cancel(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	if (p->filter.before != NULL)
		tui_logfilter_set(p, p->filter.before, NULL);
	tui_logfind_restart(p);
	forget(&p->filter);
}

static void
set_context(struct tui_model *m, int step)
{
	struct tui_logfilter *f = &m->logpane.filter;

	if ((step < 0 && f->context > 0) || (step > 0 && f->context < TUI_LOGFILTER_CONTEXT_MAX))
		f->context += (unsigned)step;
	tui_message(m, LOOK_PLAIN, "%u line%s around each that passes the filter%s", f->context,
		    f->context == 1 ? "" : "s", tui_logfilter_is_on(f) ? "" : "; & filters");
}

void
tui_act_lines_more(struct tui_model *m)
{
	set_context(m, 1);
}

void
tui_act_lines_less(struct tui_model *m)
{
	set_context(m, -1);
}

/* Marks and the selection */

void
tui_act_lines_mark(struct tui_model *m)
{
	if (!tui_logmarks_toggle(&m->logpane))
		tui_message(m, LOOK_WARN, "no more than %d lines can be marked", TUI_LOGMARKS_MAX);
}

void
tui_act_lines_go(struct tui_model *m)
{
	uint64_t serial;

	if (tui_logmarks_next(&m->logpane, &serial))
		tui_logpane_show_line(&m->logpane, serial);
	else
		tui_message(m, LOOK_PLAIN, "no line is marked: m marks one");
}

void
tui_act_lines_select(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	if (p->marks.selecting)
		p->marks.selecting = false;
	else
		tui_logmarks_select(p);
}

static void
extend(struct tui_model *m, long lines)
{
	struct tui_logpane *p = &m->logpane;

	/* The first one selects the line itself. */
	if (!p->marks.selecting)
		tui_logmarks_select(p);
	else
		tui_logmarks_extend(p, lines);
}

void
tui_act_lines_select_down(struct tui_model *m)
{
	extend(m, 1);
}

void
tui_act_lines_select_up(struct tui_model *m)
{
	extend(m, -1);
}

bool
tui_act_lines_back(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	if (p->marks.selecting) {
		p->marks.selecting = false;
		return true;
	}
	if (tui_logfind_clear(m))
		return true;
	if (!tui_logfilter_is_on(&p->filter))
		return false;
	tui_logfilter_set(p, "", NULL);
	tui_logfind_restart(p);
	return true;
}
