/*
 * supervisortui: the full-screen client. This file is the wiring: one libevent loop with the
 * terminal, the connection, the timers and signals as its events, and the drawing of a frame. What things
 * mean is in the pure files.
 *
 * A frame is drawn when something changed, at most 20 times a second, and not before the terminal has taken
 * the one before. When nothing happens there is no timer but the one for the next age or countdown on the
 * screen to change.
 */
#include "autoconf.h"

#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <langinfo.h>

#include <event2/event.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/xmalloc.h"
#include "tui/tui_actions.h"
#include "tui/tui_attach.h"
#include "tui/tui_child.h"
#include "tui/tui_conffile.h"
#include "tui/tui_effects.h"
#include "tui/tui_histfile.h"
#include "tui/tui_layout.h"
#include "tui/tui_links.h"
#include "tui/tui_mouse.h"
#include "tui/tui_options.h"
#include "tui/tui_output.h"
#include "tui/tui_plain.h"
#include "tui/tui_sanitize.h"
#include "tui/tui_seen.h"
#include "tui/tui_set.h"
#include "tui/tui_override.h"
#include "tui/tui_pace.h"
#include "tui/tui_term.h"
#include "tui/tui_view.h"

#define FRAME_US 50000 /* 20 frames a second at most */
#define SLOWEST_FRAME_US 1000000
#define ESC_US 50000         /* so long may an escape sequence be in pieces */
#define PLAIN_US 200000      /* --plain: changes within so long are told together */
#define ONCE_SECONDS 10      /* for --once: how long a daemon may take */
#define ONCE_GRACE_US 500000 /* ... and its log and figures after the table */

enum exit_status {
	EXIT_OK = 0,
	EXIT_TROUBLE = 1,
	EXIT_USAGE = 2,
};

/* The program */

struct tui {
	const struct tui_options *options;
	struct event_base *base;
	struct tui_model m;
	struct tui_layout layout;
	struct tui_canvas canvas;
	struct tui_term term;
	struct tui_effects effects;
	struct tui_input input;
	struct tui_links *links;
	struct tui_override override;
	struct tui_child *child;
	char *history;             /* the file of command lines; owned; NULL: none */
	struct tui_attach *attach; /* who has the terminal instead of us */
	struct event *keys;
	struct event *escape; /* a lone Esc has waited long enough */
	struct event *frame;  /* the next frame is due */
	struct event *tick;   /* time alone changes the picture */
	struct event *work;   /* a slice of what takes long is due */
	struct event *signals[6];
	struct tui_pace pace;
	bool all;  /* the next frame is sent whole */
	bool late; /* a frame waits for the terminal to take the one before */
	bool resized;
	bool settled;           /* for --once: all have answered, or never will */
	struct tui_plain plain; /* --plain: what was said */
	struct buf typed;       /* ... and what was typed of a line that has not ended */
	bool listening;
	bool said_all; /* standard input has ended */
	int status;
};

static mono_us
mono_now(void)
{
	struct now now;

	clock_read(&now);
	return now.mono;
}

