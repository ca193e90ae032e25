/* tui_act_log.c: see tui_act_log.h. */
#include "autoconf.h"

#include "tui/tui_act_log.h"

#include <stdio.h>

#include "tui/tui_details.h"
#include "tui/tui_logfind.h"
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
tui_act_log_stamps(struct tui_model *m)
{
	static const char *const say[] = {
	    [TIMESTAMPS_OFF] = "no times",
	    [TIMESTAMPS_CLOCK] = "times: when lines came",
	    [TIMESTAMPS_RELATIVE] = "times: how long ago lines came",
	};
	struct tui_logpane *p = &m->logpane;

	p->stamps = p->stamps == TIMESTAMPS_RELATIVE ? TIMESTAMPS_OFF : p->stamps + 1;
	p->top_row = 0;
	tui_logpane_fit(p, p->width, p->height);
	if (p->stamps != TIMESTAMPS_OFF && p->width > 0 && p->prefix.stamp == 0)
		tui_message(m, LOOK_PLAIN, "%s; the pane is too narrow for them", say[p->stamps]);
	else
		tui_message(m, LOOK_PLAIN, "%s", say[p->stamps]);
}

void
tui_act_log_json(struct tui_model *m)
{
	tui_logpane_toggle_json(&m->logpane);
	tui_message(m, LOOK_PLAIN, "JSON objects %s", m->logpane.json ? "as one reads them" : "as they came");
}

void
tui_act_log_error_next(struct tui_model *m)
{
	tui_logfind_go_error(m, 1);
}

void
tui_act_log_error_back(struct tui_model *m)
{
	tui_logfind_go_error(m, -1);
}

/* To the first line that came in so many minutes. */
static void
go_since(struct tui_model *m, int minutes)
{
	struct tui_logpane *p = &m->logpane;
	double since = m->now - 60.0 * minutes, oldest = 0;
	uint64_t found = UINT64_MAX;
	struct tui_log_line line;
	char clock[TUI_CLOCK_MAX];

	/* The times of lines hardly ever go back, but notes come late. */
	for (uint64_t at = tui_log_end(&p->log); tui_log_get(&p->log, at - 1, &line); at--) {
		if (line.kind == TUI_LOG_NOTE)
			continue;
		if (line.time <= 0 || line.time < since) {
			oldest = line.time;
			break;
		}
		found = at - 1;
	}
	if (found == UINT64_MAX) {
		tui_message(m, LOOK_PLAIN, "nothing came in the last %s",
			    minutes == 60  ? "hour"
			    : minutes == 1 ? "minute"
					   : "minutes");
		return;
	}
	tui_log_get(&p->log, found, &line);
	tui_logpane_go(p, found);
	if (oldest <= 0 && line.time > since + 1)
		tui_message(m, LOOK_PLAIN, "when lines came is known since %s",
			    tui_clock(m, line.time, clock));
	else
		tui_message(m, LOOK_PLAIN, "since %s", tui_clock(m, line.time, clock));
}

void
tui_act_log_since_1(struct tui_model *m)
{
	go_since(m, 1);
}

void
tui_act_log_since_5(struct tui_model *m)
{
	go_since(m, 5);
}

void
tui_act_log_since_15(struct tui_model *m)
{
	go_since(m, 15);
}

void
tui_act_log_since_30(struct tui_model *m)
{
	go_since(m, 30);
}

void
tui_act_log_since_60(struct tui_model *m)
{
	go_since(m, 60);
}

void
tui_act_log_draw_mark(struct tui_model *m)
{
	char note[TUI_CLOCK_MAX + 8], clock[TUI_CLOCK_MAX];

	snprintf(note, sizeof(note), "mark %s", tui_clock(m, m->now, clock));
	tui_log_note(&m->logpane.log, TUI_LOG_NO_SOURCE, m->now, note);
}

void
tui_act_log_clear(struct tui_model *m)
{
	struct tui_logpane *p = &m->logpane;

	tui_log_clear(&p->log);
	tui_logmarks_clear(p);
	tui_logpane_follow(p);
	tui_message(m, LOOK_PLAIN, "the view is cleared; the file is as it was");
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
	m->focus = PANE_LOG;
	m->zoom = true;
}

void
tui_act_log_show(struct tui_model *m)
{
	struct tui_proc *subject = tui_details_subject(m);

	/* In its details the program is meant, whatever is marked. */
	if (subject != NULL) {
		tui_rows_show(m, subject);
		tui_show_settle(m);
		tui_show_program(m, subject->group->host, subject->key);
		tui_overlay_close(m, true);
	} else if (m->nmarked > 0)
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
