/*
 * supervise.c: see supervise.h. Enters: requests (RPC, jobs), the reaper, timers of processes, the daemon's end.
 * Calls out: the bus, the log pump, the reaper, and the jobs that wait for a process.
 */
#include "autoconf.h"

#include "daemon/supervise.h"

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
#include "daemon/fcgi.h"
#include "daemon/jobs.h"
#include "daemon/listeners.h"
#include "daemon/logpump.h"
#include "daemon/os.h"
#include "daemon/process_io.h"
#include "daemon/reaper.h"
#include "daemon/spawn.h"

struct supervise {
	struct daemon *d;
	struct event *later;    /* starts pending groups */
	struct group **pending; /* added, and not autostarted yet */
	size_t npending;
	size_t autostarted; /* processes of the first of them that have been looked at */
};

static enum fault feed(struct daemon *d, struct process *p, struct process_event ev, struct err *err);

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
		    .who = p->who,
		});
	jobs_settle(p);
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
	int listening;

	close_channels(io);
	child_stdin_close(&io->in);
	if (!fcgi_acquire(d, p->group, &listening, &why) || !spawn_process(d, p, listening, &child, &why)) {
		daemon_tick(d);
		fault = feed(d, p, (struct process_event){.type = EV_SPAWN_FAILED, .text = why.what}, NULL);
		fcgi_release(d, p->group);
		err_release(&why);
		return fault;
	}
	daemon_tick(d);
	memcpy(io->channel, child.channel, sizeof(io->channel));
	io->in.fd = child.stdin_fd;
	io->reported = 0;
	listeners_spawned(p);
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

/* Before what the history keeps of a start or an end. */
static void
note_log_places(struct process_io *io)
{
	for (int channel = 0; channel < NCHANNELS; channel++)
		if (io->channel[channel] != NULL)
			logpump_note_place(io->channel[channel]);
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
		note_log_places(p->io);
		fire(d, (struct bus_event){
			    .type = BUS_PROCESS_SPAWNED,
			    .process = p,
			    .pid = p->pid,
			    .cause = p->cause,
			    .who = p->who,
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

enum fault
supervise_start(struct daemon *d, struct process *p, enum process_cause cause, const char *who,
		struct err *err)
{
	struct command command;
	enum fault fault;

	daemon_tick(d);
	fault = command_find(&command, p->config, d->world->environ, err);
	if (fault != FAULT_NONE)
		return fault;
	command_release(&command);
	fault = feed(d, p, (struct process_event){.type = EV_START, .cause = cause, .who = who}, err);
	/* With startsecs=0 it is up at once, whatever becomes of it: the answer is no race with its end. */
	if (fault != FAULT_NONE || p->state == PROCESS_RUNNING)
		return fault;
	reaper_collect(d->reaper);
	return p->spawnerr != NULL ? FAULT_SPAWN_ERROR : FAULT_NONE;
}

enum fault
supervise_stop(struct daemon *d, struct process *p, enum process_cause cause, const char *who,
	       struct err *err)
{
	enum fault fault;

	daemon_tick(d);
	p->io->reported = 0;
	fault = feed(d, p, (struct process_event){.type = EV_STOP, .cause = cause, .who = who}, err);
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
	return child_stdin_write(&p->io->in, data, len, err);
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
	note_log_places(io);
	child_stdin_close(&io->in);
	fire(d, (struct bus_event){
		    .type = BUS_PROCESS_REAPED,
		    .process = p,
		    .pid = p->pid,
		    .status = status,
		    .cause = process_end_cause(p, status, d->now.mono),
		    .who = p->who,
		});
	feed(d, p, (struct process_event){.type = EV_EXITED, .status = status}, NULL);
	listeners_exited(p);
	fcgi_release(d, p->group);
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
	size_t n = 0;

	while (s->npending > 0) {
		struct group *g = s->pending[0];

		if (s->d->state != SUPERVISOR_RUNNING || s->autostarted == g->nprocs) {
			drop_pending(s, 0);
			continue;
		}
		autostart(s->d, &g->procs[s->autostarted++]);
		if (daemon_slice_is_over(s->d, began, ++n)) {
			daemon_do_later(s->later);
			return;
		}
	}
}

static void
later_cb(evutil_socket_t fd, short what, void *arg)
{
	struct supervise *s = arg;

	(void)fd, (void)what;
	daemon_tick(s->d);
	autostart_pending(s);
}

static struct process_io *
io_new(struct daemon *d, struct process *p)
{
	struct process_io *io = xcalloc(1, sizeof(*io));

	io->d = d;
	io->p = p;
	child_stdin_init(&io->in, d, p);
	return io;
}

static void
io_free(struct process_io *io)
{
	jobs_drop_process(io->p);
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
remove_group(struct daemon *d, struct group *g)
{
	listeners_remove_group(d->listeners, g);
	for (size_t i = 0; i < g->nprocs; i++) {
		if (g->procs[i].io != NULL)
			io_free(g->procs[i].io);
		g->procs[i].io = NULL;
	}
	fcgi_remove_group(d, g);
	process_table_remove(&d->table, g);
}

bool
supervise_add_group(struct daemon *d, struct group_config *config, const char *who, struct err *err)
{
	struct supervise *s = d->supervise;
	struct group *g = process_table_add(&d->table, config);

	if (g == NULL)
		return err_set(err, "group '%s' is active already", config->name);
	if (!set_logpaths(d, g, err) || !fcgi_add_group(d, g, err)) {
		remove_group(d, g);
		return false;
	}
	for (size_t i = 0; i < g->nprocs; i++)
		g->procs[i].io = io_new(d, &g->procs[i]);
	listeners_add_group(d->listeners, g);
	fire(d, (struct bus_event){.type = BUS_GROUP_ADDED, .group = g, .who = who});
	s->pending = xreallocarray(s->pending, s->npending + 1, sizeof(*s->pending));
	s->pending[s->npending++] = g;
	daemon_do_later(s->later);
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

enum fault
supervise_remove_group(struct daemon *d, struct group *g, const char *who)
{
	for (size_t i = 0; i < g->nprocs; i++)
		if (!process_state_is_stopped(g->procs[i].state))
			return FAULT_STILL_RUNNING;
	for (size_t i = 0; i < g->nprocs; i++)
		if (g->procs[i].pid != 0)
			reaper_forget(d->reaper, g->procs[i].pid);
	forget_pending(d->supervise, g);
	jobs_drop_group(d->jobs, g);
	listeners_remove_group(d->listeners, g);
	fire(d, (struct bus_event){.type = BUS_GROUP_REMOVED, .group = g, .who = who});
	remove_group(d, g);
	return FAULT_NONE;
}

struct supervise *
supervise_new(struct daemon *d)
{
	struct supervise *s = xcalloc(1, sizeof(*s));

	s->d = d;
	s->later = evtimer_new(d->base, later_cb, s);
	return s;
}

void
supervise_free(struct supervise *s)
{
	if (s == NULL)
		return;
	while (s->d->table.ngroups > 0)
		remove_group(s->d, s->d->table.groups[s->d->table.ngroups - 1]);
	event_free(s->later);
	free(s->pending);
	free(s);
}
