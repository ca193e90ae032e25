/*
 * ctl_fg.c: see ctl_fg.h.
 *
 * What the process writes comes on two streams; what the user types is sent line by line. That the process has died
 * is known from a third stream, of events, when it happens; a daemon that has none (Supervisor's) is asked after each
 * line.
 */
#include "autoconf.h"

#include "ctl/ctl_fg.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "ctl/ctl_events.h"
#include "ctl/ctl_input.h"
#include "ctl/ctl_logs.h"

#define STATE_RUNNING 20

/* How long an answer of the streams is waited for before the first line is sent, and for output after the
   last. The reference daemon looks at its logs once a second. */
#define OPEN_MS 2000
#define OUTPUT_MS 1500
#define QUIET_MS 200

struct fg {
	struct ctl *ctl;
	const char *name;
	struct ctl_follow out;
	struct ctl_follow err;
	struct ctl_events *events;
	const char *group, *process; /* its name in them */
	bool died;                   /* they have said so */
	struct event *timer;
	bool expired;
};

/* Its death */

static bool
is_ours(const struct fg *fg, const json_t *process)
{
	const char *group = json_string_value(json_object_get(process, "group")),
		   *name = json_string_value(json_object_get(process, "name"));

	return group != NULL && name != NULL && strcmp(group, fg->group) == 0 &&
	       strcmp(name, fg->process) == 0;
}

static void
look_at(struct fg *fg, const json_t *process)
{
	if (!is_ours(fg, process) || json_integer_value(json_object_get(process, "state")) == STATE_RUNNING)
		return;
	fg->died = true;
	ctl_input_stop(fg->ctl, true);
}

static void
fg_event(void *arg, const char *type, const json_t *data)
{
	const json_t *processes = json_object_get(data, "processes");

	if (strcmp(type, "process") == 0)
		look_at(arg, data);
	for (size_t i = 0; strcmp(type, "snapshot") == 0 && i < json_array_size(processes); i++)
		look_at(arg, json_array_get(processes, i));
}

/* Without it death is noticed later, no more. */
static void
fg_events_end(void *arg, const struct client_error *e)
{
	(void)arg;
	(void)e;
}

static const struct ctl_events_ops events_ops = {.event = fg_event, .end = fg_events_end};

/* The streams */

static void
fg_timer_cb(evutil_socket_t fd, short what, void *arg)
{
	struct fg *fg = arg;

	(void)fd;
	(void)what;
	fg->expired = true;
}

static bool
has_answered(const struct ctl_follow *f)
{
	return f->open || f->over;
}

static bool
both_have_answered(const struct fg *fg)
{
	return has_answered(&fg->out) && has_answered(&fg->err);
}

static uint64_t
bytes_shown(const struct fg *fg)
{
	return fg->out.bytes + fg->err.bytes;
}

static void
fg_arm(struct fg *fg, int ms)
{
	struct timeval when = {.tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000};

	fg->expired = false;
	evtimer_add(fg->timer, &when);
}

/* Lets the streams go on for a while; false when nothing more is to be waited for. */
static bool
fg_turn(struct fg *fg)
{
	return !fg->expired && !fg->ctl->interrupted && event_base_loop(fg->ctl->base, EVLOOP_ONCE) == 0;
}

/* Output that an early line causes is to be seen, so nothing is sent before the streams are there. */
static void
wait_for_streams(struct fg *fg)
{
	fg_arm(fg, OPEN_MS);
	while (!both_have_answered(fg) && fg_turn(fg))
		;
	evtimer_del(fg->timer);
}

/* One that writes without end is not waited for. */
static void
wait_until_quiet(struct fg *fg)
{
	uint64_t before;
	int rounds = OUTPUT_MS / QUIET_MS;

	do {
		before = bytes_shown(fg);
		fg_arm(fg, QUIET_MS);
		while (fg_turn(fg))
			;
	} while (bytes_shown(fg) != before && --rounds > 0 && !fg->ctl->interrupted);
	evtimer_del(fg->timer);
}

/* The input was a pipe that has ended: what the process says to it comes a little later. */
static void
wait_for_output(struct fg *fg, uint64_t before)
{
	fg_arm(fg, OUTPUT_MS);
	while (bytes_shown(fg) == before && !fg->died && fg_turn(fg))
		;
	wait_until_quiet(fg);
}

/* Its last words come on other connections than the news. What was typed and not sent was meant for it, not for the
   prompt. */
static void
say_killed(struct fg *fg)
{
	wait_until_quiet(fg);
	ctl_say("Process got killed");
	if (isatty(STDIN_FILENO))
		tcflush(STDIN_FILENO, TCIFLUSH);
}

