/* tui_run_once.c: see tui_run_once.h. */
#include "autoconf.h"

#include "tui/tui_run_once.h"

#include <langinfo.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "tui/tui_actions.h"
#include "tui/tui_app.h"
#include "tui/tui_frame.h"
#include "tui/tui_runs.h"
#include "tui/tui_sanitize.h"
#include "tui/tui_serve.h"

#define ONCE_SECONDS 10                     /* how long a daemon may take */
#define ONCE_GRACE_US 400000                /* ... and what is on its way after table and log */
#define ONCE_FIGURES_US (5 * SECOND_US / 2) /* ... and its first figures: it samples every two seconds */

static void
once_print(struct tui *t)
{
	struct buf out = BUF_INIT(16 * 1024 * 1024);

	tui_set(&t->m.message, "");
	tui_frame_draw(t);
	tui_canvas_dump(&t->canvas, &out);
	fputs(buf_str(&out), stdout);
	buf_release(&out);
	event_base_loopbreak(t->base);
}

/* The log that is shown, with the notes of what was before. */
static bool
logs_are_here(const struct tui *t)
{
	return !tui_links_are_asking_for_logs(t->links) && !tui_runs_are_asked(&t->m);
}

static void
once_due_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui *t = arg;

	(void)fd;
	(void)what;
	if (tui_links_any_up(t->links)) {
		/* Figures may never come; a log does, from a daemon that is busy as well. */
		if (logs_are_here(t) || (t->patient && !t->complete))
			once_print(t);
		else
			tui_app_arm(t->frame, ONCE_SECONDS * SECOND_US);
		t->patient = true;
		t->complete = false;
		return;
	}
	t->status = EXIT_TROUBLE;
	event_base_loopbreak(t->base);
}

/* CPU and memory of all that answer, where they are shown. */
static bool
figures_are_here(const struct tui *t)
{
	if (!tui_layout_wants_metrics(&t->layout))
		return true;
	for (size_t i = 0; i < t->m.nhosts; i++)
		if (t->m.hosts[i]->link == LINK_LIVE && tui_host_count(t->m.hosts[i]) > 0 &&
		    t->m.hosts[i]->daemon.mem_total <= 0)
			return false;
	return true;
}

static bool
all_is_here(const struct tui *t)
{
	return (t->patient || figures_are_here(t)) && logs_are_here(t);
}

static void
once_changed_cb(void *arg)
{
	struct tui *t = arg;

	if (!tui_links_are_settled(t->links))
		tui_serve_requests(t);
	else if (!tui_links_any_up(t->links)) {
		t->status = EXIT_TROUBLE;
		event_base_loopbreak(t->base);
	} else if (!t->settled) {
		t->settled = true;
		tui_frame_draw(t); /* to find out which log is wanted */
		t->complete = all_is_here(t);
		tui_app_arm(t->frame, t->complete ? ONCE_GRACE_US : ONCE_FIGURES_US);
	} else {
		/* With its text a log is asked for its notes. */
		tui_app_tick(t);
		tui_actions_settle(&t->m);
		tui_serve_requests(t);
		if (!t->complete && all_is_here(t)) {
			t->complete = true;
			tui_app_arm(t->frame, ONCE_GRACE_US);
		}
	}
}

/* Why there is nothing to print, one line for each daemon. */
static void
describe_trouble(const struct tui *t, struct err *err)
{
	struct buf lines = BUF_INIT(65536);

	for (size_t i = 0; i < t->m.nhosts; i++) {
		const struct tui_host *h = t->m.hosts[i];
		const char *why = h->link_error != NULL ? h->link_error : "no answer";

		buf_puts(&lines, i > 0 ? "\n" : "");
		tui_sanitize(&lines, h->where, strlen(h->where));
		buf_puts(&lines, ": ");
		tui_sanitize(&lines, why, strlen(why));
	}
	err_set(err, "%s", buf_str(&lines));
	buf_release(&lines);
}

int
tui_run_once(struct tui *t, struct err *err)
{
	t->m.mode = MODE_ONCE;
	t->canvas.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	t->m.glyphs = t->canvas.ascii ? &tui_glyphs_ascii : &tui_glyphs_utf8;
	t->frame = evtimer_new(t->base, once_due_cb, t);
	tui_serve_init(t);
	tui_links_open(t->links, once_changed_cb, t);
	tui_app_arm(t->frame, ONCE_SECONDS * SECOND_US);
	event_base_dispatch(t->base);
	if (t->status != EXIT_OK)
		describe_trouble(t, err);
	return t->status;
}
