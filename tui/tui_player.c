/* tui_player.c: see tui_player.h. */
#include "autoconf.h"

#include "tui/tui_player.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "tui/tui_feed.h"
#include "tui/tui_format.h"
#include "tui/tui_json.h"
#include "tui/tui_messages.h"
#include "tui/tui_model.h"
#include "tui/tui_show.h"

#define SLOWEST 0.125
#define FASTEST 4096.0
#define JUMP 60.0     /* seconds, back and forward */
#define WIDE 100      /* columns from which on the date is shown, too */
#define LOG_MOST 2000 /* events of logs that are looked through for a log that comes into sight */

void
tui_player_init(struct tui_player *p, struct tui_recording *recording, struct tui_model *m)
{
	*p = (struct tui_player){.recording = *recording, .m = m, .speed = 1};
	*recording = (struct tui_recording){0};
	for (size_t i = 0; i < p->recording.ndaemons; i++)
		tui_model_add_host(m, p->recording.daemons[i]);
	p->at = p->recording.list[0].time;
	m->now = p->at;
	m->player = p;
}

void
tui_player_release(struct tui_player *p)
{
	tui_recording_release(&p->recording);
}

bool
tui_player_has_ended(const struct tui_player *p)
{
	return p->next == p->recording.n;
}

static double
last_time(const struct tui_player *p)
{
	return p->recording.list[p->recording.n - 1].time;
}

void
tui_player_advance(struct tui_player *p, double seconds)
{
	if (!p->stopped && !tui_player_has_ended(p) && seconds > 0)
		p->at += seconds * p->speed;
	if (p->at > last_time(p))
		p->at = last_time(p);
	p->m->now = p->at;
}

/* Events */

static void
feed(struct tui_player *p, const struct tui_recorded *e)
{
	struct tui_host *h = p->m->hosts[e->daemon];
	const char *event;
	json_t *line, *data = tui_recording_data(e, &line, &event);

	p->m->now = e->time;
	if (strcmp(event, "down") == 0)
		tui_host_link(h, LINK_DOWN, text_of(data, "why"), 0);
	else if (strcmp(event, "full") == 0)
		tui_message(p->m, LOOK_WARN,
			    "the recording had reached its size: what came later is not in it");
	else {
		p->greeted = strcmp(event, "hello") == 0 && !bool_of(data, "resumed", false);
		tui_host_heard(h);
		tui_feed_object(h, event, data, e->time);
	}
	json_decref(data);
	json_decref(line);
}

/* Half a snapshot is no picture. */
static bool
is_in_snapshot(const struct tui_player *p)
{
	if (p->greeted)
		return true;
	for (size_t i = 0; i < p->m->nhosts; i++)
		if (p->m->hosts[i]->in_snapshot)
			return true;
	return false;
}

bool
tui_player_feed(struct tui_player *p, size_t max)
{
	const struct tui_recording *r = &p->recording;
	bool due = false;

	while (p->next < r->n && (r->list[p->next].time <= p->at || is_in_snapshot(p))) {
		due = max-- == 0;
		if (due)
			break;
		feed(p, &r->list[p->next++]);
	}
	if (p->next > 0 && p->at < r->list[p->next - 1].time)
		p->at = r->list[p->next - 1].time;
	p->m->now = p->at;
	if (tui_player_has_ended(p) && !p->stopped) {
		p->stopped = true;
		tui_message(p->m, LOOK_PLAIN, "the recording ends here%s",
			    r->torn ? ", in the middle of a line" : "");
	}
	return due;
}

double
tui_player_wait(const struct tui_player *p)
{
	double wait;

	if (tui_player_has_ended(p))
		return -1;
	wait = (p->recording.list[p->next].time - p->at) / p->speed;
	if (wait > 0 && p->stopped)
		return -1;
	return wait > 0 ? wait : 0;
}

/* Logs */

static void
feed_log(struct tui_player *p, const struct tui_recorded *e, bool *wanted)
{
	struct tui_host *h = p->m->hosts[e->daemon];
	struct tui_log *log = &p->m->logpane.log;
	const char *event;
	json_t *line, *data = tui_recording_data(e, &line, &event);
	unsigned source = tui_log_find_source(log, h, text_of(data, "log"));

	if (source != TUI_LOG_NO_SOURCE && wanted[source]) {
		log->sources[source]->live = true;
		tui_feed_object(h, event, data, e->time);
	}
	json_decref(data);
	json_decref(line);
}

