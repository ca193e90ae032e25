/* tui_signals.c: see tui_signals.h. */
#include "autoconf.h"

#include "tui/tui_signals.h"

#include <signal.h>

#include "tui/tui_app.h"
#include "tui/tui_frame.h"
#include "tui/tui_serve.h"

static void
signal_cb(evutil_socket_t sig, short what, void *arg)
{
	struct tui *t = arg;

	(void)what;
	switch (sig) {
	case SIGWINCH:
		t->resized = true;
		tui_frame_due(t);
		break;
	case SIGTSTP:
		tui_request(&t->m.requests, REQUEST_SUSPEND, "");
		tui_serve_requests(t);
		break;
	case SIGCONT:
		/* Stopped without our knowing, by SIGSTOP: the shell may have written over everything. */
		tui_term_continued(&t->term);
		t->all = true;
		tui_frame_due(t);
		break;
	default:
		event_base_loopbreak(t->base);
	}
}

void
tui_signals_add(struct tui *t)
{
	static const int numbers[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		t->signals[i] = evsignal_new(t->base, numbers[i], signal_cb, t);
		event_add(t->signals[i], NULL);
	}
}
