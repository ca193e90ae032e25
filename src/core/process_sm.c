/*
 * process_sm.c: every combination of state and event is one cell of the matrix at the end of this file, and
 * each cell names the function that decides it. The texts of the log and the order of log lines and changes
 * are Supervisor's (spec/daemon.md 2.3): a change comes before the line of the same row, but "spawnerr:" and
 * "killing" come before.
 */
#include "autoconf.h"

#include "core/process_sm.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "base/names.h"
#include "base/xmalloc.h"

/* SIGKILL is not repeated more often than this, however short stopwaitsecs is. */
#define KILL_AGAIN SECOND_US

/* What a deadline may be at most from now, so that absurd options do not overflow the clock. */
#define FAR_SECONDS INT64_C(3153600000)

typedef void transition_fn(struct process *p, const struct process_event *ev, const struct now *now,
			   struct actions *out);

/* clang-format off */
static const char *const event_names[] = {
    [EV_START] = "START",
    [EV_SPAWNED] = "SPAWNED",
    [EV_SPAWN_FAILED] = "SPAWN_FAILED",
    [EV_EXITED] = "EXITED",
    [EV_DEADLINE] = "DEADLINE",
    [EV_STOP] = "STOP",
    [EV_END] = "END",
    [EV_KILL] = "KILL",
    [EV_KILL_FAILED] = "KILL_FAILED",
};
/* clang-format on */
static_assert(sizeof(event_names) / sizeof(event_names[0]) == PROCESS_NEVENTS, "one name per event");

const char *
process_event_name(enum process_event_type type)
{
	return event_names[type];
}

/* Adding actions */

static struct action *
add_action(struct actions *out, enum action_type type)
{
	assert(out->n < ACTIONS_MAX);
	out->list[out->n] = (struct action){.type = type};
	return &out->list[out->n++];
}