static void
arm(struct event *timer, int64_t us)
{
	struct timeval tv = {.tv_sec = us / SECOND_US, .tv_usec = us % SECOND_US};

	event_add(timer, &tv);
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

/* Something is another: a frame is due, now or when the last one is old enough. */
static void
dirty(struct tui *t)
{
	if (!event_pending(t->frame, EV_TIMEOUT, NULL))
		arm(t->frame, tui_pace_wait(&t->pace, mono_now(), frame_interval(t), false));
}

/* A key has done something: somebody waits for the frame. */
static void
dirty_by_key(struct tui *t)
{
	arm(t->frame, tui_pace_wait(&t->pace, mono_now(), frame_interval(t), true));
}

/* Beside this program if it is there, else by PATH. */
static char *
find_supervisorctl(const char *prog)
{
	const char *slash = strrchr(prog, '/');
	char *path;

	if (slash != NULL) {
		path = xasprintf("%.*s/supervisorctl", (int)(slash - prog), prog);
		if (access(path, X_OK) == 0)
			return path;
		free(path);
	}
	return xstrdup("supervisorctl");
}

static void
free_argv(char **argv)
{
	for (size_t i = 0; argv[i] != NULL; i++)
		free(argv[i]);
	free(argv);
}

static void
attached_end_cb(void *arg)
{
	struct tui *t = arg;

	tui_term_enter(&t->term);
	event_add(t->keys, NULL);
	t->all = t->resized = true;
	dirty(t);
}

static void
run_command(struct tui *t, const struct tui_request *r)
{
	const struct tui_host *host = r->host != NULL ? r->host : tui_model_host(&t->m);
	char *program = find_supervisorctl(t->options->prog);
	char **argv = tui_links_ctl(t->links, host, program);

	tui_child_run(t->child, argv, r->text);
	free_argv(argv);
	free(program);
}

/* Somebody else has the terminal from now on, until attached_end_cb. */
static void
attach(struct tui *t, char *const *argv, int fd)
{
	event_del(t->keys);
	tui_term_leave(&t->term);
	if (tui_attach_run(t->attach, argv, fd))
		return;
	tui_message(&t->m, LOOK_BAD, "cannot run %s: %s", argv[0], strerror(errno));
	attached_end_cb(t);
}

static void
run_fg(struct tui *t, const struct tui_request *r)
{
	char *program = find_supervisorctl(t->options->prog);
	char **argv = tui_links_ctl(t->links, r->host, program);
	char *line = xasprintf("fg %s", r->text);
	size_t n = 0;

	while (argv[n] != NULL)
		n++;
	argv = xreallocarray(argv, n + 2, sizeof(*argv));
	argv[n] = line;
	argv[n + 1] = NULL;
	attach(t, argv, -1);
	free_argv(argv);
	free(program);
}

static void
do_request(struct tui *t, struct tui_request *r)
{
	switch (r->kind) {
	case REQUEST_CALL:
		tui_links_call(t->links, r);
		break;
	case REQUEST_COMMAND:
		run_command(t, r);
		break;
	case REQUEST_COMMAND_END:
		tui_child_stop(t->child);
		break;
	case REQUEST_FOLLOW:
		tui_links_follow(t->links, r->host);
		break;
	case REQUEST_RETRY:
		tui_links_retry(t->links, r->host);
		break;
	case REQUEST_REDRAW:
		t->all = true;
		break;
	case REQUEST_SUSPEND:
		if (!t->term.open || t->term.away)
			break;
		tui_term_suspend(&t->term);
		t->all = t->resized = true;
		dirty(t);
		break;
	case REQUEST_FG:
		if (t->term.open && !t->term.away)
			run_fg(t, r);
		break;
	case REQUEST_REMEMBER:
		if (t->history != NULL)
			tui_histfile_add(t->history, r->text);
		break;
	case REQUEST_COPY:
		if (t->term.open)
			tui_term_copy(&t->term, r->text);
		break;
	case REQUEST_QUIT:
		event_base_loopbreak(t->base);
		break;
	}
}

static void
do_requests(struct tui *t)
{
	struct tui_request *r;

	while ((r = tui_request_take(&t->m.requests)) != NULL) {
		do_request(t, r);
		tui_request_free(r);
	}
}

static void
changed_cb(void *arg)
{
	struct tui *t = arg;

	do_requests(t);
	dirty(t);
}

/* Lays the model out and draws it on the canvas. */
static double
draw(struct tui *t)
{
	bool shown = t->m.logpane.height > 0;

	tui_conn_tick(&t->m);
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
	tui_links_set_metrics(t->links, tui_layout_wants_metrics(&t->layout));
	do_requests(t);
	if (t->m.busy && t->work != NULL)
		arm(t->work, 0);
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
	valid_for = draw(t);
	t->all = !tui_term_paint(&t->term, &t->canvas, t->all);
	tui_pace_drawn(&t->pace, mono_now(), frame_interval(t));
	event_del(t->tick);
	if (valid_for < 86400)
		arm(t->tick, (int64_t)(valid_for * 1e6) + 1000);
}

/* Keys and events come between the slices; a frame shows what has been found so far. */
static void
work_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui *t = arg;

	(void)fd;
	(void)what;
	if (tui_actions_work(&t->m))
		arm(t->work, 0);
	dirty(t);
}

