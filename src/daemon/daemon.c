/*
 * daemon.c: see daemon.h. Start and end are symmetric: start() makes, stop() unmakes in reverse, and a
 * restart is both with the process, its limits and its session kept.
 *
 * A restart reads the file, and rehearses the start with it, before it stops anything: a bad configuration is a line in
 * the log and nothing else. When the start fails all the same, the configuration before it comes back.
 *
 * As process 1 of a container the daemon stays in the foreground whatever the configuration says: the fork's parent
 * would end the container with it.
 */
#include "autoconf.h"

#include "daemon/daemon.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "client/config_load.h"
#include "core/history.h"
#include "daemon/cmdline.h"
#include "daemon/eventbus.h"
#include "daemon/httpd.h"
#include "daemon/jobs.h"
#include "daemon/listeners.h"
#include "daemon/filewatch.h"
#include "daemon/logfollow.h"
#include "daemon/logpump.h"
#include "daemon/mainlog.h"
#include "daemon/metrics.h"
#include "daemon/os.h"
#include "daemon/push.h"
#include "daemon/reaper.h"
#include "daemon/rehearsal.h"
#include "daemon/rpc.h"
#include "daemon/sampler.h"
#include "daemon/shutdown.h"
#include "daemon/signals.h"
#include "daemon/supervise.h"
#include "daemon/tick.h"

#define EXIT_FAILED 1
#define EXIT_USAGE 2

/* Turns of the loop for what becomes due with the end, such as the answers to those who waited for it. */
#define LAST_TURNS 5

#define SLICE (SECOND_US / 1000 * 10) /* what a callback may hold the loop for at a time */
/* But so many are started in one turn, however slow the machine is: what starts together is spawned before the first of
   it is said to be RUNNING, and the order of the log does not depend on the load. */
#define SLICE_MIN 32

/* What one run has beyond struct daemon. */
struct run {
	bool first; /* not after a restart */
	bool wrote_pidfile;
	char *limits[OS_NLIMITS]; /* lines for the log when it is open; owned */
};

const char *
supervisor_state_name(enum supervisor_state state)
{
	switch (state) {
	case SUPERVISOR_SHUTDOWN:
		return "SHUTDOWN";
	case SUPERVISOR_RESTARTING:
		return "RESTARTING";
	case SUPERVISOR_RUNNING:
		return "RUNNING";
	}
	return "UNKNOWN";
}

void
daemon_tick(struct daemon *d)
{
	clock_read(&d->now);
	/* A timer counts from what libevent takes for now, which is the beginning of its turn: those that are set
	   one after another in one turn must be due in that order, too. */
	event_base_update_cache_time(d->base);
}

void
daemon_do_later(struct event *timer)
{
	const struct timeval now = {0};

	evtimer_add(timer, &now);
}

bool
daemon_slice_is_over(struct daemon *d, mono_us began, size_t made)
{
	daemon_tick(d);
	return made >= SLICE_MIN && d->now.mono - began >= SLICE;
}

static void
count_read(struct daemon *d, bool accepted)
{
	struct config_reads *reads = &d->config_reads;

	reads->last_accepted = accepted;
	if (!accepted) {
		reads->refused++;
		return;
	}
	reads->accepted++;
	reads->accepted_at = d->now.wall;
}

static struct config *
read_config(struct daemon *d, struct err *err)
{
	return config_load_supervisord(d->file, d->world, d->cmdline->overrides, d->cmdline->noverrides,
				       d->loaded, err);
}

struct config *
daemon_read_config(struct daemon *d, struct err *err)
{
	struct config *config = read_config(d, err);

	count_read(d, config != NULL);
	return config;
}

static void
ask_by(struct daemon *d, const char *who)
{
	free(d->asked_by);
	d->asked_by = who != NULL ? xstrdup(who) : NULL;
}

/* Starting */

static bool
usage_error(struct err *err)
{
	err->code = EXIT_USAGE;
	return false;
}

static bool
failure(struct err *err)
{
	err->code = EXIT_FAILED;
	return false;
}