void
tui_player_follow(struct tui_player *p)
{
	struct tui_log *log = &p->m->logpane.log;
	bool wanted[TUI_SHOW_MAX] = {false}, any = false;
	size_t from = p->next, most = LOG_MOST;

	for (size_t i = 0; i < log->nsources && i < TUI_SHOW_MAX; i++) {
		wanted[i] = !log->sources[i]->begun && log->sources[i]->followed;
		any |= wanted[i];
	}
	while (any && from > 0 && most > 0)
		if (p->recording.list[--from].kind == RECORDED_LOG)
			most--;
	for (; any && from < p->next; from++)
		if (p->recording.list[from].kind == RECORDED_LOG)
			feed_log(p, &p->recording.list[from], wanted);
	for (size_t i = 0; i < log->nsources && i < TUI_SHOW_MAX; i++)
		log->sources[i]->live |= wanted[i];
	p->m->now = p->at;
}

/* Keys */

/* From the beginning: the first snapshot replaces what is there. */
static void
rewind_to(struct tui_player *p, double time)
{
	for (size_t i = 0; i < p->m->nhosts; i++) {
		struct tui_host *h = p->m->hosts[i];

		tui_host_begin_snapshot(h);
		tui_host_end_snapshot(h);
		tui_host_link(h, LINK_CONNECTING, NULL, 0);
		h->ever_connected = false;
		tui_set(&h->daemon.boot, "");
	}
	p->next = 0;
	p->at = time > p->recording.list[0].time ? time : p->recording.list[0].time;
	p->m->now = p->at;
	tui_message(p->m, LOOK_PLAIN, "%s", "");
	tui_show_again(p->m);
}

void
tui_player_toggle(struct tui_model *m)
{
	if (tui_player_has_ended(m->player))
		rewind_to(m->player, 0);
	m->player->stopped = !m->player->stopped;
}

void
tui_player_step(struct tui_model *m)
{
	struct tui_player *p = m->player;
	size_t i = p->next;

	p->stopped = true;
	/* What is due is shown with the present step. */
	while (i < p->recording.n &&
	       (p->recording.list[i].kind != RECORDED_CHANGE || p->recording.list[i].time <= p->at))
		i++;
	if (i < p->recording.n)
		p->at = p->recording.list[i].time;
	else
		tui_message(m, LOOK_PLAIN, "nothing changes any more until the recording ends");
	m->now = p->at;
}

static void
set_speed(struct tui_player *p, double speed)
{
	if (speed >= SLOWEST && speed <= FASTEST)
		p->speed = speed;
}

void
tui_player_faster(struct tui_model *m)
{
	set_speed(m->player, m->player->speed * 2);
}

void
tui_player_slower(struct tui_model *m)
{
	set_speed(m->player, m->player->speed / 2);
}

void
tui_player_back(struct tui_model *m)
{
	rewind_to(m->player, m->player->at - JUMP);
}

void
tui_player_forward(struct tui_model *m)
{
	struct tui_player *p = m->player;

	p->at = p->at + JUMP < last_time(p) ? p->at + JUMP : last_time(p);
	m->now = p->at;
}

/* The head line */

int
tui_player_draw(const struct tui_model *m, struct tui_canvas *c, int x, double *valid_for)
{
	const struct tui_player *p = m->player;
	time_t second = (time_t)(p->at + (double)m->utc_offset);
	char clock[32], speed[24] = "", text[80];
	struct tm tm;
	int columns;

	gmtime_r(&second, &tm);
	strftime(clock, sizeof(clock), c->width < WIDE ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &tm);
	if (tui_player_has_ended(p))
		snprintf(speed, sizeof(speed), " end");
	else if (p->recording.list[p->next].time < p->at)
		snprintf(speed, sizeof(speed), " ..."); /* on the way there */
	else if (p->stopped)
		snprintf(speed, sizeof(speed), " stopped");
	else if (p->speed != 1)
		snprintf(speed, sizeof(speed), " x%g", p->speed);
	snprintf(text, sizeof(text), " REPLAY %s%s ", clock, speed);
	columns = tui_canvas_text(c, 0, x, c->width - x, m->theme->looks[LOOK_WARN], text);
	tui_canvas_restyle(c, 0, x, columns, TUI_REVERSE, false);
	if (!p->stopped)
		tui_until(valid_for, 1 - (p->at - floor(p->at)));
	return x + columns + 1;
}