static void
tick_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	dirty(arg);
}

/* Keys */

static void
take_reply(struct tui *t)
{
	if (tui_term_reply(&t->term, &t->input.reply))
		dirty(t);
}

static void
take_keys(struct tui *t, bool expired)
{
	uint32_t key;

	event_del(t->escape);
	tui_conn_tick(&t->m);
	while (tui_input_next(&t->input, expired, &key)) {
		if (key == TUI_KEY_REPLY)
			take_reply(t);
		else if (key == TUI_KEY_MOUSE) {
			if (tui_mouse_act(&t->m, &t->layout, &t->input.mouse))
				dirty_by_key(t);
		} else if (tui_actions_key(&t->m, key))
			dirty_by_key(t);
		do_requests(t);
	}
	if (tui_input_pending(&t->input))
		arm(t->escape, ESC_US);
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

/* Signals */

static void
signal_cb(evutil_socket_t sig, short what, void *arg)
{
	struct tui *t = arg;

	(void)what;
	switch (sig) {
	case SIGWINCH:
		t->resized = true;
		dirty(t);
		break;
	case SIGTSTP:
		tui_request(&t->m.requests, REQUEST_SUSPEND, "");
		do_requests(t);
		break;
	case SIGCONT:
		/* Stopped without our knowing, by SIGSTOP: the shell may have written over everything. */
		tui_term_continued(&t->term);
		t->all = true;
		dirty(t);
		break;
	default:
		event_base_loopbreak(t->base);
	}
}

static void
add_signals(struct tui *t)
{
	static const int numbers[] = {SIGWINCH, SIGTSTP, SIGCONT, SIGTERM, SIGHUP, SIGINT};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		t->signals[i] = evsignal_new(t->base, numbers[i], signal_cb, t);
		event_add(t->signals[i], NULL);
	}
}

/* Commands */

static void
output_cb(void *arg, const char *bytes, size_t len)
{
	struct tui *t = arg;

	tui_output_add(&t->m, bytes, len);
	dirty(t);
}

static void
output_end_cb(void *arg, const char *how)
{
	struct tui *t = arg;

	tui_output_end(&t->m, how);
	dirty(t);
}

static const struct tui_child_ops child_ops = {
    .output = output_cb,
    .end = output_end_cb,
};

/* The terminal */