/* Step 6 and 7: before the log, whose file belongs to the user. */
static bool
become(struct daemon *d, struct run *run, struct err *err)
{
	const struct supervisord_config *sc = &d->config->supervisord;

	if (!os_switch_user(sc->uid, err))
		return usage_error(err);
	if (run->first && !os_raise_limits(sc->minfds, sc->minprocs, run->limits, err))
		return usage_error(err);
	return true;
}

static void
log_messages(struct daemon *d, struct run *run)
{
	const struct config *c = d->config;
	uid_t uid = c->supervisord.uid;

	if (uid == (uid_t)-1 && getuid() == 0)
		log_crit(
		    &d->log,
		    "Supervisor is running as root.  Privileges were not dropped because no user is "
		    "specified in the config file.  If you intend to run as root, you can set user=root in "
		    "the config file to avoid this message.");
	for (size_t i = 0; i < c->nmessages; i++)
		log_message(&d->log, c->messages[i].level, "%s", c->messages[i].text);
	if (uid != (uid_t)-1)
		log_info(&d->log, "Set uid to user %ld succeeded", (long)uid);
	for (size_t i = 0; i < OS_NLIMITS; i++) {
		if (run->limits[i] != NULL)
			log_info(&d->log, "%s", run->limits[i]);
		free(run->limits[i]);
		run->limits[i] = NULL;
	}
}

static bool
stays_in_foreground(const struct daemon *d)
{
	return d->config->supervisord.nodaemon || d->pid == 1;
}

static void
log_notice(struct daemon *d)
{
	if (d->notice != NULL)
		log_crit(&d->log, "%s", d->notice);
	free(d->notice);
	d->notice = NULL;
}

/* Step 8. */
static bool
open_log(struct daemon *d, struct run *run, struct err *err)
{
	const struct supervisord_config *sc = &d->config->supervisord;

	d->mainlog = mainlog_open(d, sc, stays_in_foreground(d) && !sc->silent, err);
	if (d->mainlog == NULL)
		return failure(err);
	d->log = (struct log){
	    .level = sc->loglevel,
	    .write = mainlog_write,
	    .arg = d->mainlog,
	    .now = &d->now,
	};
	log_notice(d);
	log_messages(d, run);
	return true;
}

static void
make_boot_id(char boot[17])
{
	unsigned char bytes[8] = {0};
	struct now now;

	if (getrandom(bytes, sizeof(bytes), GRND_NONBLOCK) != (ssize_t)sizeof(bytes)) {
		clock_read(&now);
		memcpy(bytes, &now.wall, sizeof(bytes));
	}
	for (size_t i = 0; i < sizeof(bytes); i++)
		snprintf(boot + 2 * i, 3, "%02x", bytes[i]);
}

static void
make_rooms(struct daemon *d)
{
	d->bus = eventbus_new();
	d->reaper = reaper_new(d);
	d->filewatch = filewatch_new(d->base);
	d->logfollow = logfollow_new();
	d->logpump = logpump_new(d);
	process_table_init(&d->table);
	d->tick = tick_new(d);
	d->listeners = listeners_new(d);
	d->supervise = supervise_new(d);
	d->jobs = jobs_new(d);
	d->shutdown = shutdown_new(d);
	d->push = push_new(d);
	d->rpc = rpc_new(d->config);
	d->metrics = metrics_new(d);
}

/* Step 10. */
static bool
add_groups(struct daemon *d, struct err *err)
{
	for (size_t i = 0; i < d->config->ngroups; i++) {
		struct group_config *g = d->config->groups[i];

		/* Of groups with the same name the first one wins (spec/config.md 7.3). */
		if (process_table_group(&d->table, g->name) != NULL)
			continue;
		if (!supervise_add_group(d, g, NULL, err))
			return failure(err);
	}
	return true;
}

