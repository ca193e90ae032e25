/*
 * supervise.c: see supervise.h. Enters: requests (RPC), the reaper, timers of processes, the daemon's end.
 * Calls out: the bus, the log pump, the reaper, and those who wait for a job.
 *
 * Who waits is told from the loop, never from within a step: a callback may remove groups, and the process
 * that a step works on must not vanish under it.
 */
#include "autoconf.h"

#include "daemon/supervise.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "core/process_sm.h"
#include "daemon/child_stdin.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/logpump.h"
#include "daemon/os.h"
#include "daemon/reaper.h"
#include "daemon/spawn.h"

#define REPORT_SECONDS 2              /* between two lines about a stop that is waited for */
#define SLICE (SECOND_US / 1000 * 10) /* what starting many may hold the loop for at a time */

/* A job that waits for a process. */
struct wait {
	struct job *job;
	size_t member;
	struct wait *next;
};

/* What belongs to a process in this run of the daemon. */
struct process_io {
	struct daemon *d;
	struct process *p;
	struct event *timer; /* only while there is a deadline */
	mono_us armed;       /* the deadline it is armed for, 0: none */
	struct logpump_channel *channel[NCHANNELS];
	struct child_stdin in;
	struct wait *waits;
	mono_us reported; /* the last line about its stop, 0: none */
};

struct job {
	struct supervise *s;
	struct job_list list;
	struct process **procs; /* by member; NULL when it has settled */
	size_t begun;           /* members that have begun: the rest follows in later turns of the loop */
	bool building;          /* not all have begun, or supervise_job has not returned yet */
	bool wait;
	enum process_cause cause;
	job_done_fn *done; /* NULL: forgotten before all had begun */
	void *arg;
	struct event *report; /* of a stop that is waited for */
	struct job *next;     /* in the list of finished ones */
	struct job *prev_all, *next_all;
};

struct supervise {
	struct daemon *d;
	struct event *later;    /* starts pending groups, goes on with jobs, tells finished ones */
	struct group **pending; /* added, and not autostarted yet */
	size_t npending;
	size_t autostarted; /* processes of the first of them that have been looked at */
	struct job *finished, **finished_last;
	struct job *all;
};

static enum fault feed(struct daemon *d, struct process *p, struct process_event ev, struct err *err);

/* The end of waiting */

static void
do_later(struct supervise *s)
{
	const struct timeval now = {0};

	evtimer_add(s->later, &now);
}

static void
job_free(struct job *job)
{
	struct supervise *s = job->s;

	if (job->prev_all != NULL)
		job->prev_all->next_all = job->next_all;
	else
		s->all = job->next_all;
	if (job->next_all != NULL)
		job->next_all->prev_all = job->prev_all;
	if (job->report != NULL)
		event_free(job->report);
	job_list_release(&job->list);
	free(job->procs);
	free(job);
}

static void
tell(struct job *job)
{
	struct job_result *results = job_list_results(&job->list);
	size_t n = job->list.n;
	job_done_fn *done = job->done;

	done(job->arg, results, n);
	free(results);
	job_free(job);
}

/* The job is told with the next turn. */
static void
finish(struct job *job)
{
	struct supervise *s = job->s;

	*s->finished_last = job;
	s->finished_last = &job->next;
	do_later(s);
}

static void
settle(struct job *job, size_t member, enum fault status, const char *text)
{
	job->procs[member] = NULL;
	job_list_settle(&job->list, member, status, text, &job->s->d->now);
	if (job->list.pending == 0 && !job->building)
		finish(job);
}

static void
add_wait(struct job *job, size_t member, struct process *p)
{
	struct wait *w = xcalloc(1, sizeof(*w)), **last = &p->io->waits;

	*w = (struct wait){.job = job, .member = member};
	while (*last != NULL)
		last = &(*last)->next;
	*last = w;
}

