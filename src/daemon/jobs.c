/*
 * jobs.c: see jobs.h. Enters: requests for many (RPC), state changes of processes, the turn of the loop in which a job
 * goes on. Calls out: supervise, for each member, and who waits for the job.
 *
 * Who waits is told from the loop, never from within a step: a callback may remove groups, and the process that a step
 * works on must not vanish under it.
 */
#include "autoconf.h"

#include "daemon/jobs.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/xmalloc.h"
#include "core/process_table.h"
#include "daemon/daemon.h"
#include "daemon/process_io.h"
#include "daemon/supervise.h"

#define REPORT_SECONDS 2 /* between two lines about a stop that is waited for */

/* A job that waits for a process. */
struct wait {
	struct job *job;
	size_t member;
	struct wait *next;
};

struct job {
	struct jobs *jobs;
	struct job_list list;
	struct process **procs; /* by member; NULL when it has settled */
	size_t begun;           /* members that have begun: the rest follows in later turns of the loop */
	bool building;          /* not all have begun, or jobs_run has not returned yet */
	bool wait;
	enum process_cause cause;
	char *who;         /* asked for it; owned; NULL: nobody */
	job_done_fn *done; /* NULL: forgotten before all had begun */
	void *arg;
	struct event *report; /* of a stop that is waited for */
	struct job *next;     /* in the list of finished ones */
	struct job *prev_all, *next_all;
};

struct jobs {
	struct daemon *d;
	struct event *later; /* goes on with those that have not begun whole, tells finished ones */
	struct job *finished, **finished_last;
	struct job *all;
};

/* The end of waiting */

static void
job_free(struct job *job)
{
	struct jobs *jobs = job->jobs;

	if (job->prev_all != NULL)
		job->prev_all->next_all = job->next_all;
	else
		jobs->all = job->next_all;
	if (job->next_all != NULL)
		job->next_all->prev_all = job->prev_all;
	if (job->report != NULL)
		event_free(job->report);
	job_list_release(&job->list);
	free(job->procs);
	free(job->who);
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
	struct jobs *jobs = job->jobs;

	*jobs->finished_last = job;
	jobs->finished_last = &job->next;
	daemon_do_later(jobs->later);
}

