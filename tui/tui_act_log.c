/* tui_act_log.c: see tui_act_log.h. */
#include "autoconf.h"

#include "tui/tui_act_log.h"

#include "tui/tui_details.h"
#include "tui/tui_logpane.h"
#include "tui/tui_rows.h"

void
tui_act_log_channel(struct tui_model *m)
{
	tui_show_next_channels(m);
}

void
tui_act_log_follow(struct tui_model *m)
{
	if (m->logpane.follow)
		tui_logpane_hold(&m->logpane);
	else
		tui_logpane_follow(&m->logpane);
}

void
tui_act_log_wrap(struct tui_model *m)
{
	tui_logpane_toggle_wrap(&m->logpane);
}

void
tui_act_log_left(struct tui_model *m)
{
	m->logpane.column = m->logpane.column > 8 ? m->logpane.column - 8 : 0;
}

void
tui_act_log_right(struct tui_model *m)
{
	if (!m->logpane.wrap && m->logpane.column < TUI_LOG_LINE_MAX)
		m->logpane.column += 8;
}

static void
zoom(struct tui_model *m)
{
	struct tui_proc *subject = tui_details_subject(m);

	if (subject != NULL) {
		tui_rows_show(m, subject);
		tui_overlay_close(m, true);
	}
	m->focus = PANE_LOG;
	m->zoom = true;
}

void
tui_act_log_show(struct tui_model *m)
{
	if (m->nmarked > 0)
		tui_show_marked(m);
	else if (m->selected_proc != NULL)
		tui_show_program(m, m->selected_group->host, m->selected_proc->key);
	else
		tui_show_group(m, m->selected_group);
	zoom(m);
}

void
tui_act_log_main(struct tui_model *m)
{
	tui_show_main(m, tui_model_host(m));
	zoom(m);
}
