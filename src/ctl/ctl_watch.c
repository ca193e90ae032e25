/* ctl_watch.c: see ctl_watch.h. What is known is ctl_table's, how it looks on a terminal ctl_screen's. */
#include "autoconf.h"

#include "ctl/ctl_watch.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/clock.h"
#include "base/timefmt.h"
#include "base/xmalloc.h"
#include "ctl/ctl_events.h"
#include "ctl/ctl_screen.h"
#include "ctl/ctl_table.h"

#define POLL_MS 2000
#define RETRY_FIRST_MS 500
#define RETRY_MAX_MS 5000
#define NO_STREAM 404 /* what a daemon without /events answers */

struct watch {
	struct ctl *ctl;
	const struct ctl_args *args;
	struct ctl_table *table;
	struct ctl_screen *screen; /* NULL: lines */
	struct ctl_events *events;
	struct client *poller; /* of a daemon without a stream */
	char *last_id;         /* owned; to go on from */
	struct event *timer;   /* the next try, or the next question */
	struct event *reader;  /* whoever reads our pipe has gone */
	int pause_ms;
	bool started; /* the first picture has been seen */
	bool lost;
	bool over;
};

static void watch_connect(struct watch *w);

static double
local_now(void)
{
	struct now now;

	clock_read(&now);
	return (double)now.wall / (double)SECOND_US;
}

static void
wait_ms(struct watch *w, int ms)
{
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};

	event_add(w->timer, &tv);
}

static void
flush(struct watch *w)
{
	if (fflush(stdout) != 0 || ferror(stdout))
		w->over = true;
}

/* Changes */

static void
say_change(const struct ctl_table_row *row, const char *from, bool gone, double time)
{
	const char *description = json_string_value(json_object_get(row->process, "description"));
	struct buf line = BUF_INIT(SIZE_MAX / 2);
	char when[TIMEFMT_MAX];

	timefmt_log(when, (wall_us)(time * (double)SECOND_US));
	buf_printf(&line, "%s ", when);
	ctl_table_put(&line, row->namespec, SIZE_MAX);
	buf_putc(&line, ' ');
	ctl_table_put(&line, from != NULL ? from : "-", SIZE_MAX);
	buf_puts(&line, " -> ");
	ctl_table_put(&line, gone ? "-" : row->statename, SIZE_MAX);
	if (!gone && description != NULL && *description != '\0') {
		buf_putc(&line, ' ');
		ctl_table_put(&line, description, SIZE_MAX);
	}
	ctl_say("%s", buf_str(&line));
	buf_release(&line);
}

/* A process of the stream or of getProcessInfo, as `status --json` names it, and what it is said for. */
static json_t *
row_json(const struct ctl_table_row *row, const char *event)
{
	json_t *object = event != NULL ? json_pack("{s:s}", "event", event) : json_object();

	json_object_update(object, row->process);
	json_object_set_new_nocheck(object, "namespec", ctl_json_text(row->namespec));
	return object;
}

static void
print_change(const struct ctl_table_row *row, const char *from, bool gone, double time)
{
	json_t *object = row_json(row, gone ? "removed" : "change");

	json_object_set_new_nocheck(object, "time", json_real(time));
	json_object_set_new_nocheck(object, "from", from != NULL ? ctl_json_text(from) : json_null());
	ctl_json_print(object);
	json_decref(object);
}

static void
watch_change(void *arg, struct ctl_table_row *row, const char *from, bool gone, double time)
{
	struct watch *w = arg;

	if (w->screen != NULL)
		return;
	time = time > 0 ? time : local_now();
	if (w->args->json)
		print_change(row, from, gone, time);
	else
		say_change(row, from, gone, time);
	flush(w);
}

/* The first picture */