/* Gives an answer to those who wait for p, if its state is one. */
static void
settle_waits(struct process *p)
{
	struct wait **at = &p->io->waits, *w;

	while ((w = *at) != NULL) {
		enum fault status = job_verdict(w->job->list.kind, p);

		if (status == FAULT_NONE) {
			at = &w->next;
			continue;
		}
		*at = w->next;
		settle(w->job, w->member, status, NULL);
		free(w);
	}
}

static void
forget_waits(struct job *job, struct process *p)
{
	struct wait **at = &p->io->waits, *w;

	while ((w = *at) != NULL) {
		if (w->job == job) {
			*at = w->next;
			free(w);
		} else {
			at = &w->next;
		}
	}
}

/* Timers */

static void
deadline_cb(evutil_socket_t fd, short what, void *arg)
{
	struct process_io *io = arg;

	(void)fd, (void)what;
	daemon_tick(io->d);
	io->armed = 0;
	feed(io->d, io->p, (struct process_event){.type = EV_DEADLINE}, NULL);
}

/* Makes the timer agree with the deadline. Called after each step. */
static void
arm(struct process *p)
{
	struct process_io *io = p->io;
	mono_us left = p->deadline - io->d->now.mono;
	struct timeval tv;

	if (io->armed == p->deadline)
		return;
	io->armed = p->deadline;
	if (p->deadline == 0) {
		if (io->timer != NULL)
			event_free(io->timer);
		io->timer = NULL;
		return;
	}
	if (left < 0)
		left = 0;
	tv = (struct timeval){.tv_sec = left / SECOND_US, .tv_usec = left % SECOND_US};
	if (io->timer == NULL)
		io->timer = evtimer_new(io->d->base, deadline_cb, io);
	evtimer_add(io->timer, &tv);
}

/* Carrying out actions */

static void
close_channels(struct process_io *io)
{
	for (int channel = 0; channel < NCHANNELS; channel++) {
		logpump_close(io->channel[channel]);
		io->channel[channel] = NULL;
	}
}

static void
fire(struct daemon *d, struct bus_event ev)
{
	ev.now = &d->now;
	eventbus_fire(d->bus, &ev);
}

static enum fault
act_changed(struct daemon *d, struct process *p, const struct action *a)
{
	fire(d, (struct bus_event){
		    .type = BUS_PROCESS_STATE,
		    .process = p,
		    .from = a->from,
		    .pid = a->pid,
		    .tries = a->tries,
		    .expected = a->expected,
		    .cause = p->cause,
		});
	settle_waits(p);
	return FAULT_NONE;
}

/* What grandchildren of an earlier start still write is not waited for any longer. */
static enum fault
act_spawn(struct daemon *d, struct process *p)
{
	struct process_io *io = p->io;
	struct err why = ERR_INIT;
	struct spawned child;
	enum fault fault;

	close_channels(io);
	child_stdin_close(&io->in);
	if (!spawn_process(d, p, &child, &why)) {
		daemon_tick(d);
		fault = feed(d, p, (struct process_event){.type = EV_SPAWN_FAILED, .text = why.what}, NULL);
		err_release(&why);
		return fault;
	}
	daemon_tick(d);
	memcpy(io->channel, child.channel, sizeof(io->channel));
	io->in.fd = child.stdin_fd;
	io->reported = 0;
	reaper_watch_program(d->reaper, child.pid, p);
	return feed(d, p, (struct process_event){.type = EV_SPAWNED, .pid = child.pid}, NULL);
}

static enum fault
act_signal(struct daemon *d, struct process *p, const struct action *a, struct err *err)
{
	int error;

	if (kill(a->target, a->sig) == 0)
		return FAULT_NONE;
	error = errno;
	return feed(d, p,
		    (struct process_event){
			.type = EV_KILL_FAILED,
			.error = error,
			.text = strerror(error),
			.stop = a->stop,
		    },
		    err);
}

