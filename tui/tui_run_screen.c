/* tui_run_screen.c: see tui_run_screen.h. */
#include "autoconf.h"

#include "tui/tui_run_screen.h"

#include <errno.h>
#include <unistd.h>

#include "tui/tui_act_table.h"
#include "tui/tui_actions.h"
#include "tui/tui_app.h"
#include "tui/tui_frame.h"
#include "tui/tui_mouse.h"
#include "tui/tui_play.h"
#include "tui/tui_serve.h"
#include "tui/tui_signals.h"

#define ESC_US 50000 /* so long may an escape sequence be in pieces */

/* Keys */

static void
take_reply(struct tui *t)
{
	if (tui_term_reply(&t->term, &t->input.reply))
		tui_frame_due(t);
}

static void
take_keys(struct tui *t, bool expired)
{
	uint32_t key;

	event_del(t->escape);
	tui_app_tick(t);
	while (tui_input_next(&t->input, expired, &key)) {
		if (key == TUI_KEY_REPLY)
			take_reply(t);
		else if (key == TUI_KEY_MOUSE) {
			if (tui_mouse_act(&t->m, &t->layout, &t->input.mouse))
				tui_frame_due_by_key(t);
		} else if (tui_actions_key(&t->m, key))
			tui_frame_due_by_key(t);
		tui_serve_requests(t);
	}
	if (t->play != NULL)
		tui_play_look(t->play);
	if (tui_input_pending(&t->input))
		tui_app_arm(t->escape, ESC_US);
}

static void
escape_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	take_keys(arg, true);
}

static void
keys_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui *t = arg;
	char bytes[TUI_INPUT_MAX];
	size_t room = tui_input_room(&t->input);
	ssize_t n;

	(void)what;
	/* The descriptor is readable, so this does not wait; it must not be made non-blocking, since the
	 * shell shares it. */
	n = read(fd, bytes, room > 0 ? room : 1);
	if (n > 0) {
		tui_input_feed(&t->input, bytes, (size_t)n);
		take_keys(t, false);
	} else if (n == 0 || (errno != EINTR && errno != EAGAIN)) {
		/* The terminal has gone. */
		event_base_loopbreak(t->base);
	}
}

/* The terminal */

static void
drained_cb(void *arg)
{
	tui_frame_drained(arg);
}

static void
gone_cb(void *arg)
{
	struct tui *t = arg;

	event_base_loopbreak(t->base);
}

static const struct tui_out_ops out_ops = {
    .drained = drained_cb,
    .gone = gone_cb,
};

/* The loop */

static void
changed_cb(void *arg)
{
	struct tui *t = arg;

	tui_serve_requests(t);
	tui_frame_due(t);
}

int
tui_run_screen(struct tui *t, struct err *err)
{
	if (!tui_term_open(&t->term, t->base, &t->input, &out_ops, t, err))
		return EXIT_TROUBLE;
	t->canvas.ascii = !t->term.utf8;
	t->m.glyphs = t->term.graphics ? &tui_glyphs_utf8 : &tui_glyphs_ascii;
	tui_effects_update(&t->effects, &t->term, &t->canvas, &t->m);
	t->keys = event_new(t->base, STDIN_FILENO, EV_READ | EV_PERSIST, keys_cb, t);
	t->escape = evtimer_new(t->base, escape_cb, t);
	tui_frame_init(t);
	event_add(t->keys, NULL);
	tui_signals_add(t);
	tui_serve_init(t);
	if (t->play == NULL)
		tui_act_table_tell_narrowed(&t->m);
	tui_links_open(t->links, changed_cb, t);
	if (t->play != NULL)
		tui_play_begin(t->play, t->base, changed_cb, t);
	tui_frame_due(t);
	event_base_dispatch(t->base);
	tui_term_close(&t->term);
	return EXIT_OK;
}