static void
drained_cb(void *arg)
{
	struct tui *t = arg;

	if (t->late)
		dirty(t);
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

/* Start and end */

static void
init(struct tui *t, const struct tui_options *o)
{
	time_t now = time(NULL);
	struct tm tm;

	*t = (struct tui){.options = o};
	t->base = event_base_new();
	tui_model_init(&t->m);
	localtime_r(&now, &tm);
	t->m.utc_offset = tm.tm_gmtoff;
	tui_conn_tick(&t->m);
	tui_input_init(&t->input);
	tui_canvas_init(&t->canvas, o->width, o->height);
}

static void
release(struct tui *t)
{
	tui_links_free(t->links);
	tui_child_free(t->child);
	tui_attach_free(t->attach);
	free(t->history);
	if (t->keys != NULL)
		event_free(t->keys);
	if (t->escape != NULL)
		event_free(t->escape);
	if (t->frame != NULL)
		event_free(t->frame);
	if (t->tick != NULL)
		event_free(t->tick);
	if (t->work != NULL)
		event_free(t->work);
	for (size_t i = 0; i < sizeof(t->signals) / sizeof(t->signals[0]); i++)
		if (t->signals[i] != NULL)
			event_free(t->signals[i]);
	tui_override_release(&t->override);
	tui_model_release(&t->m);
	tui_canvas_release(&t->canvas);
	event_base_free(t->base);
}

static int
run_screen(struct tui *t, struct err *err)
{
	if (!tui_term_open(&t->term, t->base, &t->input, &out_ops, t, err))
		return EXIT_TROUBLE;
	t->canvas.ascii = !t->term.utf8;
	t->m.glyphs = t->term.graphics ? &tui_glyphs_utf8 : &tui_glyphs_ascii;
	tui_effects_update(&t->effects, &t->term, &t->canvas, &t->m);
	t->attach = tui_attach_new(t->base, attached_end_cb, t);
	t->keys = event_new(t->base, STDIN_FILENO, EV_READ | EV_PERSIST, keys_cb, t);
	t->escape = evtimer_new(t->base, escape_cb, t);
	t->frame = evtimer_new(t->base, frame_cb, t);
	t->tick = evtimer_new(t->base, tick_cb, t);
	t->work = evtimer_new(t->base, work_cb, t);
	event_add(t->keys, NULL);
	add_signals(t);
	t->child = tui_child_new(t->base, &child_ops, t);
	tui_links_open(t->links, changed_cb, t);
	dirty(t);
	event_base_dispatch(t->base);
	tui_term_close(&t->term);
	return EXIT_OK;
}

/* --once: one picture, as text */

static void
once_print(struct tui *t)
{
	struct buf out = BUF_INIT(16 * 1024 * 1024);

	tui_set(&t->m.message, "");
	draw(t);
	tui_canvas_dump(&t->canvas, &out);
	fputs(buf_str(&out), stdout);
	buf_release(&out);
	event_base_loopbreak(t->base);
}

static void
once_due_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui *t = arg;

	(void)fd;
	(void)what;
	if (tui_links_any_up(t->links)) {
		once_print(t);
		return;
	}
	t->status = EXIT_TROUBLE;
	event_base_loopbreak(t->base);
}

