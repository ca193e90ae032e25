/* tui_run_plain.c: see tui_run_plain.h. */
#include "autoconf.h"

#include "tui/tui_run_plain.h"

#include <errno.h>
#include <langinfo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "tui/tui_app.h"
#include "tui/tui_conn.h"
#include "tui/tui_serve.h"
#include "tui/tui_signals.h"

#define PLAIN_US 200000 /* changes within so long are told together */

static void
plain_flush(struct tui *t)
{
	struct buf out = BUF_INIT(TUI_PLAIN_MAX);

	tui_conn_tick(&t->m);
	tui_serve_requests(t);
	/* One that is added later keeps nobody waiting. */
	if (t->listening || tui_links_are_settled(t->links)) {
		tui_plain_take(&t->plain, &t->m, &out);
		fwrite(buf_str(&out), 1, out.len, stdout);
		if (fflush(stdout) != 0)
			event_base_loopbreak(t->base);
	}
	buf_release(&out);
	/* Who has said all that there was to say hears the end of it. */
	if (t->said_all && tui_links_are_settled(t->links) && t->m.jobs == NULL && t->m.update == NULL &&
	    !t->m.overlay.running)
		event_base_loopbreak(t->base);
}

static void
plain_due_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	plain_flush(arg);
}

/* Changes that come together are told together. */
static void
plain_changed_cb(void *arg)
{
	struct tui *t = arg;

	tui_serve_requests(t);
	if (!event_pending(t->frame, EV_TIMEOUT, NULL))
		tui_app_arm(t->frame, PLAIN_US);
}

static void
plain_take_lines(struct tui *t)
{
	char *newline;

	while (t->typed.len > 0 && (newline = memchr(t->typed.data, '\n', t->typed.len)) != NULL) {
		size_t len = (size_t)(newline - t->typed.data);
		char *line = xstrndup(t->typed.data, len);

		line[strcspn(line, "\r")] = '\0';
		buf_consume(&t->typed, len + 1);
		tui_plain_line(&t->plain, &t->m, line);
		free(line);
	}
	plain_changed_cb(t);
}

static void
plain_typed_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui *t = arg;
	char bytes[4096];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)what;
	/* Before the table is there, nothing is known that a command could be about. */
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		t->said_all = true;
		event_del(t->keys);
		/* The last line may end without one. */
		if (t->typed.len > 0)
			buf_putc(&t->typed, '\n');
	} else if (!buf_append(&t->typed, bytes, (size_t)n))
		buf_clear(&t->typed); /* no line is so long */
	plain_take_lines(t);
}

static void
plain_begin_cb(void *arg)
{
	struct tui *t = arg;

	plain_changed_cb(t);
	/* Lines are read when the table is there: what they name is known then. */
	if (tui_links_are_settled(t->links) && !t->listening) {
		t->listening = true;
		plain_flush(t);
		event_add(t->keys, NULL);
	}
}

int
tui_run_plain(struct tui *t)
{
	t->m.mode = MODE_LINES;
	tui_plain_init(&t->plain, strcmp(nl_langinfo(CODESET), "UTF-8") != 0);
	buf_init(&t->typed, 65536);
	t->frame = evtimer_new(t->base, plain_due_cb, t);
	t->keys = event_new(t->base, STDIN_FILENO, EV_READ | EV_PERSIST, plain_typed_cb, t);
	tui_signals_add(t);
	tui_serve_init(t);
	tui_links_open(t->links, plain_begin_cb, t);
	event_base_dispatch(t->base);
	plain_flush(t);
	tui_plain_release(&t->plain);
	buf_release(&t->typed);
	return EXIT_OK;
}
