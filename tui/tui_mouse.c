/* tui_mouse.c: see tui_mouse.h. */
#include "autoconf.h"

#include "tui/tui_mouse.h"

#include "tui/tui_actions.h"
#include "tui/tui_help.h"
#include "tui/tui_logpane.h"
#include "tui/tui_rows.h"

#define WHEEL_LINES 3

static bool
is_in(const struct tui_rect *r, const struct tui_mouse *mouse)
{
	return mouse->x >= r->x && mouse->x < r->x + r->w && mouse->y >= r->y && mouse->y < r->y + r->h;
}

static void
wheel(struct tui_model *m, const struct tui_layout *l, const struct tui_mouse *mouse)
{
	long lines = mouse->button == TUI_WHEEL_UP ? -WHEEL_LINES : WHEEL_LINES;

	if (tui_overlay_front(m) != NULL)
		tui_overlay_scroll(tui_overlay_front(m), lines);
	else if (is_in(&l->log, mouse) || (l->log.h > 0 && mouse->y == l->log_title && mouse->x >= l->log.x))
		tui_logpane_scroll(&m->logpane, lines);
	else
		tui_rows_move(m, lines);
}

static void
click_overlay(struct tui_model *m, const struct tui_layout *l, const struct tui_mouse *mouse)
{
	struct tui_overlay *o = tui_overlay_front(m);
	size_t line = o->top + (size_t)(mouse->y - l->overlay.y);

	if (!o->type->chooses || line >= o->text.n)
		return;
	if (line == o->cursor)
		tui_overlay_choose(m);
	else
		o->cursor = line;
}

/* A column's place reaches to the next one. */
static void
click_columns_head(struct tui_model *m, const struct tui_layout *l, int x)
{
	enum tui_column column = TUI_NCOLUMNS;

	for (size_t i = 0; i < l->ncolumns; i++)
		if (x + 1 >= l->columns[i].x)
			column = l->columns[i].column;
	if (column == TUI_NCOLUMNS)
		return;
	m->reverse = column == m->sort && !m->reverse;
	m->sort = column;
	m->rows_dirty = true;
	tui_message(m, LOOK_PLAIN, "ordered by %s%s", tui_columns[column].title,
		    m->reverse ? ", reversed" : "");
}

static void
click_table(struct tui_model *m, const struct tui_layout *l, const struct tui_mouse *mouse)
{
	size_t row = m->top + (size_t)(mouse->y - l->table.y);
	bool again = m->focus == PANE_TABLE && row == m->cursor;

	if (row >= m->nrows)
		return;
	m->focus = PANE_TABLE;
	if (again)
		tui_actions_do(m, ACTION_ENTER);
	else
		tui_rows_go(m, row);
}

static bool
click_hint(struct tui_model *m, const struct tui_layout *l, int x)
{
	uint32_t key = tui_help_hint_at(m, l->width, x);

	return key != TUI_KEY_NONE && tui_actions_key(m, key);
}

bool
tui_mouse_act(struct tui_model *m, const struct tui_layout *l, const struct tui_mouse *mouse)
{
	bool busy = l->keys == l->message && m->message[0] != '\0';

	/* A question is answered by the keyboard alone. */
	if (m->prompt.kind != PROMPT_NONE)
		return false;
	if (m->pause.on) {
		tui_pause_end(m);
		return true;
	}
	tui_rows_update(m);
	if (mouse->button == TUI_WHEEL_UP || mouse->button == TUI_WHEEL_DOWN) {
		wheel(m, l, mouse);
		return true;
	}
	if (mouse->button != TUI_BUTTON_LEFT || l->one_line)
		return false;
	if (mouse->y == l->keys && m->settings.hints && !busy)
		return click_hint(m, l, mouse->x);
	if (tui_overlay_front(m) != NULL) {
		if (is_in(&l->overlay, mouse))
			click_overlay(m, l, mouse);
	} else if (mouse->y == l->columns_head && mouse->x >= l->table.x &&
		   mouse->x < l->table.x + l->table.w)
		click_columns_head(m, l, mouse->x);
	else if (is_in(&l->table, mouse))
		click_table(m, l, mouse);
	else if (is_in(&l->log, mouse))
		m->focus = PANE_LOG;
	else
		return false;
	return true;
}

void
tui_mouse_toggle(struct tui_model *m)
{
	m->settings.mouse = !m->settings.mouse;
	tui_message(m, LOOK_PLAIN, "%s",
		    m->settings.mouse
			? "mouse on: clicks and the wheel are for this screen; F2 gives them back"
			: "mouse off: the terminal's own selection works");
}