static void add_log(struct actions *out, enum log_level level, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
add_log(struct actions *out, enum log_level level, const char *fmt, ...)
{
	struct action *a = add_action(out, ACTION_LOG);
	va_list ap;

	a->level = level;
	va_start(ap, fmt);
	a->text = xvasprintf(fmt, ap);
	va_end(ap);
}

static void
add_step(struct actions *out, struct process_event ev)
{
	add_action(out, ACTION_STEP)->event = ev;
}

static void refuse(struct actions *out, enum fault fault, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static void
refuse(struct actions *out, enum fault fault, const char *fmt, ...)
{
	va_list ap;

	out->fault = fault;
	if (fmt == NULL)
		return;
	va_start(ap, fmt);
	out->fault_text = xvasprintf(fmt, ap);
	va_end(ap);
}

/* The only place where a state is written. pid: the child that the change concerns. */
static struct action *
process_enter(struct process *p, enum process_state state, pid_t pid, struct actions *out)
{
	struct action *a = add_action(out, ACTION_CHANGED);

	a->from = p->state;
	a->pid = pid;
	a->tries = p->backoff;
	p->state = state;
	return a;
}

/* Parts of transitions */

static mono_us
after(mono_us from, int64_t seconds)
{
	if (seconds > FAR_SECONDS)
		seconds = FAR_SECONDS;
	if (seconds < -FAR_SECONDS)
		seconds = -FAR_SECONDS;
	return from + seconds * SECOND_US;
}

static void
set_spawnerr(struct process *p, char *text)
{
	free(p->spawnerr);
	p->spawnerr = text;
}

/* who may be the one that it has. */
static void
set_cause(struct process *p, enum process_cause cause, const char *who)
{
	char *copy = who != NULL ? xstrdup(who) : NULL;

	free(p->who);
	p->cause = cause;
	p->who = copy;
}

static char *
signal_text(int sig)
{
	const char *name = signal_name(sig);

	return name != NULL ? xstrdup(name) : xasprintf("signal %d", sig);
}

char *
process_end_text(int status)
{
	char *name, *text;

	if (WIFEXITED(status))
		return xasprintf("exit status %d", WEXITSTATUS(status));
	if (!WIFSIGNALED(status))
		return xasprintf("unknown termination cause 0x%04x", (unsigned)status);
	name = signal_text(WTERMSIG(status));
	text = xasprintf("terminated by %s%s", name, WCOREDUMP(status) ? " (core dumped)" : "");
	free(name);
	return text;
}

static int
exit_code(int status)
{
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool
is_expected(const struct process *p, int code)
{
	for (size_t i = 0; i < p->config->nexitcodes; i++)
		if (p->config->exitcodes[i] == code)
			return true;
	return false;
}

static bool
is_too_quick(const struct process *p, mono_us now)
{
	return p->state == PROCESS_STARTING && now < after(p->started, p->config->startsecs);
}

enum process_cause
process_end_cause(const struct process *p, int status, mono_us now)
{
	if (p->killing)
		return p->cause;
	return !is_too_quick(p, now) && is_expected(p, exit_code(status)) ? CAUSE_EXIT : CAUSE_CRASH;
}

/* What every end of a child sets. Returns its pid. */
static pid_t
note_end(struct process *p, int status, const struct now *now)
{
	pid_t pid = p->pid;
	enum process_cause cause = process_end_cause(p, status, now->mono);

	set_cause(p, cause, cause == CAUSE_REQUEST ? p->who : NULL);
	p->pid = 0;
	p->laststop = now->wall;
	p->has_exitstatus = true;
	p->exitstatus = exit_code(status);
	p->termsignal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	p->last_exit = p->exitstatus;
	p->failed = p->cause == CAUSE_CRASH;
	exit_counts_add(&p->exits, status, !p->failed);
	p->killing = false;
	p->deadline = 0;
	return pid;
}

/* The next try comes after as many seconds as there were failures in a row; too many: giving up is due at
 * once. */
static void
enter_backoff(struct process *p, const struct now *now, struct actions *out)
{
	p->backoff++;
	if (p->backoff > p->config->startretries)
		p->deadline = now->mono;
	else
		p->deadline = after(now->mono, p->backoff) + 1;
	process_enter(p, PROCESS_BACKOFF, 0, out);
}

static void
try_to_start(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	set_cause(p, ev->cause, ev->who);
	p->killing = false;
	p->has_exitstatus = false;
	p->exitstatus = 0;
	p->last_exit = 0;
	set_spawnerr(p, NULL);
	p->laststart = now->wall;
	p->started = now->mono;
	p->deadline = 0;
	process_enter(p, PROCESS_STARTING, 0, out);
	add_action(out, ACTION_SPAWN);
}

static void
send_signal(struct process *p, int sig, bool stop, bool to_group, struct actions *out)
{
	struct action *a = add_action(out, ACTION_SIGNAL);

	a->sig = sig;
	a->stop = stop;
	a->target = to_group ? -p->pid : p->pid;
}

static void
log_killing(const struct process *p, int sig, bool to_group, struct actions *out)
{
	char *name = signal_text(sig);

	add_log(out, LOG_LEVEL_DEBUG, "killing %s (pid %ld) %swith signal %s", p->name, (long)p->pid,
		to_group ? "process group " : "", name);
	free(name);
}

/* Cells: nothing to do, refusals */

/* The event says nothing to a process in this state. */
static void
ignored(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	(void)p, (void)ev, (void)now, (void)out;
}

/* Nothing is due in this state. */
static void
not_due(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	(void)ev, (void)now, (void)out;
	p->deadline = 0;
}

static void
already_started(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	(void)p, (void)ev, (void)now;
	refuse(out, FAULT_ALREADY_STARTED, NULL);
}

static void
not_running(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	(void)p, (void)ev, (void)now;
	refuse(out, FAULT_NOT_RUNNING, NULL);
}

static void
unknown_start(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	(void)ev, (void)now;
	refuse(out, FAULT_FAILED, "%s is in an unknown process state", p->name);
}

/* Not refused: Supervisor's request succeeds without effect, or fails while it waits (spec/xmlrpc.md 5.1). */
static void
stopping_start(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	(void)ev, (void)now;
	add_log(out, LOG_LEVEL_WARN, "process '%s' already running", p->name);
}

/* Cells: starting */

/* Also from BACKOFF when a further try is due. A start that somebody asked for begins to count anew. */
static void
start(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	if (ev->cause != CAUSE_BACKOFF)
		p->backoff = 0;
	try_to_start(p, ev, now, out);
}

/* startsecs counts from the attempt; RUNNING is reached strictly after it. When there is none, who asked for it is
   answered at once; what starts by itself is RUNNING in the next turn of the loop, so that of several that start
   together all are spawned before the first is said to be RUNNING. */
static void
starting_spawned(struct process *p, const struct process_event *ev, const struct now *now,
		 struct actions *out)
{
	p->pid = ev->pid;
	p->starts++;
	add_log(out, LOG_LEVEL_INFO, "spawned: '%s' with pid %ld", p->name, (long)p->pid);
	add_action(out, ACTION_SPAWNED);
	p->deadline = after(p->started, p->config->startsecs) + 1;
	if (p->config->startsecs <= 0) {
		p->deadline = now->mono;
		if (p->cause == CAUSE_REQUEST)
			add_step(out, (struct process_event){.type = EV_DEADLINE});
	}
}

static void
starting_spawn_failed(struct process *p, const struct process_event *ev, const struct now *now,
		      struct actions *out)
{
	p->spawn_errors++;
	set_spawnerr(p, xstrdup(ev->text));
	add_log(out, LOG_LEVEL_INFO, "spawnerr: %s", p->spawnerr);
	enter_backoff(p, now, out);
}

static void
starting_deadline(struct process *p, const struct process_event *ev, const struct now *now,
		  struct actions *out)
{
	(void)ev, (void)now;
	p->deadline = 0;
	p->backoff = 0;
	process_enter(p, PROCESS_RUNNING, p->pid, out);
	add_log(
	    out, LOG_LEVEL_INFO,
	    "success: %s entered RUNNING state, process has stayed up for > than %lld seconds (startsecs)",
	    p->name, (long long)p->config->startsecs);
}

/* Died too early: a failed try, whatever its exit code was. Died late, but before its deadline was looked at:
   it has been RUNNING in between, which the log does not mention. */
static void
starting_exited(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	char *how;

	if (!is_too_quick(p, now->mono)) {
		p->deadline = 0;
		p->backoff = 0;
		process_enter(p, PROCESS_RUNNING, p->pid, out);
		add_step(out, *ev);
		return;
	}
	note_end(p, ev->status, now);
	p->has_exitstatus = false;
	p->exitstatus = 0;
	set_spawnerr(p, xstrdup("Exited too quickly (process log may have details)"));
	enter_backoff(p, now, out);
	how = process_end_text(ev->status);
	add_log(out, LOG_LEVEL_WARN, "exited: %s (%s; not expected)", p->name, how);
	free(how);
}

/* Cells: BACKOFF */

static void
backoff_deadline(struct process *p, const struct process_event *ev, const struct now *now,
		 struct actions *out)
{
	p->deadline = 0;
	if (p->backoff > p->config->startretries) {
		p->backoff = 0;
		process_enter(p, PROCESS_FATAL, 0, out);
		add_log(out, LOG_LEVEL_INFO,
			"gave up: %s entered FATAL state, too many start retries too quickly", p->name);
	} else if (!ev->ending) {
		add_step(out, (struct process_event){.type = EV_START, .cause = CAUSE_BACKOFF});
	}
	(void)now;
}

/* A request is refused, the own next try is not. */
static void
backoff_start(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	if (ev->cause == CAUSE_BACKOFF)
		start(p, ev, now, out);
	else
		already_started(p, ev, now, out);
}

static void
backoff_stop(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	(void)now;
	add_log(out, LOG_LEVEL_DEBUG, "Attempted to kill %s, which is in BACKOFF state.", p->name);
	set_cause(p, ev->cause, ev->who);
	p->deadline = 0;
	p->backoff = 0;
	process_enter(p, PROCESS_STOPPED, 0, out);
}

static void
backoff_end(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	(void)ev, (void)now;
	set_cause(p, CAUSE_SHUTDOWN, NULL);
	p->deadline = 0;
	p->backoff = 0;
	process_enter(p, PROCESS_FATAL, 0, out);
}

/* Cells: stopping */

static void
stop(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	bool to_group = p->config->stopasgroup;

	if (p->pid == 0) {
		char *name = signal_text(p->config->stopsignal);

		refuse(out, FAULT_FAILED, "attempted to kill %s with sig %s but it wasn't running", p->name,
		       name);
		add_log(out, LOG_LEVEL_DEBUG, "%s", out->fault_text);
		free(name);
		return;
	}
	log_killing(p, p->config->stopsignal, to_group, out);
	set_cause(p, ev->cause, ev->who);
	p->killing = true;
	p->deadline = after(now->mono, p->config->stopwaitsecs);
	process_enter(p, PROCESS_STOPPING, p->pid, out);
	send_signal(p, p->config->stopsignal, true, to_group, out);
}

static void
end(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	struct process_event as_stop = *ev;

	as_stop.cause = CAUSE_SHUTDOWN;
	stop(p, &as_stop, now, out);
}

static void
stopping_deadline(struct process *p, const struct process_event *ev, const struct now *now,
		  struct actions *out)
{
	(void)ev;
	add_log(out, LOG_LEVEL_WARN, "killing '%s' (%ld) with SIGKILL", p->name, (long)p->pid);
	log_killing(p, SIGKILL, p->config->killasgroup, out);
	p->killing = true;
	p->deadline = after(now->mono, p->config->stopwaitsecs);
	if (p->deadline < now->mono + KILL_AGAIN)
		p->deadline = now->mono + KILL_AGAIN;
	send_signal(p, SIGKILL, true, p->config->killasgroup, out);
}

static void
stopping_exited(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	pid_t pid = note_end(p, ev->status, now);
	char *how = process_end_text(ev->status);

	p->backoff = 0;
	process_enter(p, PROCESS_STOPPED, pid, out);
	add_log(out, is_expected(p, p->exitstatus) ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, "stopped: %s (%s)",
		p->name, how);
	free(how);
}

/* Cells: ending by itself */

static bool
restarts(const struct process *p, bool expected)
{
	switch (p->config->autorestart) {
	case AUTORESTART_FALSE:
		return false;
	case AUTORESTART_UNEXPECTED:
		return !expected;
	case AUTORESTART_TRUE:
		return true;
	}
	return false;
}

/* A restart is due at once, but with the next turn of the loop: a program that always dies delays nobody. */
static void
running_exited(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	pid_t pid = note_end(p, ev->status, now);
	bool expected = is_expected(p, p->exitstatus);
	char *how = process_end_text(ev->status);

	p->backoff = 0;
	if (!expected)
		set_spawnerr(p, xasprintf("Bad exit code %d", p->exitstatus));
	if (!ev->ending && restarts(p, expected))
		p->deadline = now->mono;
	process_enter(p, PROCESS_EXITED, pid, out)->expected = expected;
	add_log(out, expected ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, "exited: %s (%s; %s)", p->name, how,
		expected ? "expected" : "not expected");
	free(how);
}

static void
exited_deadline(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	(void)now;
	p->deadline = 0;
	if (!ev->ending)
		add_step(out, (struct process_event){.type = EV_START, .cause = CAUSE_AUTORESTART});
}

/* Supervisor dies of this. What could not be stopped is stopped now; anything else has ended by itself. */
static void
unknown_exited(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	if (p->killing)
		stopping_exited(p, ev, now, out);
	else
		running_exited(p, ev, now, out);
}

/* Cells: signals */

static void
signal_it(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	char *name;

	(void)now;
	if (p->pid == 0) {
		refuse(out, FAULT_NOT_RUNNING, NULL);
		return;
	}
	name = signal_text(ev->sig);
	add_log(out, LOG_LEVEL_DEBUG, "sending %s (pid %ld) sig %s", p->name, (long)p->pid, name);
	free(name);
	send_signal(p, ev->sig, false, false, out);
}

/* No such process: it has ended and will be reaped. Everything else leaves us without knowledge of it. */
static void
signal_failed(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	(void)now;
	if (ev->error == ESRCH) {
		add_log(out, LOG_LEVEL_DEBUG,
			"unable to signal %s (pid %ld), it probably just %sexited on its own: [Errno %d] %s",
			p->name, (long)p->pid, ev->stop ? "" : "now ", ev->error, ev->text);
		return;
	}
	refuse(out, FAULT_FAILED, "unknown problem %s %s (%ld):[Errno %d] %s",
	       ev->stop ? "killing" : "sending sig", p->name, (long)p->pid, ev->error, ev->text);
	add_log(out, LOG_LEVEL_CRITICAL, "%s", out->fault_text);
	p->deadline = 0;
	if (ev->stop)
		p->killing = true;
	process_enter(p, PROCESS_UNKNOWN, p->pid, out);
}

/* The matrix */

/* clang-format off */
static transition_fn *const matrix[PROCESS_NSTATES][PROCESS_NEVENTS] = {
    [PROCESS_STOPPED] = {
        [EV_START] = start,
        [EV_SPAWNED] = ignored,
        [EV_SPAWN_FAILED] = ignored,
        [EV_EXITED] = ignored,
        [EV_DEADLINE] = not_due,
        [EV_STOP] = not_running,
        [EV_END] = ignored,
        [EV_KILL] = not_running,
        [EV_KILL_FAILED] = ignored,
    },
    [PROCESS_STARTING] = {
        [EV_START] = already_started,
        [EV_SPAWNED] = starting_spawned,
        [EV_SPAWN_FAILED] = starting_spawn_failed,
        [EV_EXITED] = starting_exited,
        [EV_DEADLINE] = starting_deadline,
        [EV_STOP] = stop,
        [EV_END] = end,
        [EV_KILL] = signal_it,
        [EV_KILL_FAILED] = signal_failed,
    },
    [PROCESS_RUNNING] = {
        [EV_START] = already_started,
        [EV_SPAWNED] = ignored,
        [EV_SPAWN_FAILED] = ignored,
        [EV_EXITED] = running_exited,
        [EV_DEADLINE] = not_due,
        [EV_STOP] = stop,
        [EV_END] = end,
        [EV_KILL] = signal_it,
        [EV_KILL_FAILED] = signal_failed,
    },
    [PROCESS_BACKOFF] = {
        [EV_START] = backoff_start,
        [EV_SPAWNED] = ignored,
        [EV_SPAWN_FAILED] = ignored,
        [EV_EXITED] = ignored,
        [EV_DEADLINE] = backoff_deadline,
        [EV_STOP] = backoff_stop,
        [EV_END] = backoff_end,
        [EV_KILL] = not_running,
        [EV_KILL_FAILED] = ignored,
    },
    [PROCESS_STOPPING] = {
        [EV_START] = stopping_start,
        [EV_SPAWNED] = ignored,
        [EV_SPAWN_FAILED] = ignored,
        [EV_EXITED] = stopping_exited,
        [EV_DEADLINE] = stopping_deadline,
        [EV_STOP] = not_running,
        [EV_END] = ignored, /* its end is under way */
        [EV_KILL] = signal_it,
        [EV_KILL_FAILED] = signal_failed,
    },
    [PROCESS_EXITED] = {
        [EV_START] = start,
        [EV_SPAWNED] = ignored,
        [EV_SPAWN_FAILED] = ignored,
        [EV_EXITED] = ignored,
        [EV_DEADLINE] = exited_deadline,
        [EV_STOP] = not_running,
        [EV_END] = ignored,
        [EV_KILL] = not_running,
        [EV_KILL_FAILED] = ignored,
    },
    [PROCESS_FATAL] = {
        [EV_START] = start,
        [EV_SPAWNED] = ignored,
        [EV_SPAWN_FAILED] = ignored,
        [EV_EXITED] = ignored,
        [EV_DEADLINE] = not_due,
        [EV_STOP] = not_running,
        [EV_END] = ignored,
        [EV_KILL] = not_running,
        [EV_KILL_FAILED] = ignored,
    },
    [PROCESS_UNKNOWN] = {
        [EV_START] = unknown_start,
        [EV_SPAWNED] = ignored,
        [EV_SPAWN_FAILED] = ignored,
        [EV_EXITED] = unknown_exited,
        [EV_DEADLINE] = not_due,
        [EV_STOP] = not_running,
        [EV_END] = ignored,
        [EV_KILL] = not_running,
        [EV_KILL_FAILED] = ignored,
    },
};
/* clang-format on */

void
process_step(struct process *p, const struct process_event *ev, const struct now *now, struct actions *out)
{
	*out = (struct actions){.fault = FAULT_NONE};
	if (ev->type == EV_DEADLINE && (p->deadline == 0 || now->mono < p->deadline))
		return; /* a timer that came early, or for a deadline that is no more */
	matrix[p->state][ev->type](p, ev, now, out);
}

void
actions_release(struct actions *out)
{
	for (size_t i = 0; i < out->n; i++)
		free(out->list[i].text);
	free(out->fault_text);
	*out = (struct actions){0};
}