static enum fault
act(struct daemon *d, struct process *p, const struct action *a, struct err *err)
{
	switch (a->type) {
	case ACTION_LOG:
		log_message(&d->log, a->level, "%s", a->text);
		return FAULT_NONE;
	case ACTION_CHANGED:
		return act_changed(d, p, a);
	case ACTION_SPAWN:
		return act_spawn(d, p);
	case ACTION_SPAWNED:
		fire(d, (struct bus_event){
			    .type = BUS_PROCESS_SPAWNED,
			    .process = p,
			    .pid = p->pid,
			    .cause = p->cause,
			});
		return FAULT_NONE;
	case ACTION_SIGNAL:
		return act_signal(d, p, a, err);
	case ACTION_STEP:
		return feed(d, p, a->event, err);
	}
	return FAULT_NONE;
}

/* One event: decide, carry out, arm. The fault is that of the request, or of what was done for it. err may be
 * NULL. */
static enum fault
feed(struct daemon *d, struct process *p, struct process_event ev, struct err *err)
{
	struct actions out;
	enum fault fault;

	ev.ending = d->state != SUPERVISOR_RUNNING;
	process_step(p, &ev, &d->now, &out);
	fault = out.fault;
	if (out.fault_text != NULL && err != NULL)
		err_set(err, "%s", out.fault_text);
	for (size_t i = 0; i < out.n; i++) {
		enum fault then = act(d, p, &out.list[i], err);

		if (fault == FAULT_NONE)
			fault = then;
	}
	actions_release(&out);
	arm(p);
	return fault;
}

/* Requests */

/* Why a group of this kind is not started; NULL: it is. */
static const char *
not_startable(const struct group *g)
{
	switch (g->config->kind) {
	case GROUP_PROGRAM:
		return NULL;
	case GROUP_LISTENER:
		return "event listeners are not supported yet";
	case GROUP_FCGI:
		return "fcgi programs are not supported yet";
	}
	return NULL;
}

enum fault
supervise_start(struct daemon *d, struct process *p, enum process_cause cause, struct err *err)
{
	const char *reason = not_startable(p->group);
	struct command command;
	enum fault fault;

	if (reason != NULL) {
		err_set(err, "%s: %s", p->name, reason);
		return FAULT_SPAWN_ERROR;
	}
	daemon_tick(d);
	fault = command_find(&command, p->config, d->world->environ, err);
	if (fault != FAULT_NONE)
		return fault;
	command_release(&command);
	fault = feed(d, p, (struct process_event){.type = EV_START, .cause = cause}, err);
	/* With startsecs=0 it is up at once, whatever becomes of it: the answer is no race with its end. */
	if (fault != FAULT_NONE || p->state == PROCESS_RUNNING)
		return fault;
	reaper_collect(d->reaper);
	return p->spawnerr != NULL ? FAULT_SPAWN_ERROR : FAULT_NONE;
}

enum fault
supervise_stop(struct daemon *d, struct process *p, enum process_cause cause, struct err *err)
{
	enum fault fault;

	daemon_tick(d);
	p->io->reported = 0;
	fault = feed(d, p, (struct process_event){.type = EV_STOP, .cause = cause}, err);
	if (fault == FAULT_NONE)
		reaper_collect(d->reaper);
	return fault;
}

enum fault
supervise_signal(struct daemon *d, struct process *p, int sig, struct err *err)
{
	return feed(d, p, (struct process_event){.type = EV_KILL, .sig = sig}, err);
}

enum fault
supervise_stdin(struct daemon *d, struct process *p, const char *data, size_t len, struct err *err)
{
	(void)d;
	if (p->pid == 0 || p->killing)
		return FAULT_NOT_RUNNING;
	return child_stdin_write(&p->io->in, p->name, data, len, err);
}

void
supervise_end(struct daemon *d, struct process *p)
{
	feed(d, p, (struct process_event){.type = EV_END}, NULL);
}

