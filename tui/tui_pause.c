/* tui_pause.c: see tui_pause.h. */
#include "autoconf.h"

#include "tui/tui_pause.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tui/tui_model.h"

#define COUNT_SECONDS 1.0 /* so often the count is shown anew, lest it be what keeps the line busy */

void
tui_pause_begin(struct tui_model *m)
{
	m->pause.on = true;
	m->pause.waiting = m->pause.shown = 0;
	m->pause.shown_at = m->now;
}

void
tui_pause_end(struct tui_model *m)
{
	tui_pause_release(&m->pause);
	m->pause.on = false;
}

void
tui_pause_release(struct tui_pause *p)
{
	tui_canvas_release(&p->picture);
}

static void
draw_head(const struct tui_model *m, struct tui_canvas *c)
{
	const struct tui_pause *p = &m->pause;
	char text[64];
	int columns;

	if (p->shown == 0)
		snprintf(text, sizeof(text), " PAUSED, any key goes on ");
	else
		snprintf(text, sizeof(text), " PAUSED, %lu change%s wait%s, any key goes on ", p->shown,
			 p->shown == 1 ? "" : "s", p->shown == 1 ? "s" : "");
	columns = (int)strlen(text);
	if (columns > c->width)
		columns = c->width;
	tui_canvas_text(c, 0, c->width - columns, columns, m->theme->looks[LOOK_WARN], text);
	tui_canvas_restyle(c, 0, c->width - columns, columns, TUI_REVERSE, false);
}

double
tui_pause_draw(struct tui_model *m, struct tui_canvas *c, double valid_for)
{
	struct tui_pause *p = &m->pause;
	size_t bytes = (size_t)c->width * (size_t)c->height * sizeof(*c->cells);

	if (!p->on)
		return valid_for;
	/* Taken when the pause begins, and again when the size is another. */
	if (p->picture.cells == NULL || p->picture.width != c->width || p->picture.height != c->height) {
		tui_canvas_resize(&p->picture, c->width, c->height);
		memcpy(p->picture.cells, c->cells, bytes);
	} else
		memcpy(c->cells, p->picture.cells, bytes);
	c->cursor_x = c->cursor_y = -1;
	if (m->now - p->shown_at >= COUNT_SECONDS || m->now < p->shown_at) {
		p->shown = p->waiting;
		p->shown_at = m->now;
	}
	draw_head(m, c);
	return p->waiting != p->shown ? COUNT_SECONDS : TUI_FOREVER;
}
