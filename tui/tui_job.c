/* tui_job.c: see tui_job.h. */
#include "autoconf.h"

#include "tui/tui_job.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

#define CALLS_AT_ONCE 200 /* in one system.multicall */

/* Faults that mean more than failure. */
enum {
	BAD_NAME = 10,
	ALREADY_STARTED = 60,
	NOT_RUNNING = 70,
};

enum target_state {
	TARGET_STOP,     /* to be asked to stop */
	TARGET_STOPPING, /* asked; its state will tell */
	TARGET_START,    /* to be asked to start */
	TARGET_STARTING,
	TARGET_DONE,
	TARGET_FAILED,
};

struct target {
	struct tui_proc *proc; /* NULL once it is gone */
	char *display;         /* owned */
	enum target_state state;
	unsigned changes; /* of the process when it was asked */
	bool turned;      /* it was not as we thought, and we began again from the other side */
	int64_t pid;
	char *error; /* owned */
};

struct tui_job {
	struct tui_job *next;
	struct tui_host *host;
	enum tui_verb verb;
	double asked; /* by the server's clock */
	struct target *targets;
	size_t n;
	size_t settled;
	size_t failed;
	unsigned ticket; /* of the call under way, 0: none */
	size_t *called;  /* targets of that call, in its order */
	size_t ncalled;
};

const char *
tui_verb_name(enum tui_verb verb)
{
	static const char *const names[] = {
	    [VERB_START] = "start",
	    [VERB_STOP] = "stop",
	    [VERB_RESTART] = "restart",
	};

	return names[verb];
}

static const char *
verb_past(enum tui_verb verb)
{
	static const char *const names[] = {
	    [VERB_START] = "started",
	    [VERB_STOP] = "stopped",
	    [VERB_RESTART] = "restarted",
	};

	return names[verb];
}

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
	if (t->state == TARGET_DONE || t->state == TARGET_FAILED)
		return;
	t->state = state;
	tui_set(&t->error, error);
	job->settled++;
	job->failed += state == TARGET_FAILED;
	if (t->proc != NULL) {
		t->pid = t->proc->pid;
		if (t->proc->job == job)
			t->proc->job = NULL;
		t->proc = NULL; /* from here on nobody would tell us that it goes */
	}
}

/* What to say when the end of a job is reached. */
static void
tell_end_of_one(struct tui_model *m, const struct tui_job *job)
{
	const struct target *t = &job->targets[0];

	if (t->state == TARGET_FAILED)
		tui_message(m, LOOK_BAD, "%s: %s", t->display, t->error);
	else if (job->verb == VERB_STOP || t->pid == 0)
		tui_message(m, LOOK_OK, "%s %s", t->display, verb_past(job->verb));
	else
		tui_message(m, LOOK_OK, "%s %s, pid %" PRId64, t->display, verb_past(job->verb), t->pid);
}

static void
tell_end_of_many(struct tui_model *m, const struct tui_job *job)
{
	const struct target *t = job->targets;

	if (job->failed == 0) {
		tui_message(m, LOOK_OK, "%zu %s", job->n, verb_past(job->verb));
		return;
	}
	while (t->state != TARGET_FAILED)
		t++;
	tui_message(m, LOOK_BAD, "%zu %s, %zu failed: %s: %s%s", job->n - job->failed, verb_past(job->verb),
		    job->failed, t->display, t->error, job->failed > 1 ? ", ..." : "");
}

static void
tell_progress(struct tui_model *m, const struct tui_job *job)
{
	char clock[TUI_CLOCK_MAX];

	tui_clock(m, job->asked, clock);
	if (job->n == 1)
		tui_message(m, LOOK_PLAIN, "%s %s asked %s", job->targets[0].display,
			    tui_verb_name(job->verb), clock);
	else
		tui_message(m, LOOK_PLAIN, "%s of %zu asked %s, %zu done", tui_verb_name(job->verb), job->n,
			    clock, job->settled - job->failed);
	m->message_job = job;
}

static struct xmlrpc_value *
call_params(const struct target *t)
{
	struct xmlrpc_value *params = xmlrpc_array();

	xmlrpc_append(params, xmlrpc_string(t->proc->key));
	xmlrpc_append(params, xmlrpc_bool(false));
	return params;
}

