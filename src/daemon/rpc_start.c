/*
 * rpc_start.c: supervisor.*, starting and stopping processes, one, a group or all. The call is kept until the job
 * (jobs.c) that it began has ended; faults get their texts here.
 */
#include "autoconf.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/jobs.h"
#include "daemon/rpc.h"
#include "daemon/rpc_names.h"

/* A call that waits for a job. */
struct waiting {
	struct rpc_call *call;
	struct job *job;
	enum job_kind kind;
	char *name; /* of the one process that was named; NULL: a list of results is wanted */
};

static char *
namespec_of(const char *group, const char *name)
{
	return strcmp(group, name) == 0 ? xstrdup(name) : xasprintf("%s:%s", group, name);
}

/* The extra text of a fault: the name as it was given, or what is wrong with the command, or what happened.
   The caller frees. */
static char *
fault_text(enum job_kind kind, const char *name, enum fault status, const char *text)
{
	switch (status) {
	case FAULT_NO_FILE:
	case FAULT_NOT_EXECUTABLE:
		return xstrdup(text);
	case FAULT_FAILED:
		if (kind == JOB_START)
			return xasprintf("%s is in an unknown process state", name);
		return xstrdup(text);
	default:
		return xstrdup(name);
	}
}

static struct waiting *
waiting_new(struct rpc_call *call, enum job_kind kind, const char *name)
{
	struct waiting *w = xcalloc(1, sizeof(*w));

	w->call = call;
	w->kind = kind;
	w->name = xstrdup(name);
	return w;
}

static void
waiting_free(struct waiting *w)
{
	free(w->name);
	free(w);
}

static void
answer_one(const struct waiting *w, const struct job_result *result)
{
	char *text;

	if (result->status == FAULT_SUCCESS) {
		rpc_return(w->call, xmlrpc_bool(true));
		return;
	}
	text = fault_text(w->kind, w->name, result->status, result->text);
	rpc_fault(w->call, result->status, text);
	free(text);
}

static void
answer_many(const struct waiting *w, const struct job_result *results, size_t n)
{
	struct xmlrpc_value *array = xmlrpc_array();
	char *name, *text;

	for (size_t i = 0; i < n; i++) {
		name = namespec_of(results[i].group, results[i].name);
		text = fault_text(w->kind, name, results[i].status, results[i].text);
		xmlrpc_append(array, rpc_status(results[i].name, results[i].group, results[i].status, text));
		free(name);
		free(text);
	}
	rpc_return(w->call, array);
}

/* job_done_fn */
static void
job_done(void *arg, const struct job_result *results, size_t n)
{
	struct waiting *w = arg;

	if (w->name != NULL)
		answer_one(w, &results[0]);
	else
		answer_many(w, results, n);
	waiting_free(w);
}

static void
job_cancel_cb(void *arg)
{
	struct waiting *w = arg;

	jobs_forget(w->job);
	waiting_free(w);
}

/* Ends the call when the job has ended; name as in struct waiting. */
static void
run_job(struct rpc_call *call, enum job_kind kind, const char *name, struct process *const *procs, size_t n,
	bool wait)
{
	struct waiting *w = waiting_new(call, kind, name);
	struct job *job;

	job = jobs_run(rpc_daemon(call), kind, procs, n, wait, CAUSE_REQUEST, rpc_caller(call), job_done, w);
	if (job == NULL)
		return;
	w->job = job;
	rpc_on_cancel(call, job_cancel_cb, w);
}

/* Runs a job for those of procs that it concerns: what runs is not started, what does not run is not stopped.
   The array is freed. */
static void
run_job_for(struct rpc_call *call, enum job_kind kind, struct process **procs, size_t n, bool wait)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (process_state_is_running(procs[i]->state) == (kind == JOB_STOP))
			procs[kept++] = procs[i];
	if (kept == 0)
		rpc_return(call, xmlrpc_array());
	else
		run_job(call, kind, NULL, procs, kept, wait);
	free(procs);
}

static void
run_job_for_group(struct rpc_call *call, enum job_kind kind, const struct group *g, bool wait)
{
	size_t n;
	struct process **procs = process_table_members(g, ORDER_PRIORITY, &n);

	run_job_for(call, kind, procs, n, wait);
}

static void
run_job_for_all(struct rpc_call *call, enum job_kind kind)
{
	size_t n;
	struct process **procs = process_table_all(&rpc_daemon(call)->table, ORDER_PRIORITY, &n);

	run_job_for(call, kind, procs, n, rpc_param_bool(call, 0, true));
}

static void
start_or_stop(struct rpc_call *call, enum job_kind kind)
{
	struct daemon *d = rpc_daemon(call);
	const char *name = rpc_param_string(call, 0);
	struct namespec spec = process_table_lookup(&d->table, name);
	bool wait = rpc_param_bool(call, 1, true);

	if (spec.process != NULL)
		run_job(call, kind, name, &spec.process, 1, wait);
	else if (spec.group != NULL)
		run_job_for_group(call, kind, spec.group, wait);
	else
		rpc_fault(call, FAULT_BAD_NAME, name);
}

static void
start_process(struct rpc_call *call)
{
	start_or_stop(call, JOB_START);
}

static void
stop_process(struct rpc_call *call)
{
	start_or_stop(call, JOB_STOP);
}

static void
start_process_group(struct rpc_call *call)
{
	struct group *g = rpc_param_group(call);

	if (g != NULL)
		run_job_for_group(call, JOB_START, g, rpc_param_bool(call, 1, true));
}

static void
stop_process_group(struct rpc_call *call)
{
	struct group *g = rpc_param_group(call);

	if (g != NULL)
		run_job_for_group(call, JOB_STOP, g, rpc_param_bool(call, 1, true));
}

static void
start_all_processes(struct rpc_call *call)
{
	run_job_for_all(call, JOB_START);
}

static void
stop_all_processes(struct rpc_call *call)
{
	run_job_for_all(call, JOB_STOP);
}

const struct rpc_method rpc_supervisor_start_methods[] = {
    {
	.name = "startProcess",
	.params = "sb?",
	.returns = 'b',
	.names = "name wait",
	.acts = true,
	.handler = start_process,
	.help = "Starts a process; with wait, answers when it is RUNNING. For group:* the result is that of\n"
		"        startProcessGroup.",
    },
    {
	.name = "startProcessGroup",
	.params = "tb?",
	.returns = 'a',
	.names = "name wait",
	.acts = true,
	.handler = start_process_group,
	.help = "Starts the processes of a group that do not run; a status struct for each.",
    },
    {
	.name = "startAllProcesses",
	.params = "b?",
	.returns = 'a',
	.names = "wait",
	.acts = true,
	.handler = start_all_processes,
	.help = "Starts all processes that do not run; a status struct for each.",
    },
    {
	.name = "stopProcess",
	.params = "sb?",
	.returns = 'b',
	.names = "name wait",
	.acts = true,
	.handler = stop_process,
	.help = "Stops a process; with wait, answers when it has ended. For group:* the result is that of\n"
		"        stopProcessGroup.",
    },
    {
	.name = "stopProcessGroup",
	.params = "tb?",
	.returns = 'a',
	.names = "name wait",
	.acts = true,
	.handler = stop_process_group,
	.help = "Stops the processes of a group that run; a status struct for each.",
    },
    {
	.name = "stopAllProcesses",
	.params = "b?",
	.returns = 'a',
	.names = "wait",
	.acts = true,
	.handler = stop_all_processes,
	.help = "Stops all processes that run; a status struct for each.",
    },
    {.name = NULL},
};