static json_t *
complain_names(struct watch *w, size_t *found)
{
	json_t *errors = json_array();

	*found = 0;
	for (size_t i = 0; i < w->args->n; i++) {
		const char *word = w->args->word[i];
		char *message;
		json_t *problem;

		if (ctl_table_finds(w->table, i)) {
			++*found;
			continue;
		}
		message = xasprintf("%s: ERROR (no such process)", word);
		problem = ctl_json_problem(CTL_PROBLEM_NAME, 0, message);
		json_object_set_new_nocheck(problem, "name", ctl_json_text(word));
		json_array_append_new(errors, problem);
		if (!w->args->json)
			fprintf(stderr, "%s\n", message);
		free(message);
	}
	return errors;
}

static void
print_snapshot(struct watch *w, json_t *errors)
{
	struct ctl_table_row *const *rows;
	json_t *object = json_pack("{s:s, s:f}", "event", "snapshot", "time", local_now()),
	       *list = json_array();
	size_t n;

	rows = ctl_table_rows(w->table, &n);
	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, row_json(rows[i], NULL));
	json_object_set_new_nocheck(object, "processes", list);
	json_object_set_nocheck(object, "errors", errors);
	ctl_json_print(object);
	json_decref(object);
	flush(w);
}

/* Names that are none yet are waited for, as long as there is one that is. */
static void
watch_begin(struct watch *w)
{
	size_t found;
	json_t *errors = complain_names(w, &found);

	w->started = true;
	if (w->args->json)
		print_snapshot(w, errors);
	if (found == 0 && w->args->n > 0) {
		ctl_fail(w->ctl, CTL_EXIT_STATUS_UNKNOWN);
		w->over = true;
	}
	json_decref(errors);
}

static void
watch_feed(struct watch *w, const char *type, const json_t *data)
{
	ctl_table_feed(w->table, type, data);
	if (ctl_table_is_complete(w->table) && !w->started)
		watch_begin(w);
	if (w->screen != NULL && w->started && !w->over)
		ctl_screen_changed(w->screen);
}

/* The connection */

static void
print_link(const char *event, const char *message)
{
	json_t *object = json_pack("{s:s, s:f}", "event", event, "time", local_now());

	if (message != NULL)
		json_object_set_new_nocheck(object, "message", ctl_json_text(message));
	ctl_json_print(object);
	json_decref(object);
}

/* The message may be what a server has said in the place of a status line. */
static void
say_lost(const struct watch *w, const char *message)
{
	struct buf text = BUF_INIT(SIZE_MAX / 2);

	ctl_table_put(&text, message, SIZE_MAX);
	fprintf(stderr, "%s: connection lost (%s); trying again\n", w->ctl->url, buf_str(&text));
	buf_release(&text);
}

static void
watch_link(struct watch *w, const char *message)
{
	bool lost = message != NULL;

	if (w->lost == lost)
		return;
	w->lost = lost;
	if (w->screen != NULL)
		ctl_screen_note(w->screen, message);
	else if (w->args->json)
		print_link(lost ? "disconnected" : "connected", message);
	else if (lost)
		say_lost(w, message);
	else
		fprintf(stderr, "%s: connected again\n", w->ctl->url);
	flush(w);
}

static void
watch_lost(struct watch *w, const struct client_error *e)
{
	bool ended = e->text == NULL || e->kind == CLIENT_TRUNCATED;

	watch_link(w, ended ? "the daemon has ended it" : e->text);
	wait_ms(w, w->pause_ms);
	w->pause_ms = w->pause_ms * 2 < RETRY_MAX_MS ? w->pause_ms * 2 : RETRY_MAX_MS;
}

static void
watch_connected(struct watch *w)
{
	w->pause_ms = RETRY_FIRST_MS;
	watch_link(w, NULL);
}

static void
watch_event(void *arg, const char *type, const json_t *data)
{
	struct watch *w = arg;

	watch_connected(w);
	if (strcmp(type, "hello") == 0 && w->screen != NULL)
		ctl_screen_clock(w->screen, ctl_table_number(data, "now") - local_now());
	watch_feed(w, type, data);
}