void
supervise_exited(struct daemon *d, struct process *p, int status)
{
	struct process_io *io = p->io;

	for (int channel = 0; channel < NCHANNELS; channel++)
		if (io->channel[channel] != NULL)
			logpump_drain(io->channel[channel]);
	child_stdin_close(&io->in);
	fire(d, (struct bus_event){
		    .type = BUS_PROCESS_REAPED,
		    .process = p,
		    .pid = p->pid,
		    .status = status,
		    .cause = process_end_cause(p, status, d->now.mono),
		});
	feed(d, p, (struct process_event){.type = EV_EXITED, .status = status}, NULL);
}

/* Jobs */

/* One line for each process whose stop is waited for, at most every REPORT_SECONDS. */
static void
report_waiting(struct job *job)
{
	struct daemon *d = job->s->d;

	for (size_t i = 0; i < job->begun; i++) {
		struct process *p = job->procs[i];

		if (p == NULL ||
		    (p->io->reported != 0 && d->now.mono - p->io->reported < REPORT_SECONDS * SECOND_US))
			continue;
		p->io->reported = d->now.mono;
		log_info(&d->log, "waiting for %s to stop", p->name);
	}
}

static void
report_cb(evutil_socket_t fd, short what, void *arg)
{
	struct job *job = arg;

	(void)fd, (void)what;
	daemon_tick(job->s->d);
	report_waiting(job);
}

static void
job_begin_member(struct job *job, size_t i)
{
	struct daemon *d = job->s->d;
	struct process *p = job->procs[i];
	struct err err = ERR_INIT;
	enum fault status;

	if (p == NULL)
		return; /* its group was removed before its turn came */
	if (job->list.kind == JOB_STOP)
		status = supervise_stop(d, p, job->cause, &err);
	else if (d->state == SUPERVISOR_RUNNING)
		status = supervise_start(d, p, job->cause, &err);
	else
		status = FAULT_SHUTDOWN_STATE;
	if (status == FAULT_NONE)
		status = job->wait ? job_verdict(job->list.kind, p) : FAULT_SUCCESS;
	if (status == FAULT_NONE)
		add_wait(job, i, p);
	else
		settle(job, i, status, err.what);
	err_release(&err);
}

/* A thousand spawns take a second or more: what they hold up is the rest of the loop. So they are made in slices. */
static bool
is_slice_over(struct daemon *d, mono_us began)
{
	daemon_tick(d);
	return d->now.mono - began >= SLICE;
}

static void
job_begin(struct job *job)
{
	struct daemon *d = job->s->d;
	mono_us began = d->now.mono;

	while (job->begun < job->list.n) {
		job_begin_member(job, job->begun++);
		if (is_slice_over(d, began))
			break;
	}
	job->building = job->begun < job->list.n;
	if (job->building)
		do_later(job->s);
}

static struct job *
job_new(struct supervise *s, enum job_kind kind, struct process *const *procs, size_t n)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->s = s;
	job->building = true;
	job->procs = xcalloc(n, sizeof(struct process *));
	if (n > 0)
		memcpy(job->procs, procs, n * sizeof(struct process *));
	job_list_init(&job->list, kind, procs, n, &s->d->now);
	job->next_all = s->all;
	if (s->all != NULL)
		s->all->prev_all = job;
	s->all = job;
	return job;
}

struct job *
supervise_job(struct daemon *d, enum job_kind kind, struct process *const *procs, size_t n, bool wait,
	      enum process_cause cause, job_done_fn *done, void *arg)
{
	const struct timeval every = {.tv_sec = REPORT_SECONDS};
	struct job *job;

	daemon_tick(d);
	job = job_new(d->supervise, kind, procs, n);
	job->wait = wait;
	job->cause = cause;
	job->done = done;
	job->arg = arg;
	job_begin(job);
	if (job->list.pending == 0) {
		tell(job);
		return NULL;
	}
	if (kind == JOB_STOP) {
		report_waiting(job);
		job->report = event_new(d->base, -1, EV_PERSIST, report_cb, job);
		event_add(job->report, &every);
	}
	return job;
}