/* "ERROR: " and the failure as Python shows it. */
static void
say_error(const struct client_error *e)
{
	struct ctl_error shown = {0};

	ctl_error_from_client(&shown, e);
	ctl_say("ERROR: %s", shown.text);
	ctl_error_release(&shown);
}

/* Whether the process runs. False also after saying or raising why that is not known. */
static bool
still_runs(struct fg *fg)
{
	struct client_result r;
	bool runs = false;

	if (ctl_call(fg->ctl, &r, "getProcessInfo", ctl_strings(1, fg->name))) {
		runs = xmlrpc_get_int(xmlrpc_find(r.value, "state")) == STATE_RUNNING;
		if (!runs)
			say_killed(fg);
	} else if (r.error.kind == CLIENT_FAULT) {
		say_error(&r.error);
	} else {
		ctl_raise(fg->ctl, &r.error);
	}
	client_result_release(&r);
	return runs;
}

static bool
send_line(struct fg *fg, const char *line)
{
	char *text = xasprintf("%s\n", line);
	struct client_result r;
	bool ok = ctl_call(fg->ctl, &r, "sendProcessStdin", ctl_strings(2, fg->name, text));

	if (!ok && ctl_is_fault(&r, FAULT_NOT_RUNNING))
		say_killed(fg);
	else if (!ok && r.error.kind == CLIENT_FAULT)
		say_error(&r.error);
	else if (!ok)
		ctl_raise(fg->ctl, &r.error);
	client_result_release(&r);
	free(text);
	return ok && still_runs(fg);
}

static void
converse(struct fg *fg)
{
	uint64_t before = 0;
	bool sent = false, ok = true;
	char *line = NULL;

	while (ok) {
		enum ctl_input_result result = ctl_input_line(fg->ctl, &line);

		if (result == CTL_INPUT_END && sent && !isatty(STDIN_FILENO))
			wait_for_output(fg, before);
		if (fg->died && !fg->ctl->interrupted)
			say_killed(fg);
		if (result != CTL_INPUT_LINE || fg->died)
			break;
		wait_for_streams(fg);
		before = bytes_shown(fg);
		ok = sent = send_line(fg, line);
		free(line);
		line = NULL;
	}
	free(line);
	/* Interrupted while waiting for the server: that is Ctrl-C in fg as well. */
	if (fg->ctl->raised.cancelled)
		ctl_error_release(&fg->ctl->raised);
	if (!ctl_raised(fg->ctl))
		ctl_say("Exiting foreground");
}

static void
foreground(struct ctl *ctl, const char *name, const struct xmlrpc_value *info)
{
	struct fg fg = {
	    .ctl = ctl,
	    .name = name,
	    .group = xmlrpc_get_string(xmlrpc_find(info, "group")),
	    .process = xmlrpc_get_string(xmlrpc_find(info, "name")),
	};
	char *out = xasprintf("/logtail/%s/stdout", name), *err = xasprintf("/logtail/%s/stderr", name);

	ctl_interrupt_catch(ctl); /* before that is offered */
	ctl_say("==> Press Ctrl-C to exit <==");
	fg.timer = evtimer_new(ctl->base, fg_timer_cb, &fg);
	ctl_follow_start(&fg.out, ctl, out);
	ctl_follow_start(&fg.err, ctl, err);
	fg.events = ctl_events_open(ctl, NULL, &events_ops, &fg);
	converse(&fg);
	ctl_input_stop(ctl, false);
	ctl_events_close(fg.events);
	ctl_follow_stop(&fg.out);
	ctl_follow_stop(&fg.err);
	event_free(fg.timer);
	free(out);
	free(err);
	ctl->interrupted = false;
	if (!ctl->in_shell)
		ctl_interrupt_release(ctl);
}

void
ctl_fg(struct ctl *ctl, const struct ctl_args *args)
{
	struct client_result r;
	bool runs = false;

	if (args->n == 0) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "ERROR: no process name supplied");
		return;
	}
	if (args->n > 1) {
		ctl_say("ERROR: too many process names supplied");
		ctl_fail(ctl, CTL_EXIT_GENERIC);
		return;
	}
	if (ctl_call(ctl, &r, "getProcessInfo", ctl_strings(1, args->word[0]))) {
		runs = xmlrpc_get_int(xmlrpc_find(r.value, "state")) == STATE_RUNNING;
		if (!runs) {
			ctl_say("ERROR: process not running");
			ctl_fail(ctl, CTL_EXIT_GENERIC);
		}
	} else if (ctl_is_fault(&r, FAULT_BAD_NAME)) {
		ctl_say("ERROR: bad process name supplied");
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	} else if (r.error.kind == CLIENT_FAULT) {
		say_error(&r.error);
	} else {
		ctl_raise(ctl, &r.error);
	}
	if (runs)
		foreground(ctl, args->word[0], r.value);
	client_result_release(&r);
}