/* A daemon without a stream: its answers are snapshots. */
static void
watch_answer(void *arg, struct client_result *r)
{
	struct watch *w = arg;
	json_t *data = json_object(), *list = json_array();

	if (r->error.kind != CLIENT_OK) {
		watch_lost(w, &r->error);
	} else {
		for (size_t i = 0; i < xmlrpc_get_length(r->value); i++)
			json_array_append_new(list, ctl_json_process(xmlrpc_at(r->value, i)));
		json_object_set_nocheck(data, "processes", list);
		watch_connected(w);
		watch_feed(w, "snapshot-begin", data);
		watch_feed(w, "snapshot", data);
		watch_feed(w, "snapshot-end", data);
		wait_ms(w, POLL_MS);
	}
	json_decref(list);
	json_decref(data);
}

static void
watch_poll(struct watch *w)
{
	struct client_options options = ctl_client_options(w->ctl);

	if (w->poller == NULL) {
		fprintf(stderr, "%s has no push stream (it is not cvisor): asked every %d s\n", w->ctl->url,
			POLL_MS / 1000);
		w->poller = client_new(w->ctl->base, &options);
	}
	client_call(w->poller, "supervisor.getAllProcessInfo", NULL, watch_answer, w);
}

static void
watch_end(void *arg, const struct client_error *e)
{
	struct watch *w = arg;
	const char *id = ctl_events_last_id(w->events);

	free(w->last_id);
	w->last_id = id != NULL ? xstrdup(id) : NULL;
	if (e->kind == CLIENT_STATUS && e->code == NO_STREAM && !w->started)
		watch_poll(w);
	else
		watch_lost(w, e);
	ctl_events_close(w->events);
	w->events = NULL;
}

static const struct ctl_events_ops events_ops = {.event = watch_event, .end = watch_end};

static void
watch_connect(struct watch *w)
{
	if (w->poller != NULL)
		watch_poll(w);
	else
		w->events = ctl_events_open(w->ctl, w->last_id, &events_ops, w);
}

static void
watch_timer_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	watch_connect(arg);
}

static void
watch_reader_cb(evutil_socket_t fd, short what, void *arg)
{
	struct watch *w = arg;

	(void)fd;
	(void)what;
	w->over = true;
}

/* A pipe whose reader has left becomes readable: then there is nobody to tell, and nothing is written to find out. */
static void
watch_for_reader(struct watch *w)
{
	struct stat st;

	if (fstat(STDOUT_FILENO, &st) != 0 || !S_ISFIFO(st.st_mode))
		return;
	w->reader = event_new(w->ctl->base, STDOUT_FILENO, EV_READ, watch_reader_cb, w);
	event_add(w->reader, NULL);
}

void
ctl_watch(struct ctl *ctl, const struct ctl_args *args)
{
	bool all = ctl_args_contain(args, "all");
	struct ctl_args none = {.json = args->json};
	struct watch w = {.ctl = ctl, .args = all ? &none : args, .pause_ms = RETRY_FIRST_MS};

	ctl_json_abandon(ctl);
	w.table = ctl_table_new(w.args->word, w.args->n, watch_change, &w);
	if (!args->json)
		w.screen = ctl_screen_new(ctl->base, w.table);
	w.timer = evtimer_new(ctl->base, watch_timer_cb, &w);
	watch_for_reader(&w);
	watch_connect(&w);
	/* What the terminal shows of Ctrl-C stands on a line of its own. */
	if (ctl_run_until(ctl, &w.over) && isatty(STDOUT_FILENO))
		putchar('\n');
	ctl_events_close(w.events);
	client_free(w.poller);
	event_free(w.timer);
	if (w.reader != NULL)
		event_free(w.reader);
	ctl_screen_free(w.screen);
	ctl_table_free(w.table);
	free(w.last_id);
}