static void
unlink_finished(struct supervise *s, struct job *job)
{
	for (struct job **at = &s->finished; *at != NULL; at = &(*at)->next) {
		if (*at != job)
			continue;
		*at = job->next;
		if (s->finished_last == &job->next)
			s->finished_last = at;
		return;
	}
}

void
supervise_job_forget(struct job *job)
{
	if (job->building) {
		job->done = NULL;
		return;
	}
	for (size_t i = 0; i < job->list.n; i++)
		if (job->procs[i] != NULL)
			forget_waits(job, job->procs[i]);
	unlink_finished(job->s, job);
	job_free(job);
}

/* The next slice of those that have not begun whole. */
static void
go_on_beginning(struct supervise *s)
{
	struct job *job, *next;

	for (job = s->all; job != NULL; job = next) {
		next = job->next_all;
		if (!job->building)
			continue;
		job_begin(job);
		if (job->building)
			continue;
		if (job->done == NULL)
			supervise_job_forget(job);
		else if (job->list.pending == 0)
			finish(job);
	}
}

/* Groups */

static void
autostart(struct daemon *d, struct process *p)
{
	if (p->config->autostart && p->state == PROCESS_STOPPED && p->laststart == 0)
		feed(d, p, (struct process_event){.type = EV_START, .cause = CAUSE_AUTOSTART}, NULL);
}

/* A group that was added is done with. */
static void
drop_pending(struct supervise *s, size_t i)
{
	if (i == 0)
		s->autostarted = 0;
	s->npending--;
	memmove(&s->pending[i], &s->pending[i + 1], (s->npending - i) * sizeof(s->pending[0]));
}

/* A slice of what is to be started with the groups that were added. */
static void
autostart_pending(struct supervise *s)
{
	mono_us began = s->d->now.mono;

	while (s->npending > 0) {
		struct group *g = s->pending[0];

		if (s->d->state != SUPERVISOR_RUNNING || not_startable(g) != NULL ||
		    s->autostarted == g->nprocs) {
			drop_pending(s, 0);
			continue;
		}
		autostart(s->d, &g->procs[s->autostarted++]);
		if (is_slice_over(s->d, began)) {
			do_later(s);
			return;
		}
	}
}

static void
later_cb(evutil_socket_t fd, short what, void *arg)
{
	struct supervise *s = arg;
	struct job *job;

	(void)fd, (void)what;
	daemon_tick(s->d);
	autostart_pending(s);
	go_on_beginning(s);
	while ((job = s->finished) != NULL) {
		unlink_finished(s, job);
		tell(job);
	}
}

static struct process_io *
io_new(struct daemon *d, struct process *p)
{
	struct process_io *io = xcalloc(1, sizeof(*io));

	io->d = d;
	io->p = p;
	child_stdin_init(&io->in, d);
	return io;
}

static void
io_free(struct process_io *io)
{
	struct wait *w;

	while ((w = io->waits) != NULL) {
		io->waits = w->next;
		w->job->procs[w->member] = NULL;
		free(w);
	}
	close_channels(io);
	child_stdin_close(&io->in);
	if (io->timer != NULL)
		event_free(io->timer);
	free(io);
}

/* Decides where the channels of a process are written to; makes the file of an AUTO one. */
static bool
set_logpath(struct daemon *d, struct process *p, enum channel channel, struct err *err)
{
	const struct channel_config *c = &p->config->channel[channel];
	const struct supervisord_config *sc = &d->loaded->supervisord;

	switch (c->target) {
	case LOG_TARGET_NONE:
		break;
	case LOG_TARGET_FILE:
		p->logpath[channel] = xstrdup(c->path);
		break;
	case LOG_TARGET_AUTO:
		p->logpath[channel] =
		    os_make_auto_log(sc->childlogdir, p->name, channel_name(channel), sc->identifier);
		if (p->logpath[channel] == NULL)
			return err_set(err, "cannot create a log of '%s' in '%s': %s", p->name,
				       sc->childlogdir, strerror(errno));
		break;
	}
	return true;
}

