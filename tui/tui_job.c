/* tui_job.c: see tui_job.h. */
#include "autoconf.h"

#include "tui/tui_job.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "core/fault.h"
#include "tui/tui_job_impl.h"
#include "tui/tui_multicall.h"

static void
free_job(struct tui_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		if (job->targets[i].proc != NULL && job->targets[i].proc->job == job)
			job->targets[i].proc->job = NULL;
		free(job->targets[i].display);
		free(job->targets[i].error);
	}
	free(job->targets);
	free(job->called);
	free(job);
}

static void
unlink_job(struct tui_model *m, struct tui_job *job)
{
	struct tui_job **at = &m->jobs;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	if (m->message_job == job)
		m->message_job = NULL;
	free_job(job);
}

static void
settle(struct tui_job *job, struct target *t, enum target_state state, const char *error)
{
	if (t->state >= TARGET_DONE)
		return;
	t->state = state;
	tui_set(&t->error, error);
	job->settled++;
	job->failed += state == TARGET_FAILED;
	job->left += state == TARGET_LEFT;
	if (t->proc != NULL) {
		t->pid = t->proc->pid;
		if (t->proc->job == job)
			t->proc->job = NULL;
		t->proc = NULL; /* from here on nobody would tell us that it goes */
	}
}

static struct xmlrpc_value *
params_of(const void *arg, size_t i)
{
	const struct tui_job *job = arg;
	struct xmlrpc_value *params = xmlrpc_array();

	xmlrpc_append(params, xmlrpc_string(job->targets[job->called[i]].proc->key));
	xmlrpc_append(params, xmlrpc_bool(false));
	return params;
}

/* Sends what waits in the given state as one request, or the first part of it. */
static bool
send_calls(struct tui_job *job, enum target_state from, enum target_state to)
{
	bool stop = from == TARGET_STOP;
	const char *method = stop ? "supervisor.stopProcess" : "supervisor.startProcess";
	size_t bytes = 0;

	job->ncalled = 0;
	for (size_t i = 0; i < job->n && job->ncalled < job->at_once && bytes < TUI_CALLS_BYTES; i++) {
		struct target *t = &job->targets[i];

		if (t->state != from)
			continue;
		job->called[job->ncalled++] = i;
		t->state = to;
		t->changes = t->proc->changes;
		bytes += tui_multicall_bytes(method, strlen(t->proc->key));
	}
	if (job->ncalled == 0)
		return false;
	job->ticket = ++job->host->model->tickets;
	tui_multicall(job->host, stop ? TAG_JOB_STOP : TAG_JOB_START, job->ticket, method, job->ncalled,
		      params_of, job);
	return true;
}

static bool
any_in(const struct tui_job *job, enum target_state state)
{
	for (size_t i = 0; i < job->n; i++)
		if (job->targets[i].state == state)
			return true;
	return false;
}

static void
set_turn(struct target *t)
{
	bool running = process_state_is_running(t->proc->state) || t->proc->state == PROCESS_STOPPING;

	t->state = running ? TARGET_STOP : TARGET_START;
}

/* The turn goes to the next one; after a failure, or when it is cancelled, to none. */
static void
roll(struct tui_job *job)
{
	for (size_t i = 0; i < job->n; i++) {
		struct target *t = &job->targets[i];

		if (t->state == TARGET_WAIT && (job->failed > 0 || job->cancelled))
			settle(job, t, TARGET_LEFT, NULL);
		else if (t->state == TARGET_WAIT) {
			set_turn(t);
			return;
		} else if (t->state < TARGET_DONE)
			return;
	}
}

/* Does what is next. But for a rolling restart, all are stopped before the first is started again, as supervisorctl
   does it. */