static void
settle(struct job *job, size_t member, enum fault status, const char *text)
{
	job->procs[member] = NULL;
	job_list_settle(&job->list, member, status, text, &job->jobs->d->now);
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

void
jobs_settle(struct process *p)
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

/* Beginning */

/* One line for each process whose stop is waited for, at most every REPORT_SECONDS. */
static void
report_waiting(struct job *job)
{
	struct daemon *d = job->jobs->d;

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
	daemon_tick(job->jobs->d);
	report_waiting(job);
}

static enum fault
begin(struct daemon *d, struct job *job, struct process *p, struct err *err)
{
	switch (job->list.kind) {
	case JOB_START:
		if (d->state != SUPERVISOR_RUNNING)
			return FAULT_SHUTDOWN_STATE;
		return supervise_start(d, p, job->cause, job->who, err);
	case JOB_STOP:
		return supervise_stop(d, p, job->cause, job->who, err);
	case JOB_END:
		supervise_end(d, p);
		return FAULT_NONE;
	}
	return FAULT_NONE;
}

static void
job_begin_member(struct job *job, size_t i)
{
	struct daemon *d = job->jobs->d;
	struct process *p = job->procs[i];
	struct err err = ERR_INIT;
	enum fault status;

	if (p == NULL)
		return; /* its group was removed before its turn came */
	status = begin(d, job, p, &err);
	if (status == FAULT_NONE)
		status = job->wait ? job_verdict(job->list.kind, p) : FAULT_SUCCESS;
	if (status == FAULT_NONE)
		add_wait(job, i, p);
	else
		settle(job, i, status, err.what);
	err_release(&err);
}

static void
job_begin(struct job *job)
{
	struct daemon *d = job->jobs->d;
	mono_us began = d->now.mono;
	size_t n = 0;

	while (job->begun < job->list.n) {
		job_begin_member(job, job->begun++);
		if (daemon_slice_is_over(d, began, ++n))
			break;
	}
	job->building = job->begun < job->list.n;
	if (job->building)
		daemon_do_later(job->jobs->later);
}

static struct job *
job_new(struct jobs *jobs, enum job_kind kind, struct process *const *procs, size_t n)
{
	struct job *job = xcalloc(1, sizeof(*job));

	job->jobs = jobs;
	job->building = true;
	job->procs = xcalloc(n, sizeof(struct process *));
	if (n > 0)
		memcpy(job->procs, procs, n * sizeof(struct process *));
	job_list_init(&job->list, kind, procs, n, &jobs->d->now);
	job->next_all = jobs->all;
	if (jobs->all != NULL)
		jobs->all->prev_all = job;
	jobs->all = job;
	return job;
}

struct job *
jobs_run(struct daemon *d, enum job_kind kind, struct process *const *procs, size_t n, bool wait,
	 enum process_cause cause, const char *who, job_done_fn *done, void *arg)
{
	const struct timeval every = {.tv_sec = REPORT_SECONDS};
	struct job *job;

	daemon_tick(d);
	job = job_new(d->jobs, kind, procs, n);
	job->wait = wait;
	job->list.in_order = !wait;
	job->cause = cause;
	job->who = who != NULL ? xstrdup(who) : NULL;
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
unlink_finished(struct jobs *jobs, struct job *job)
{
	for (struct job **at = &jobs->finished; *at != NULL; at = &(*at)->next) {
		if (*at != job)
			continue;
		*at = job->next;
		if (jobs->finished_last == &job->next)
			jobs->finished_last = at;
		return;
	}
}

void
jobs_forget(struct job *job)
{
	if (job->building) {
		job->done = NULL;
		return;
	}
	for (size_t i = 0; i < job->list.n; i++)
		if (job->procs[i] != NULL)
			forget_waits(job, job->procs[i]);
	unlink_finished(job->jobs, job);
	job_free(job);
}

/* The next slice of those that have not begun whole. */
static void
go_on_beginning(struct jobs *jobs)
{
	struct job *job, *next;

	for (job = jobs->all; job != NULL; job = next) {
		next = job->next_all;
		if (!job->building)
			continue;
		job_begin(job);
		if (job->building)
			continue;
		if (job->done == NULL)
			jobs_forget(job);
		else if (job->list.pending == 0)
			finish(job);
	}
}

static void
later_cb(evutil_socket_t fd, short what, void *arg)
{
	struct jobs *jobs = arg;
	struct job *job;

	(void)fd, (void)what;
	daemon_tick(jobs->d);
	go_on_beginning(jobs);
	while ((job = jobs->finished) != NULL) {
		unlink_finished(jobs, job);
		tell(job);
	}
}

/* Processes that go away */

void
jobs_drop_process(struct process *p)
{
	struct wait *w;

	while ((w = p->io->waits) != NULL) {
		p->io->waits = w->next;
		w->job->procs[w->member] = NULL;
		free(w);
	}
}

void
jobs_drop_group(struct jobs *jobs, const struct group *g)
{
	for (struct job *job = jobs->all; job != NULL; job = job->next_all)
		for (size_t i = job->begun; i < job->list.n; i++)
			if (job->procs[i] != NULL && job->procs[i]->group == g)
				settle(job, i, FAULT_BAD_NAME, NULL);
}

struct jobs *
jobs_new(struct daemon *d)
{
	struct jobs *jobs = xcalloc(1, sizeof(*jobs));

	jobs->d = d;
	jobs->finished_last = &jobs->finished;
	jobs->later = evtimer_new(d->base, later_cb, jobs);
	return jobs;
}

void
jobs_free(struct jobs *jobs)
{
	if (jobs == NULL)
		return;
	while (jobs->all != NULL)
		job_free(jobs->all);
	event_free(jobs->later);
	free(jobs);
}
