/* ctl_progress.c: see ctl_progress.h. */
#include "autoconf.h"

#include "ctl/ctl_progress.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "core/process.h"
#include "ctl/ctl_events.h"
#include "ctl/ctl_screen.h"
#include "ctl/ctl_table.h"

#define MANY 3               /* processes from which on it is worth a line */
#define PATIENCE_US 3000000  /* for the first picture: the call waits for it */
#define SHOW_AFTER_US 300000 /* what is over sooner needs no progress */
#define REDRAW_US 50000

/* What a row's mark says. */
enum mark {
	MARK_NONE, /* not concerned */
	MARK_PENDING,
	MARK_SETTLED,
};

struct ctl_progress {
	struct ctl *ctl;
	enum ctl_verb verb;
	struct ctl_table *table;
	struct ctl_events *events;
	struct event *redraw;
	struct event *interrupt;
	size_t total, settled, failed;
	bool over; /* no more will come */
	bool late; /* the patience has come to its end */
	bool shown;
};

static int
state_of(const struct ctl_table_row *row)
{
	return (int)json_integer_value(json_object_get(row->process, "state"));
}

/* Whether a start or stop under way has come to its end. A start has with BACKOFF: the call is answered then. */
static bool
is_settled(enum ctl_verb verb, int state)
{
	if (state == process_state_code(PROCESS_STOPPING))
		return false;
	return verb == CTL_VERB_START ? state != process_state_code(PROCESS_STARTING)
				      : !ctl_verb_concerns(CTL_VERB_STOP, state);
}

/* The line */

void
ctl_progress_hide(struct ctl_progress *p)
{
	if (p == NULL || !p->shown)
		return;
	fputs("\r\033[K", stdout);
	fflush(stdout);
	p->shown = false;
}

static void
show(struct ctl_progress *p)
{
	printf("\r%zu/%zu %s", p->settled - p->failed, p->total,
	       p->verb == CTL_VERB_STOP ? "stopped" : "started");
	if (p->failed > 0)
		printf(", %zu failed", p->failed);
	fputs("\033[K", stdout);
	fflush(stdout);
	p->shown = true;
}

static void
progress_redraw_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	show(arg);
}

static void
arm(struct event *timer, long usec)
{
	event_add(timer, &(struct timeval){.tv_sec = usec / 1000000, .tv_usec = usec % 1000000});
}

/* The stream */

static void
progress_change(void *arg, struct ctl_table_row *row, const char *from, bool gone, double time)
{
	struct ctl_progress *p = arg;

	(void)from;
	(void)time;
	if (row->mark != MARK_PENDING || !(gone || is_settled(p->verb, state_of(row))))
		return;
	row->mark = MARK_SETTLED;
	p->settled++;
	if (p->verb == CTL_VERB_START && state_of(row) != process_state_code(PROCESS_RUNNING))
		p->failed++;
	if (!event_pending(p->redraw, EV_TIMEOUT, NULL))
		arm(p->redraw, REDRAW_US);
}

static void
progress_event(void *arg, const char *type, const json_t *data)
{
	struct ctl_progress *p = arg;

	ctl_table_feed(p->table, type, data);
}

static void
progress_ended(void *arg, const struct client_error *e)
{
	struct ctl_progress *p = arg;

	(void)e;
	p->over = true;
}

static const struct ctl_events_ops events_ops = {.event = progress_event, .end = progress_ended};

/* Life */

/* A command that is interrupted dies by it, and leaves nothing behind on the line. */
static void
progress_interrupt_cb(evutil_socket_t fd, short what, void *arg)
{
	struct sigaction normal = {.sa_handler = SIG_DFL};

	(void)fd;
	(void)what;
	ctl_progress_hide(arg);
	sigaction(SIGINT, &normal, NULL);
	raise(SIGINT);
}

static void
catch_interrupt(struct ctl_progress *p)
{
	struct sigaction present;

	if (sigaction(SIGINT, NULL, &present) != 0 || present.sa_handler != SIG_DFL)
		return;
	p->interrupt = evsignal_new(p->ctl->base, SIGINT, progress_interrupt_cb, p);
	event_add(p->interrupt, NULL);
}

static void
progress_late_cb(evutil_socket_t fd, short what, void *arg)
{
	struct ctl_progress *p = arg;

	(void)fd;
	(void)what;
	p->late = true;
}

/* False: there is none, or not soon enough; or somebody has broken the loop. */
static bool
wait_for_picture(struct ctl_progress *p)
{
	struct event *late = evtimer_new(p->ctl->base, progress_late_cb, p);

	arm(late, PATIENCE_US);
	while (!ctl_table_is_complete(p->table) && !p->over && !p->late && !p->ctl->interrupted) {
		if (event_base_loop(p->ctl->base, EVLOOP_ONCE) != 0)
			break;
	}
	event_free(late);
	return ctl_table_is_complete(p->table);
}

static void
mark_concerned(struct ctl_progress *p)
{
	struct ctl_table_row *const *rows;
	size_t n;

	rows = ctl_table_rows(p->table, &n);
	for (size_t i = 0; i < n; i++) {
		if (!ctl_verb_concerns(p->verb, state_of(rows[i])))
			continue;
		rows[i]->mark = MARK_PENDING;
		p->total++;
	}
}

struct ctl_progress *
ctl_progress_begin(struct ctl *ctl, enum ctl_verb verb, char *const *names, size_t n)
{
	struct ctl_progress *p;

	if (verb == CTL_VERB_SIGNAL || !ctl_screen_is_there())
		return NULL;
	p = xcalloc(1, sizeof(*p));
	p->ctl = ctl;
	p->verb = verb;
	p->table = ctl_table_new(names, n, progress_change, p);
	p->redraw = evtimer_new(ctl->base, progress_redraw_cb, p);
	p->events = ctl_events_open(ctl, NULL, &events_ops, p);
	if (wait_for_picture(p))
		mark_concerned(p);
	if (p->total < MANY) {
		ctl_progress_end(p);
		return NULL;
	}
	catch_interrupt(p);
	arm(p->redraw, SHOW_AFTER_US);
	return p;
}

void
ctl_progress_end(struct ctl_progress *p)
{
	if (p == NULL)
		return;
	ctl_progress_hide(p);
	ctl_events_close(p->events);
	ctl_table_free(p->table);
	event_free(p->redraw);
	if (p->interrupt != NULL)
		event_free(p->interrupt);
	free(p);
}