static void
advance(struct tui_model *m, struct tui_job *job)
{
	if (job->verb == VERB_ROLL)
		roll(job);
	if (job->ticket == 0 && !send_calls(job, TARGET_STOP, TARGET_STOPPING) &&
	    !any_in(job, TARGET_STOPPING))
		send_calls(job, TARGET_START, TARGET_STARTING);
	if (job->settled < job->n) {
		if (m->message_job == job)
			tui_job_tell_progress(job);
		return;
	}
	tui_job_tell_end(job);
	unlink_job(m, job);
}

static bool
restarts(const struct tui_job *job)
{
	return job->verb == VERB_RESTART || job->verb == VERB_ROLL;
}

/* What the state of a process means for the job that waits for it. */
static void
look_at(struct tui_job *job, struct target *t)
{
	const struct tui_proc *p = t->proc;
	char note[TUI_NOTE_MAX];

	if (p == NULL || p->changes == t->changes)
		return;
	if (t->state == TARGET_STOPPING && process_state_is_stopped(p->state)) {
		if (restarts(job))
			t->state = TARGET_START;
		else
			settle(job, t, TARGET_DONE, NULL);
	} else if (t->state == TARGET_STARTING) {
		if (p->state == PROCESS_RUNNING || (p->state == PROCESS_EXITED && !tui_proc_is_ill(p)))
			settle(job, t, TARGET_DONE, NULL);
		else if (p->state != PROCESS_STARTING && p->state != PROCESS_STOPPING) {
			char *error =
			    xasprintf("%s %s", process_state_name(p->state), tui_proc_note(p, note));

			settle(job, t, TARGET_FAILED, error);
			free(error);
		}
	}
}

/* An older job gives a process up to a newer one. */
static void
take_over(struct tui_model *m, struct tui_job *job, size_t slot, struct tui_proc *p)
{
	struct tui_job *old = p->job;

	if (old != NULL) {
		settle(old, &old->targets[p->job_slot], TARGET_DONE, NULL);
		if (old->settled == old->n)
			unlink_job(m, old);
		else if (old->verb == VERB_ROLL)
			advance(m, old);
	}
	p->job = job;
	p->job_slot = slot;
}

static void
add_target(struct tui_model *m, struct tui_job *job, struct tui_proc *p)
{
	struct target *t = &job->targets[job->n];

	*t = (struct target){.proc = p, .display = xstrdup(p->display)};
	switch (job->verb) {
	case VERB_ROLL:
		t->state = TARGET_WAIT;
		break;
	case VERB_RESTART:
		set_turn(t);
		break;
	case VERB_START:
		t->state = TARGET_START;
		break;
	case VERB_STOP:
	case VERB_SIGNAL:
	case VERB_CLEAR:
	case VERB_SEND:
	case TUI_NVERBS:
		t->state = TARGET_STOP;
		break;
	}
	take_over(m, job, job->n++, p);
}

/* Of many, those that are as they are wanted are left alone; one alone is asked in any case, so that the
   daemon's answer says why not. What does not run is not what a rolling restart is for. */
static bool
wanted(enum tui_verb verb, const struct tui_proc *p, size_t n)
{
	if (verb == VERB_ROLL)
		return process_state_is_running(p->state);
	if (n == 1 || verb == VERB_RESTART)
		return true;
	return process_state_is_running(p->state) == (verb == VERB_STOP);
}

static void
tell_nothing(struct tui_host *h, enum tui_verb verb, size_t n)
{
	if (verb == VERB_ROLL)
		tui_say(h, LOOK_WARN, "nothing to restart: none of the %zu runs", n);
	else
		tui_say(h, LOOK_WARN, "nothing to %s: all %zu are %s already", tui_verbs[verb].name, n,
			verb == VERB_STOP ? "stopped" : "running");
}

