/* tui_view.c: see tui_view.h. */
#include "autoconf.h"

#include "tui/tui_view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_head.h"
#include "tui/tui_help.h"
#include "tui/tui_logview.h"
#include "tui/tui_rows.h"
#include "tui/tui_table.h"

static struct tui_style
look(const struct tui_model *m, enum tui_look which)
{
	return m->theme->looks[which];
}

/* The overlay */

static void
draw_overlay(const struct tui_model *m, const struct tui_overlay *o, const struct tui_layout *l,
	     struct tui_canvas *c)
{
	char right[48] = "";

	for (int y = l->overlay_title; y < l->overlay.y + l->overlay.h; y++)
		tui_canvas_fill(c, y, 0, c->width, ' ', look(m, LOOK_PLAIN));
	if (o->running)
		snprintf(right, sizeof(right), "running, q ends it");
	else if (o->text.n > (size_t)l->overlay.h)
		snprintf(right, sizeof(right), "%zu-%zu of %zu", o->top + 1, o->top + (size_t)l->overlay.h,
			 o->text.n);
	tui_rule_draw(m, c, l->overlay_title, 0, c->width, o->title, right, true);
	for (int i = 0; i < l->overlay.h && o->top + (size_t)i < o->text.n; i++) {
		const struct tui_text_line *line = &o->text.lines[o->top + (size_t)i];

		tui_canvas_text(c, l->overlay.y + i, 0, c->width, look(m, line->look), line->text);
		if (o->type->chooses ? o->top + (size_t)i == o->cursor : o->top + (size_t)i + 1 == o->hit)
			tui_canvas_restyle(c, l->overlay.y + i, 0, c->width, TUI_REVERSE, false);
	}
}

/* The last lines */

static void
draw_bottom(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	bool shared = l->message == l->keys;
	bool busy = m->prompt.kind != PROMPT_NONE || m->message[0] != '\0';

	if (shared && !busy && (l->height < 3 || !m->settings.hints))
		return;
	if (!shared || !busy) {
		tui_canvas_fill(c, l->keys, 0, c->width, ' ', look(m, LOOK_PLAIN));
		tui_help_hints(m, c, l->keys);
	}
	if (!busy)
		return;
	tui_canvas_fill(c, l->message, 0, c->width, ' ', look(m, LOOK_PLAIN));
	if (m->prompt.kind != PROMPT_NONE)
		tui_prompt_draw(&m->prompt, c, l->message, look(m, LOOK_TITLE));
	else
		tui_canvas_text(c, l->message, 1, c->width - 1, look(m, m->message_look), m->message);
}

/* The smallest screen: the worst of all, and how many more are not well. */
static void
draw_one_line(const struct tui_model *m, struct tui_canvas *c)
{
	const struct tui_proc *worst = NULL;
	size_t troubled = tui_model_needing_hand(m);
	char text[256];

	for (size_t i = 0; i < m->ngroups; i++) {
		if (!tui_model_shows(m, m->groups[i]->host))
			continue;
		for (size_t j = 0; j < m->groups[i]->n; j++) {
			const struct tui_proc *p = m->groups[i]->procs[j];

			if (tui_proc_needs_hand(p) &&
			    (worst == NULL || tui_trouble_rank(p) < tui_trouble_rank(worst)))
				worst = p;
		}
	}
	if (tui_model_hosts_shown(m) > 1 ? tui_model_hosts_stale(m) == m->nhosts
					 : !tui_host_is_fresh(tui_model_host(m)))
		snprintf(text, sizeof(text), "no answer");
	else if (worst == NULL)
		snprintf(text, sizeof(text), "%zu well", tui_model_count(m));
	else if (troubled > 1)
		snprintf(text, sizeof(text), "%.200s %s (+%zu)", worst->display,
			 process_state_name(worst->state), troubled - 1);
	else
		snprintf(text, sizeof(text), "%.200s %s", worst->display, process_state_name(worst->state));
	tui_canvas_text(c, 0, 0, c->width, look(m, worst != NULL ? LOOK_BAD : LOOK_PLAIN), text);
}

double
tui_view_draw(const struct tui_model *m, const struct tui_layout *l, struct tui_canvas *c)
{
	const struct tui_overlay *o = tui_overlay_shown(m);
	double valid_for = TUI_FOREVER;

	tui_canvas_clear(c);
	if (m->silence_due > m->now)
		tui_until(&valid_for, m->silence_due - m->now);
	if (l->one_line && o == NULL) {
		draw_one_line(m, c);
		if (m->prompt.kind != PROMPT_NONE)
			draw_bottom(m, l, c);
		return valid_for;
	}
	if (l->head >= 0)
		tui_head_draw(m, c, &valid_for);
	tui_table_draw(m, l, c, &valid_for);
	tui_logview_draw(m, l, c, &valid_for);
	for (int y = l->log_title; l->border >= 0 && y < l->log.y + l->log.h; y++)
		tui_canvas_put(c, y, l->border, c->width, m->glyphs->border, 1, look(m, LOOK_LINE));
	if (o != NULL)
		draw_overlay(m, o, l, c);
	if (o != NULL && o->valid_until > 0)
		tui_until(&valid_for, o->valid_until - m->now);
	draw_bottom(m, l, c);
	return valid_for;
}
