/* tui_move.c: see tui_move.h. */
#include "autoconf.h"

#include "tui/tui_move.h"

#include <string.h>

#include "tui/tui_act_lines.h"
#include "tui/tui_act_table.h"
#include "tui/tui_job.h"
#include "tui/tui_logpane.h"
#include "tui/tui_marks.h"
#include "tui/tui_rows.h"
#include "tui/tui_targets.h"
#include "tui/tui_update.h"

static long
page_of(const struct tui_model *m)
{
	const struct tui_overlay *o = tui_overlay_shown(m);
	size_t page = m->page;

	if (o != NULL)
		page = o->page;
	else if (m->focus == PANE_LOG)
		page = (size_t)m->logpane.height;
	return page < 2 ? 1 : (long)page - 1;
}

static void
scroll(struct tui_model *m, long rows)
{
	struct tui_overlay *o = tui_overlay_front(m);

	if (o != NULL)
		tui_overlay_scroll(o, rows);
	else if (m->focus == PANE_LOG && m->logpane.marks.selecting)
		tui_logmarks_extend(&m->logpane, rows);
	else if (m->focus == PANE_LOG)
		tui_logpane_scroll(&m->logpane, rows);
	else
		tui_rows_move(m, rows);
}

void
tui_move_down(struct tui_model *m)
{
	scroll(m, 1);
}

void
tui_move_up(struct tui_model *m)
{
	scroll(m, -1);
}

void
tui_move_half_down(struct tui_model *m)
{
	scroll(m, (page_of(m) + 1) / 2);
}

void
tui_move_half_up(struct tui_model *m)
{
	scroll(m, -((page_of(m) + 1) / 2));
}

void
tui_move_page_down(struct tui_model *m)
{
	scroll(m, page_of(m));
}

void
tui_move_page_up(struct tui_model *m)
{
	scroll(m, -page_of(m));
}

void
tui_move_first(struct tui_model *m)
{
	struct tui_overlay *o = tui_overlay_front(m);

	if (o != NULL)
		tui_overlay_scroll(o, -(long)o->text.n);
	else if (m->focus == PANE_LOG && m->logpane.marks.selecting)
		tui_logmarks_extend(&m->logpane, -TUI_LOG_LINES);
	else if (m->focus == PANE_LOG)
		tui_past_first(m);
	else
		tui_rows_go(m, 0);
}

void
tui_move_last(struct tui_model *m)
{
	struct tui_overlay *o = tui_overlay_front(m);

	if (o != NULL)
		tui_overlay_scroll(o, (long)o->text.n);
	else if (m->focus == PANE_LOG && m->logpane.marks.selecting)
		tui_logmarks_extend(&m->logpane, TUI_LOG_LINES);
	else if (m->focus == PANE_LOG)
		tui_logpane_follow(&m->logpane);
	else
		tui_rows_go(m, m->nrows);
}

void
tui_move_next_pane(struct tui_model *m)
{
	m->focus = m->focus == PANE_TABLE ? PANE_LOG : PANE_TABLE;
}

void
tui_move_zoom(struct tui_model *m)
{
	m->zoom = !m->zoom;
}

void
tui_move_split(struct tui_model *m)
{
	m->split = m->split == SPLIT_BESIDE ? SPLIT_BELOW : SPLIT_BESIDE;
	tui_message(m, LOOK_PLAIN, "the log is %s the table", m->split == SPLIT_BESIDE ? "beside" : "below");
}

/* One step back; false at the top. */
static bool
step_back(struct tui_model *m)
{
	if (tui_overlay_front(m) != NULL)
		tui_overlay_back(m);
	else if (m->zoom) {
		m->zoom = false;
		m->focus = PANE_TABLE;
	} else if (m->focus == PANE_LOG)
		m->focus = PANE_TABLE;
	else
		return false;
	return true;
}

void
tui_move_back(struct tui_model *m)
{
	if (tui_overlay_front(m) == NULL && m->focus == PANE_LOG && tui_act_lines_back(m))
		return;
	if (step_back(m) || tui_job_cancel(m))
		return;
	if (m->range.on) {
		tui_marks_range_cancel(m);
		return;
	}
	/* What narrows the view goes before the marks. */
	if (m->filter[0] != '\0' || m->only_ill) {
		m->only_ill = false;
		tui_act_table_set_filter(m, "");
	} else if (m->message[0] != '\0')
		tui_message(m, LOOK_PLAIN, "%s", "");
	else
		tui_targets_unmark(m);
}

/* What would be left half done is said first; who then asks again means it. */
void
tui_move_leave(struct tui_model *m)
{
	static const char warning[] =
	    "a restart or an update is not at its end: programs would stay stopped; again leaves";

	if ((tui_job_is_halfway(m) || tui_update_is_applying(m)) && strcmp(m->message, warning) != 0)
		tui_message(m, LOOK_WARN, "%s", warning);
	else
		tui_request(&m->requests, REQUEST_QUIT, "");
}

void
tui_move_quit(struct tui_model *m)
{
	if (!step_back(m))
		tui_move_leave(m);
}

/* ^C ends a wait before it leaves. */
void
tui_move_cancel(struct tui_model *m)
{
	if (!step_back(m) && !tui_job_cancel(m))
		tui_move_leave(m);
}

void
tui_move_redraw(struct tui_model *m)
{
	for (size_t i = 0; i < m->nhosts; i++)
		if (!tui_host_is_fresh(m->hosts[i]))
			tui_request_host(m->hosts[i], REQUEST_RETRY);
	tui_request(&m->requests, REQUEST_REDRAW, "");
}

void
tui_move_suspend(struct tui_model *m)
{
	tui_request(&m->requests, REQUEST_SUSPEND, "");
}