/* Sends what waits in the given state as one call, or the first part of it. */
static bool
send_calls(struct tui_model *m, struct tui_job *job, enum target_state from, enum target_state to)
{
	bool stop = from == TARGET_STOP;
	const char *method = stop ? "supervisor.stopProcess" : "supervisor.startProcess";
	enum tui_tag tag = stop ? TAG_JOB_STOP : TAG_JOB_START;
	struct xmlrpc_value *calls, *params;

	job->ncalled = 0;
	for (size_t i = 0; i < job->n && job->ncalled < CALLS_AT_ONCE; i++) {
		if (job->targets[i].state != from)
			continue;
		job->called[job->ncalled++] = i;
		job->targets[i].state = to;
		job->targets[i].changes = job->targets[i].proc->changes;
	}
	if (job->ncalled == 0)
		return false;
	job->ticket = ++m->tickets;
	if (job->ncalled == 1) {
		tui_request_call(job->host, tag, job->ticket, method,
				 call_params(&job->targets[job->called[0]]));
		return true;
	}
	calls = xmlrpc_array();
	for (size_t i = 0; i < job->ncalled; i++) {
		struct xmlrpc_value *call = xmlrpc_struct();

		xmlrpc_member(call, "methodName", xmlrpc_string(method));
		xmlrpc_member(call, "params", call_params(&job->targets[job->called[i]]));
		xmlrpc_append(calls, call);
	}
	params = xmlrpc_array();
	xmlrpc_append(params, calls);
	tui_request_call(job->host, tag, job->ticket, "system.multicall", params);
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

/* Does what is next. All are stopped before the first is started again, as supervisorctl does it. */
static void
advance(struct tui_model *m, struct tui_job *job)
{
	if (job->ticket == 0 && !send_calls(m, job, TARGET_STOP, TARGET_STOPPING) &&
	    !any_in(job, TARGET_STOPPING))
		send_calls(m, job, TARGET_START, TARGET_STARTING);
	if (job->settled < job->n) {
		if (m->message_job == job)
			tell_progress(m, job);
		return;
	}
	if (job->n == 1)
		tell_end_of_one(m, job);
	else
		tell_end_of_many(m, job);
	unlink_job(m, job);
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
		if (job->verb == VERB_RESTART)
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
	}
	p->job = job;
	p->job_slot = slot;
}

static void
add_target(struct tui_model *m, struct tui_job *job, struct tui_proc *p)
{
	bool running = process_state_is_running(p->state) || p->state == PROCESS_STOPPING;
	struct target *t = &job->targets[job->n];

	*t = (struct target){.proc = p, .display = xstrdup(p->display)};
	t->state =
	    job->verb == VERB_START || (job->verb == VERB_RESTART && !running) ? TARGET_START : TARGET_STOP;
	take_over(m, job, job->n++, p);
}

/* Of many, those that are as they are wanted are left alone; one alone is asked in any case, so that the
   daemon's answer says why not. */
static bool
wanted(enum tui_verb verb, const struct tui_proc *p, size_t n)
{
	if (n == 1 || verb == VERB_RESTART)
		return true;
	return process_state_is_running(p->state) == (verb == VERB_STOP);
}

void
tui_job_begin(struct tui_host *h, enum tui_verb verb, struct tui_proc *const *procs, size_t n)
{
	struct tui_model *m = h->model;
	struct tui_job *job = xcalloc(1, sizeof(*job));

	job->host = h;
	job->verb = verb;
	job->asked = tui_host_now(h);
	job->targets = xcalloc(n + 1, sizeof(*job->targets));
	job->called = xcalloc(CALLS_AT_ONCE, sizeof(*job->called));
	for (size_t i = 0; i < n; i++)
		if (wanted(verb, procs[i], n))
			add_target(m, job, procs[i]);
	if (job->n == 0) {
		tui_message(m, LOOK_PLAIN, "nothing to %s: all %zu are %s already", tui_verb_name(verb), n,
			    verb == VERB_STOP ? "stopped" : "running");
		free_job(job);
		return;
	}
	job->next = m->jobs;
	m->jobs = job;
	tell_progress(m, job);
	advance(m, job);
}

static const char *
fault_text(int code, const char *fault)
{
	switch (code) {
	case ALREADY_STARTED:
		return "is running already";
	case NOT_RUNNING:
		return "is not running";
	case BAD_NAME:
		return "the daemon does not know it";
	default:
		return fault;
	}
}

static void
target_reply(struct tui_job *job, struct target *t, const struct xmlrpc_value *value, int code,
	     const char *fault)
{
	const struct xmlrpc_value *inner = xmlrpc_find(value, "faultCode");

	if (inner != NULL) {
		code = (int)xmlrpc_get_int(inner);
		fault = xmlrpc_get_string(xmlrpc_find(value, "faultString"));
	} else if (value != NULL) {
		look_at(job, t);
		return;
	}
	/* For a restart it is as good if it has stopped in the meantime, and no harm if it has started. */
	if (code == NOT_RUNNING && job->verb == VERB_RESTART && t->state == TARGET_STOPPING)
		t->state = TARGET_START;
	else if (code == ALREADY_STARTED && job->verb == VERB_RESTART && !t->turned) {
		t->turned = true;
		t->state = TARGET_STOP;
	} else
		settle(job, t, TARGET_FAILED, fault_text(code, fault));
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
	for (size_t i = 0; i < job->ncalled; i++) {
		struct target *t = &job->targets[job->called[i]];
		bool many = job->ncalled > 1 && value != NULL;

		target_reply(job, t, many ? xmlrpc_at(value, i) : value, code,
			     fault == NULL ? "no answer" : fault);
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
