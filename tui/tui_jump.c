/* tui_jump.c: see tui_jump.h. */
#include "autoconf.h"

#include "tui/tui_jump.h"

#include "tui/tui_around.h"
#include "tui/tui_rows.h"
#include "tui/tui_runs.h"
#include "tui/tui_show.h"

#define WHAT_MAX 256

void
tui_jump_to_record(struct tui_model *m, struct tui_host *h, const struct tui_record *r)
{
	struct tui_proc *p = tui_host_proc(h, r->name);
	struct tui_run_mark mark = {
	    .time = r->time,
	    .offset = -1,
	    .pid = r->pid,
	    .exitstatus = r->exitstatus,
	    .signal = r->signal,
	    .is_start = !r->end,
	};
	char what[WHAT_MAX];

	if (p == NULL) {
		tui_message(m, LOOK_WARN, "%s is not there any more, nor is its log", r->name);
		return;
	}
	/* The pane follows the selection: it has to have seen it before it is turned to the moment. */
	tui_rows_show(m, p);
	tui_show_settle(m);
	tui_runs_describe(m, &mark, r->time - h->clock_ahead, r->end ? r->ran : -1, what, sizeof(what));
	if (!tui_around_show(m, h, r->name, r->time, r->offset, what))
		return;
	tui_overlay_close(m, true);
	m->focus = PANE_LOG;
	m->zoom = true;
}

void
tui_jump_to_program(struct tui_model *m, struct tui_host *h, const char *key)
{
	struct tui_proc *p = tui_host_proc(h, key);

	if (p == NULL) {
		tui_message(m, LOOK_WARN, "%s is not there any more", key);
		return;
	}
	tui_overlay_close(m, true);
	tui_rows_show(m, p);
	m->focus = PANE_TABLE;
	m->zoom = false;
}