/* Steps 13 and 14. */
static bool
go_to_background(struct daemon *d, struct run *run, struct err *err)
{
	const struct supervisord_config *sc = &d->config->supervisord;

	if (!run->first || sc->nodaemon)
		return true;
	if (stays_in_foreground(d)) {
		log_warn(&d->log,
			 "staying in the foreground: this is process 1, with which its container would end "
			 "(nodaemon=true, or -n, says so without this line)");
		return true;
	}
	if (!os_daemonize(&d->log, sc->directory, sc->umask, err))
		return failure(err);
	d->pid = getpid();
	if (event_reinit(d->base) != 0) {
		err_set(err, "cannot use the event loop after the fork");
		return failure(err);
	}
	return true;
}

static void
write_pidfile(struct daemon *d, struct run *run)
{
	const char *path = d->config->supervisord.pidfile;

	run->wrote_pidfile = os_write_pidfile(path, d->pid);
	if (run->wrote_pidfile)
		log_info(&d->log, "supervisord started with pid %ld", (long)d->pid);
	else
		log_crit(&d->log, "could not write pidfile %s: %s", path, strerror(errno));
}

static bool
start(struct daemon *d, struct run *run, struct err *err)
{
	const struct supervisord_config *sc = &d->config->supervisord;

	daemon_tick(d);
	d->state = SUPERVISOR_RUNNING;
	d->started = d->now.wall;
	if (run->first)
		count_read(d, true);
	make_boot_id(d->boot);
	if (!become(d, run, err) || !open_log(d, run, err))
		return false;
	if (!sc->nocleanup)
		os_clean_childlogdir(&d->log, sc->childlogdir, sc->identifier);
	make_rooms(d);
	if (!add_groups(d, err))
		return false;
	d->httpd = httpd_open(d, d->config, err);
	if (d->httpd == NULL)
		return usage_error(err);
	if (!go_to_background(d, run, err))
		return false;
	write_pidfile(d, run);
	d->signals = signals_new(d, err);
	if (d->signals == NULL)
		return failure(err);
	/* Children that whoever executed us has left, and those that ended before the signals were ours. */
	reaper_collect(d->reaper);
	config_free(d->before);
	d->before = NULL;
	/* After a restart: who wanted it. */
	eventbus_fire(d->bus,
		      &(struct bus_event){.type = BUS_SUPERVISOR, .now = &d->now, .who = d->asked_by});
	ask_by(d, NULL);
	return true;
}

/* Ending */

/* Answers that become due with the end, and what is still in our buffers. */
static void
flush_replies(struct daemon *d)
{
	for (int turn = 0; turn < LAST_TURNS; turn++)
		event_base_loop(d->base, EVLOOP_NONBLOCK);
	httpd_drain(d->httpd);
}

/* Also what start has left half-made. */
static void
stop(struct daemon *d, struct run *run)
{
	httpd_close(d->httpd, true);
	if (run->wrote_pidfile)
		os_remove_pidfile(d->config->supervisord.pidfile);
	metrics_free(d->metrics);
	rpc_free(d->rpc);
	push_free(d->push);
	signals_free(d->signals);
	shutdown_free(d->shutdown);
	supervise_free(d->supervise);
	listeners_free(d->listeners);
	tick_free(d->tick);
	jobs_free(d->jobs);
	if (d->supervise != NULL)
		process_table_release(&d->table);
	reaper_free(d->reaper);
	sampler_free(d->sampler);
	logpump_free(d->logpump);
	filewatch_free(d->filewatch);
	d->filewatch = NULL;
	logfollow_free(d->logfollow);
	/* The main log, which ends later, has nobody to tell from here on. */
	d->logfollow = NULL;
	eventbus_free(d->bus);
	history_free(d->history);
	d->log.write = NULL;
	mainlog_close(d->mainlog);
	for (size_t i = 0; i < OS_NLIMITS; i++)
		free(run->limits[i]);
	*run = (struct run){0};
	d->httpd = NULL;
	d->metrics = NULL;
	d->push = NULL;
	d->rpc = NULL;
	d->signals = NULL;
	d->shutdown = NULL;
	d->supervise = NULL;
	d->listeners = NULL;
	d->tick = NULL;
	d->jobs = NULL;
	d->reaper = NULL;
	d->sampler = NULL;
	d->logpump = NULL;
	d->bus = NULL;
	d->history = NULL;
	d->mainlog = NULL;
}

