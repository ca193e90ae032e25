/*
 * shutdown.c: see shutdown.h. Enters: shutdown_begin, the end of each job, answers of listeners, timers.
 * One group is stopped at a time, each by a job (daemon/jobs), so that a death costs the same however many there are.
 */
#include "autoconf.h"

#include "daemon/shutdown.h"

#include <event2/event.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "core/process_table.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/jobs.h"
#include "daemon/listeners.h"
#include "daemon/supervise.h"

#define REPORT_SECONDS 3
#define GRACE_SECONDS 3 /* for event listeners, before they are stopped: a busy machine takes a while */

struct shutdown {
	struct daemon *d;
	struct event *turn;   /* the next step */
	struct event *report; /* while something does not stop */
	struct event *grace;  /* while the listeners of the next group finish */
	bool grace_over;
	struct group **groups; /* those not stopped yet, by priority */
	size_t ngroups;
	bool stopping; /* a job for the last of groups is under way */
	bool begun;
	enum supervisor_state told;
};

/* Groups are not removed any more once the state has left RUNNING. */
static int
compare_groups(const void *va, const void *vb)
{
	const struct group *a = *(struct group *const *)va, *b = *(struct group *const *)vb;

	if (a->config->priority != b->config->priority)
		return a->config->priority < b->config->priority ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

static void
list_groups(struct shutdown *s)
{
	const struct process_table *t = &s->d->table;

	s->ngroups = t->ngroups;
	s->groups = xcalloc(t->ngroups, sizeof(struct group *));
	if (t->ngroups > 0)
		memcpy(s->groups, t->groups, t->ngroups * sizeof(struct group *));
	qsort(s->groups, s->ngroups, sizeof(struct group *), compare_groups);
}

static struct process **
list_living(const struct process_table *t, size_t *n)
{
	struct process **living = NULL;

	*n = 0;
	for (size_t g = 0; g < t->ngroups; g++) {
		for (size_t i = 0; i < t->groups[g]->nprocs; i++) {
			struct process *p = &t->groups[g]->procs[i];

			if (process_state_is_stopped(p->state))
				continue;
			living = xgrow(living, *n, sizeof(*living));
			living[(*n)++] = p;
		}
	}
	return living;
}

static void
report(struct shutdown *s)
{
	const struct log *log = &s->d->log;
	struct buf names = BUF_INIT(INT_MAX);
	struct process **living;
	size_t n;

	living = list_living(&s->d->table, &n);
	for (size_t i = 0; i < n; i++)
		buf_printf(&names, "%s%s", i > 0 ? ", " : "", living[i]->name);
	if (n > 0)
		log_info(log, "waiting for %s to die", buf_str(&names));
	for (size_t i = 0; i < n; i++)
		log_blather(log, "%s state: %s", living[i]->name, process_state_name(living[i]->state));
	buf_release(&names);
	free(living);
}

static void
report_cb(evutil_socket_t fd, short what, void *arg)
{
	struct shutdown *s = arg;

	(void)fd, (void)what;
	daemon_tick(s->d);
	report(s);
}

static void
start_reports(struct shutdown *s)
{
	const struct timeval every = {.tv_sec = REPORT_SECONDS};

	if (s->report != NULL)
		return;
	report(s);
	s->report = event_new(s->d->base, -1, EV_PERSIST, report_cb, s);
	event_add(s->report, &every);
}

static void
stopped_cb(void *arg, const struct job_result *results, size_t n)
{
	struct shutdown *s = arg;

	(void)results, (void)n;
	s->stopping = false;
	s->ngroups--;
	daemon_do_later(s->turn);
}

static void
reverse(struct process **procs, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		struct process *p = procs[i];

		procs[i] = procs[n - 1 - i];
		procs[n - 1 - i] = p;
	}
}

/* Done before this returns when nothing is to be waited for. */
static void
stop_group(struct shutdown *s, struct group *g)
{
	size_t n;
	struct process **procs = process_table_members(g, ORDER_PRIORITY, &n);

	reverse(procs, n);
	s->stopping = true;
	jobs_run(s->d, JOB_END, procs, n, true, CAUSE_SHUTDOWN, NULL, stopped_cb, s);
	free(procs);
}

static void
tell_state(struct shutdown *s)
{
	if (s->told == s->d->state)
		return;
	s->told = s->d->state;
	eventbus_fire(s->d->bus, &(struct bus_event){
				     .type = BUS_SUPERVISOR,
				     .now = &s->d->now,
				     .who = s->d->asked_by,
				 });
}

static void
grace_cb(evutil_socket_t fd, short what, void *arg)
{
	struct shutdown *s = arg;

	(void)fd, (void)what;
	s->grace_over = true;
	daemon_do_later(s->turn);
}

static void
answer_cb(void *arg)
{
	struct shutdown *s = arg;

	daemon_do_later(s->turn);
}

static void
begin_grace(struct shutdown *s)
{
	const struct timeval grace = {.tv_sec = GRACE_SECONDS};

	if (s->grace != NULL)
		return;
	s->grace = evtimer_new(s->d->base, grace_cb, s);
	evtimer_add(s->grace, &grace);
	listeners_on_answer(s->d->listeners, answer_cb, s);
}

static void
end_grace(struct shutdown *s)
{
	s->grace_over = false;
	if (s->grace == NULL)
		return;
	event_free(s->grace);
	s->grace = NULL;
	listeners_on_answer(s->d->listeners, NULL, NULL);
}

/* The last thing that listeners are told is the end of the programs, so they are given the time to hear it. */
static bool
waits_for_listeners(struct shutdown *s, const struct group *g)
{
	if (!s->grace_over && listeners_are_working(g)) {
		begin_grace(s);
		return true;
	}
	end_grace(s);
	return false;
}

/* A group that has stopped leaves the list at once, and the next one is told to stop. */
static void
proceed(struct shutdown *s)
{
	while (!s->stopping && s->ngroups > 0) {
		struct group *g = s->groups[s->ngroups - 1];

		if (waits_for_listeners(s, g))
			return;
		stop_group(s, g);
	}
	if (s->stopping)
		start_reports(s);
	else
		event_base_loopexit(s->d->base, NULL);
}

static void
turn_cb(evutil_socket_t fd, short what, void *arg)
{
	struct shutdown *s = arg;

	(void)fd, (void)what;
	daemon_tick(s->d);
	tell_state(s);
	if (!s->begun) {
		s->begun = true;
		list_groups(s);
	}
	proceed(s);
}

void
shutdown_begin(struct shutdown *s)
{
	daemon_do_later(s->turn);
}

struct shutdown *
shutdown_new(struct daemon *d)
{
	struct shutdown *s = xcalloc(1, sizeof(*s));

	s->d = d;
	s->told = SUPERVISOR_RUNNING;
	s->turn = evtimer_new(d->base, turn_cb, s);
	return s;
}

void
shutdown_free(struct shutdown *s)
{
	if (s == NULL)
		return;
	if (s->report != NULL)
		event_free(s->report);
	if (s->grace != NULL)
		event_free(s->grace);
	event_free(s->turn);
	free(s->groups);
	free(s);
}