static bool
set_logpaths(struct daemon *d, struct group *g, struct err *err)
{
	for (size_t i = 0; i < g->nprocs; i++)
		for (int channel = 0; channel < NCHANNELS; channel++)
			if (!set_logpath(d, &g->procs[i], (enum channel)channel, err))
				return false;
	return true;
}

static void
warn_unsupported(struct daemon *d, const struct group_config *config)
{
	char *warning = config_unsupported(config);

	if (warning != NULL)
		log_warn(&d->log, "%s", warning);
	free(warning);
}

static void
remove_group(struct daemon *d, struct group *g)
{
	for (size_t i = 0; i < g->nprocs; i++) {
		if (g->procs[i].io != NULL)
			io_free(g->procs[i].io);
		g->procs[i].io = NULL;
	}
	process_table_remove(&d->table, g);
}

bool
supervise_add_group(struct daemon *d, struct group_config *config, struct err *err)
{
	struct supervise *s = d->supervise;
	struct group *g = process_table_add(&d->table, config);

	if (g == NULL)
		return err_set(err, "group '%s' is active already", config->name);
	if (!set_logpaths(d, g, err)) {
		remove_group(d, g);
		return false;
	}
	for (size_t i = 0; i < g->nprocs; i++)
		g->procs[i].io = io_new(d, &g->procs[i]);
	warn_unsupported(d, config);
	fire(d, (struct bus_event){.type = BUS_GROUP_ADDED, .group = g});
	s->pending = xreallocarray(s->pending, s->npending + 1, sizeof(*s->pending));
	s->pending[s->npending++] = g;
	do_later(s);
	return true;
}

static void
forget_pending(struct supervise *s, const struct group *g)
{
	for (size_t i = 0; i < s->npending; i++) {
		if (s->pending[i] == g) {
			drop_pending(s, i);
			return;
		}
	}
}

/* Members that have not begun do not keep their group. */
static void
forget_unbegun(struct supervise *s, const struct group *g)
{
	for (struct job *job = s->all; job != NULL; job = job->next_all)
		for (size_t i = job->begun; i < job->list.n; i++)
			if (job->procs[i] != NULL && job->procs[i]->group == g)
				settle(job, i, FAULT_BAD_NAME, NULL);
}

enum fault
supervise_remove_group(struct daemon *d, struct group *g)
{
	for (size_t i = 0; i < g->nprocs; i++)
		if (!process_state_is_stopped(g->procs[i].state))
			return FAULT_STILL_RUNNING;
	for (size_t i = 0; i < g->nprocs; i++)
		if (g->procs[i].pid != 0)
			reaper_forget(d->reaper, g->procs[i].pid);
	forget_pending(d->supervise, g);
	forget_unbegun(d->supervise, g);
	fire(d, (struct bus_event){.type = BUS_GROUP_REMOVED, .group = g});
	remove_group(d, g);
	return FAULT_NONE;
}

struct supervise *
supervise_new(struct daemon *d)
{
	struct supervise *s = xcalloc(1, sizeof(*s));

	s->d = d;
	s->finished_last = &s->finished;
	s->later = evtimer_new(d->base, later_cb, s);
	return s;
}

/* Those who wait are not told any more. */
void
supervise_free(struct supervise *s)
{
	if (s == NULL)
		return;
	while (s->d->table.ngroups > 0)
		remove_group(s->d, s->d->table.groups[s->d->table.ngroups - 1]);
	while (s->all != NULL)
		job_free(s->all);
	event_free(s->later);
	free(s->pending);
	free(s);
}
