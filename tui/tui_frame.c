/* tui_frame.c: see tui_frame.h. */
#include "autoconf.h"

#include "tui/tui_frame.h"

#include "base/clock.h"
#include "tui/tui_actions.h"
#include "tui/tui_app.h"
#include "tui/tui_overlay.h"
#include "tui/tui_pause.h"
#include "tui/tui_play.h"
#include "tui/tui_serve.h"
#include "tui/tui_view.h"

#define FRAME_US 50000 /* 20 frames a second at most */
#define SLOWEST_FRAME_US 1000000

static mono_us
mono_now(void)
{
	struct now now;

	clock_read(&now);
	return now.mono;
}

/* Between frames. */
static mono_us
frame_interval(const struct tui *t)
{
	mono_us interval = FRAME_US;

	/* On a slow line the next frame comes when it is worth it, with half of the time left for other things. */
	if (t->term.open && 2 * tui_out_took(t->term.out) > interval)
		interval = 2 * tui_out_took(t->term.out);
	return interval < SLOWEST_FRAME_US ? interval : SLOWEST_FRAME_US;
}

void
tui_frame_due(struct tui *t)
{
	if (!event_pending(t->frame, EV_TIMEOUT, NULL))
		tui_app_arm(t->frame, tui_pace_wait(&t->pace, mono_now(), frame_interval(t), false));
}

void
tui_frame_due_by_key(struct tui *t)
{
	tui_app_arm(t->frame, tui_pace_wait(&t->pace, mono_now(), frame_interval(t), true));
}

double
tui_frame_draw(struct tui *t)
{
	bool shown = t->m.logpane.height > 0;

	tui_app_tick(t);
	tui_actions_settle(&t->m);
	tui_overlay_prepare(&t->m, t->canvas.width);
	tui_layout_compute(&t->layout, &t->m, t->canvas.width, t->canvas.height);
	tui_layout_apply(&t->layout, &t->m);
	/* A log that nobody sees is not asked for; when it comes into sight again, its end may come once
	 * more. */
	if (shown != (t->m.logpane.height > 0)) {
		if (!shown)
			tui_log_resume(&t->m.logpane.log);
		tui_links_follow(t->links, NULL);
	}
	tui_links_set_metrics(t->links,
			      tui_layout_wants_metrics(&t->layout) || tui_activity_wants_metrics(&t->m));
	tui_serve_requests(t);
	if (t->m.busy && t->work != NULL)
		tui_app_arm(t->work, 0);
	return tui_pause_draw(&t->m, &t->canvas, tui_view_draw(&t->m, &t->layout, &t->canvas));
}

static void
frame_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui *t = arg;
	double valid_for;
	int width, height;

	(void)fd;
	(void)what;
	/* Half of what the last one said is still on its way: drained_cb asks again. */
	if (t->term.away || !tui_term_is_ready(&t->term)) {
		t->late = true;
		return;
	}
	t->late = false;
	tui_term_size(&t->term, &width, &height);
	if (t->resized || width != t->canvas.width || height != t->canvas.height) {
		tui_term_resized(&t->term);
		tui_canvas_resize(&t->canvas, width, height);
		t->all = true;
	}
	t->resized = false;
	tui_effects_update(&t->effects, &t->term, &t->canvas, &t->m);
	valid_for = tui_frame_draw(t);
	t->all = !tui_term_paint(&t->term, &t->canvas, t->all);
	tui_pace_drawn(&t->pace, mono_now(), frame_interval(t));
	event_del(t->tick);
	if (t->play != NULL)
		valid_for = tui_play_real(t->play, valid_for);
	if (valid_for < 86400)
		tui_app_arm(t->tick, (int64_t)(valid_for * 1e6) + 1000);
}

/* Keys and events come between the slices; a frame shows what has been found so far. */
static void
work_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui *t = arg;

	(void)fd;
	(void)what;
	if (tui_actions_work(&t->m))
		tui_app_arm(t->work, 0);
	tui_frame_due(t);
}

static void
tick_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	tui_frame_due(arg);
}

void
tui_frame_drained(struct tui *t)
{
	if (t->late)
		tui_frame_due(t);
}

void
tui_frame_init(struct tui *t)
{
	t->frame = evtimer_new(t->base, frame_cb, t);
	t->tick = evtimer_new(t->base, tick_cb, t);
	t->work = evtimer_new(t->base, work_cb, t);
}