void
tui_job_begin(struct tui_host *h, enum tui_verb verb, struct tui_proc *const *procs, size_t n)
{
	struct tui_model *m = h->model;
	struct tui_job *job = xcalloc(1, sizeof(*job));

	job->host = h;
	job->verb = verb;
	job->asked = tui_host_now(h);
	job->at_once = TUI_CALLS_AT_ONCE;
	job->targets = xcalloc(n + 1, sizeof(*job->targets));
	job->called = xcalloc(TUI_CALLS_AT_ONCE, sizeof(*job->called));
	for (size_t i = 0; i < n; i++)
		if (wanted(verb, procs[i], n))
			add_target(m, job, procs[i]);
	if (job->n == 0) {
		tell_nothing(h, verb, n);
		free_job(job);
		return;
	}
	job->next = m->jobs;
	m->jobs = job;
	tui_job_tell_progress(job);
	advance(m, job);
}

static void
target_reply(struct tui_job *job, struct target *t, const struct xmlrpc_value *value, int code,
	     const char *fault)
{
	if (value != NULL) {
		look_at(job, t);
		return;
	}
	/* For a restart it is as good if it has stopped in the meantime, and no harm if it has started. */
	if (code == FAULT_NOT_RUNNING && restarts(job) && t->state == TARGET_STOPPING)
		t->state = TARGET_START;
	else if (code == FAULT_ALREADY_STARTED && restarts(job) && !t->turned) {
		t->turned = true;
		t->state = TARGET_STOP;
	} else
		settle(job, t, TARGET_FAILED, tui_fault_text(code, fault));
}

/* The daemon takes no request of this size: the same in smaller ones. */
static void
ask_again(struct tui_job *job)
{
	for (size_t i = 0; i < job->ncalled; i++) {
		struct target *t = &job->targets[job->called[i]];

		if (t->state == TARGET_STOPPING || t->state == TARGET_STARTING)
			t->state = t->state == TARGET_STOPPING ? TARGET_STOP : TARGET_START;
	}
	job->at_once = job->ncalled / 2;
}

void
tui_job_reply(struct tui_model *m, unsigned ticket, const struct xmlrpc_value *value, int code,
	      const char *fault)
{
	struct tui_job *job = m->jobs;

	while (job != NULL && job->ticket != ticket)
		job = job->next;
	if (job == NULL)
		return;
	job->ticket = 0;
	if (value == NULL && code == TUI_CALL_TOO_LARGE && job->ncalled > 1) {
		ask_again(job);
		advance(m, job);
		return;
	}
	for (size_t i = 0; i < job->ncalled; i++) {
		int own_code = code;
		const char *own_fault = fault;
		const struct xmlrpc_value *own =
		    tui_multicall_result(value, i, job->ncalled, &own_code, &own_fault);

		target_reply(job, &job->targets[job->called[i]], own, own_code, own_fault);
	}
	advance(m, job);
}

void
tui_job_changed(struct tui_model *m, struct tui_proc *p)
{
	struct tui_job *job = p->job;

	if (job == NULL)
		return;
	look_at(job, &job->targets[p->job_slot]);
	advance(m, job);
}

void
tui_job_removed(struct tui_model *m, struct tui_proc *p)
{
	struct tui_job *job = p->job;
	struct target *t;

	if (job == NULL)
		return;
	t = &job->targets[p->job_slot];
	settle(job, t, TARGET_FAILED, "was removed");
	advance(m, job);
}

bool
tui_job_cancel(struct tui_model *m)
{
	bool any = false;

	for (struct tui_job *job = m->jobs; job != NULL; job = job->next) {
		if (job->verb != VERB_ROLL || job->cancelled)
			continue;
		job->cancelled = any = true;
		tui_job_tell_progress(job);
	}
	return any;
}

bool
tui_job_is_halfway(const struct tui_model *m)
{
	for (const struct tui_job *job = m->jobs; job != NULL; job = job->next)
		if (restarts(job) && (any_in(job, TARGET_STOPPING) || any_in(job, TARGET_START)))
			return true;
	return false;
}

bool
tui_job_drop(struct tui_host *h)
{
	struct tui_job *job = h->model->jobs, *next;
	bool any = false;

	for (; job != NULL; job = next) {
		next = job->next;
		if (job->host != h)
			continue;
		unlink_job(h->model, job);
		any = true;
	}
	return any;
}