/* Returns the configuration that was in force, which is the caller's. */
static struct config *
use_config(struct daemon *d, struct config *config)
{
	struct config *before = d->config;

	if (d->loaded != before)
		config_free(d->loaded);
	d->config = d->loaded = config;
	d->loaded_next_id = 0;
	return before;
}

/* From start to the end or the next restart. */
static bool
run_once(struct daemon *d, bool first, struct err *err)
{
	struct run run = {.first = first};
	bool ok = start(d, &run, err);

	if (ok) {
		event_base_dispatch(d->base);
		flush_replies(d);
	} else if (!first && d->mainlog != NULL) {
		log_crit(&d->log, "%s", err_text(err));
	}
	stop(d, &run);
	return ok;
}

/* The start of a restart has failed, although its rehearsal had not. */
static bool
fall_back(struct daemon *d, struct err *err)
{
	if (d->before == NULL)
		return false;
	free(d->notice);
	d->notice =
	    xasprintf("cannot start with the new configuration, the one before it is in force again: %s",
		      err_text(err));
	err_release(err);
	config_free(use_config(d, d->before));
	d->before = NULL;
	return true;
}

static bool
run_all(struct daemon *d, struct err *err)
{
	bool first = true;

	for (;;) {
		bool started = run_once(d, first, err);

		if (started && d->state != SUPERVISOR_RESTARTING)
			return true;
		if (started) {
			d->before = use_config(d, d->next);
			d->next = NULL;
		} else if (!fall_back(d, err)) {
			return false;
		}
		first = false;
	}
}

/* A loop with precise timers: the usual clock of libevent steps by milliseconds, and what is due in one step would be
 * told in any order. */
static struct event_base *
make_loop(void)
{
	struct event_config *config = event_config_new();
	struct event_base *base = NULL;

	if (config == NULL)
		return NULL;
	if (event_config_set_flag(config, EVENT_BASE_FLAG_PRECISE_TIMER) == 0)
		base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

bool
daemon_run(const struct cmdline *cmdline, const struct config_file *file, const struct config_world *world,
	   struct config *config, struct err *err)
{
	struct daemon d = {
	    .pid = getpid(),
	    .cmdline = cmdline,
	    .file = file,
	    .world = world,
	};
	bool ok = false;

	d.config = d.loaded = config;
	signals_block();
	d.base = make_loop();
	if (d.base == NULL) {
		err_set(err, "cannot make the event loop");
		err->code = EXIT_FAILED;
	} else {
		ok = run_all(&d, err);
		event_base_free(d.base);
	}
	config_free(d.next);
	config_free(d.before);
	config_free(use_config(&d, NULL));
	free(d.notice);
	free(d.asked_by);
	return ok;
}

/* Requests */

void
daemon_shutdown(struct daemon *d, const char *who)
{
	if (d->state == SUPERVISOR_SHUTDOWN)
		return;
	d->state = SUPERVISOR_SHUTDOWN;
	ask_by(d, who);
	shutdown_begin(d->shutdown);
}

/* What would fail only after everything has stopped is an error now. */
static struct config *
read_for_restart(struct daemon *d, struct err *err)
{
	struct config *config = read_config(d, err);

	if (config != NULL && !rehearsal_passes(d, config, err)) {
		config_free(config);
		config = NULL;
	}
	count_read(d, config != NULL);
	return config;
}

bool
daemon_restart(struct daemon *d, const char *who, struct err *err)
{
	if (d->state != SUPERVISOR_RUNNING)
		return true;
	d->next = read_for_restart(d, err);
	if (d->next == NULL) {
		log_crit(&d->log, "cannot restart, everything goes on as it is: %s", err_text(err));
		return false;
	}
	d->state = SUPERVISOR_RESTARTING;
	ask_by(d, who);
	shutdown_begin(d->shutdown);
	return true;
}
