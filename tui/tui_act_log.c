/* tui_act_log.c: see tui_act_log.h. */
#include "autoconf.h"

#include "tui/tui_act_log.h"

#include "tui/tui_logpane.h"

void
tui_act_log_channel(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	if (p->subject == NULL)
		return;
	tui_logpane_show(p, p->host, p->subject,
			 p->channel == CHANNEL_STDOUT ? CHANNEL_STDERR : CHANNEL_STDOUT);
	tui_request(&m->requests, REQUEST_FOLLOW, "");
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

void
tui_act_log_show(struct tui_model *m)
{
	m->focus = PANE_LOG;
	m->zoom = true;
}