static void
once_changed_cb(void *arg)
{
	struct tui *t = arg;

	if (!tui_links_are_settled(t->links))
		do_requests(t);
	else if (!tui_links_any_up(t->links)) {
		t->status = EXIT_TROUBLE;
		event_base_loopbreak(t->base);
	} else if (!t->settled) {
		t->settled = true;
		draw(t); /* to find out which log is wanted */
		arm(t->frame, ONCE_GRACE_US);
	} else
		do_requests(t);
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

static int
run_once(struct tui *t, struct err *err)
{
	t->canvas.ascii = strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	t->m.glyphs = t->canvas.ascii ? &tui_glyphs_ascii : &tui_glyphs_utf8;
	t->frame = evtimer_new(t->base, once_due_cb, t);
	t->child = tui_child_new(t->base, &child_ops, t);
	tui_links_open(t->links, once_changed_cb, t);
	arm(t->frame, ONCE_SECONDS * SECOND_US);
	event_base_dispatch(t->base);
	if (t->status != EXIT_OK)
		describe_trouble(t, err);
	return t->status;
}

/* --plain: lines instead of a screen */

static void
plain_flush(struct tui *t)
{
	struct buf out = BUF_INIT(TUI_PLAIN_MAX);

	tui_conn_tick(&t->m);
	do_requests(t);
	if (tui_links_are_settled(t->links)) {
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

	do_requests(t);
	if (!event_pending(t->frame, EV_TIMEOUT, NULL))
		arm(t->frame, PLAIN_US);
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

static int
run_plain(struct tui *t)
{
	tui_plain_init(&t->plain, strcmp(nl_langinfo(CODESET), "UTF-8") != 0);
	buf_init(&t->typed, 65536);
	t->frame = evtimer_new(t->base, plain_due_cb, t);
	t->keys = event_new(t->base, STDIN_FILENO, EV_READ | EV_PERSIST, plain_typed_cb, t);
	add_signals(t);
	t->child = tui_child_new(t->base, &child_ops, t);
	tui_links_open(t->links, plain_begin_cb, t);
	event_base_dispatch(t->base);
	plain_flush(t);
	tui_plain_release(&t->plain);
	buf_release(&t->typed);
	return EXIT_OK;
}

/* A terminal that can do nothing gets lines without being asked. */
static bool
is_plain(const struct tui_options *o)
{
	const char *term = getenv("TERM");

	return !o->once && (o->plain || (isatty(STDOUT_FILENO) && term != NULL && strcmp(term, "dumb") == 0));
}

/* tui.conf becomes the model's settings and keys. */
static bool
read_settings(struct tui *t, struct err *err)
{
	const struct tui_options *o = t->options;

	if (o->settings != NULL &&
	    !tui_conffile_read(o->settings, o->given_settings != NULL, &t->m.settings, &t->m.keys, err))
		return false;
	if (!tui_override_begin(&t->override, &t->m.settings, o->sets, o->nsets, err))
		return false;
	tui_set_begin(&t->m);
	if (o->readonly)
		t->m.settings.readonly = 1;
	if (!o->no_settings)
		t->history = tui_histfile_path();
	if (t->history != NULL)
		tui_histfile_load(t->history, &t->m.prompt.history[PROMPT_COMMAND]);
	return true;
}

/* What the screen remembers. That it cannot be written is worth a word, and no more. */
static void
save_settings(struct tui *t)
{
	struct err err = ERR_INIT;

	if (t->options->settings == NULL)
		return;
	tui_set_collect(&t->m);
	tui_override_end(&t->override, &t->m.settings);
	if (!tui_conffile_save(t->options->settings, &t->m.settings, &err))
		fprintf(stderr, "Warning: what the screen remembers is lost: %s\n", err_text(&err));
	err_release(&err);
}

static int
run(const struct tui_options *o, struct err *err)
{
	struct tui t;
	int status = EXIT_TROUBLE;

	init(&t, o);
	if (!read_settings(&t, err)) {
		release(&t);
		return EXIT_USAGE;
	}
	t.links = tui_links_new(t.base, &o->endpoints, &t.m, err);
	if (t.links != NULL && !o->once && !is_plain(o))
		tui_seen_load(&t.m);
	if (t.links != NULL && tui_links_ask(t.links, err))
		status = o->once ? run_once(&t, err) : is_plain(o) ? run_plain(&t) : run_screen(&t, err);
	if (status == EXIT_OK && !o->once && !is_plain(o)) {
		save_settings(&t);
		tui_seen_save(&t.m);
	}
	release(&t);
	return status;
}

int
main(int argc, char **argv)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct tui_options o;
	struct buf help = BUF_INIT(65536);
	struct err err = ERR_INIT;
	int status = EXIT_OK;

	(void)argc;
	setlocale(LC_CTYPE, "");
	sigaction(SIGPIPE, &ignore, NULL);
	if (!tui_options_parse(&o, argv, &err)) {
		fprintf(stderr, "Error: %s\nFor help, use %s -h\n", err_text(&err), argv[0]);
		status = EXIT_USAGE;
	} else if (o.help) {
		tui_options_help(&help, argv[0]);
		fputs(buf_str(&help), stdout);
	} else if (o.version)
		puts(PACKAGE_VERSION);
	else if (!tui_options_read_config(&o, &err)) {
		fprintf(stderr, "Error: %s\n", err_text(&err));
		status = EXIT_USAGE;
	} else {
		status = run(&o, &err);
		if (status != EXIT_OK)
			fprintf(stderr, "Error: %s\n", err_text(&err));
	}
	buf_release(&help);
	err_release(&err);
	tui_options_release(&o);
	return status;
}
