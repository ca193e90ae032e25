/*
 * rpc_process.c: supervisor.*, processes: starting, stopping, signalling, what they are doing, their stdin.
 *
 * Names are looked up here and faults get their texts here; what a request does to a process is decided in
 * supervise.c.
 */
#include "autoconf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/xmalloc.h"
#include "core/values.h"
#include "daemon/daemon.h"
#include "daemon/rpc.h"
#include "daemon/rpc_list.h"
#include "daemon/rpc_process.h"
#include "daemon/jobs.h"
#include "daemon/supervise.h"

/* A call that waits for a job. */
struct waiting {
	struct rpc_call *call;
	struct job *job;
	enum job_kind kind;
	char *name; /* of the one process that was named; NULL: a list of results is wanted */
};

struct process *
rpc_param_process(struct rpc_call *call)
{
	struct process *p = process_table_lookup(&rpc_daemon(call)->table, rpc_param_string(call, 0)).process;

	if (p == NULL)
		rpc_fault(call, FAULT_BAD_NAME, rpc_param_string(call, 0));
	return p;
}

/* The text of a value. The caller frees. */
static char *
value_text(const struct xmlrpc_value *v)
{
	struct buf text = BUF_INIT(SIZE_MAX / 2);

	xmlrpc_python_text(&text, v);
	return buf_steal(&text);
}

char *
rpc_name_text(struct rpc_call *call)
{
	const struct xmlrpc_value *name = rpc_param(call, 0);

	return xmlrpc_type(name) == XMLRPC_NIL ? NULL : value_text(name);
}

/* The group that a method on groups names; NULL after a fault. What can be no name at all is the caller's
 * mistake. */
static struct group *
param_group(struct rpc_call *call)
{
	enum xmlrpc_type type = xmlrpc_type(rpc_param(call, 0));
	struct group *g;
	char *text;

	if (type == XMLRPC_ARRAY || type == XMLRPC_STRUCT) {
		rpc_fault(call, FAULT_INCORRECT_PARAMETERS, NULL);
		return NULL;
	}
	text = rpc_name_text(call);
	g = text == NULL ? NULL : process_table_group(&rpc_daemon(call)->table, text);
	if (g == NULL)
		rpc_fault(call, FAULT_BAD_NAME, text);
	free(text);
	return g;
}

struct xmlrpc_value *
rpc_status(const char *name, const char *group, enum fault status, const char *text)
{
	struct xmlrpc_value *s = xmlrpc_struct();
	char *description;

	if (status == FAULT_SUCCESS)
		description = xstrdup("OK");
	else if (text == NULL)
		description = xstrdup(fault_name(status));
	else
		description = xasprintf("%s: %s", fault_name(status), text);
	xmlrpc_member(s, "name", xmlrpc_string(name));
	xmlrpc_member(s, "group", xmlrpc_string(group));
	xmlrpc_member(s, "status", xmlrpc_int(status));
	xmlrpc_member(s, "description", xmlrpc_string(description));
	free(description);
	return s;
}

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
	struct group *g = param_group(call);

	if (g != NULL)
		run_job_for_group(call, JOB_START, g, rpc_param_bool(call, 1, true));
}

static void
stop_process_group(struct rpc_call *call)
{
	struct group *g = param_group(call);

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

/*
 * Signals.
 */

/* Whether the value can name a signal at all. */
static bool
may_be_signal(const struct xmlrpc_value *v)
{
	switch (xmlrpc_type(v)) {
	case XMLRPC_INT:
	case XMLRPC_BOOL:
	case XMLRPC_DOUBLE:
	case XMLRPC_STRING:
		return true;
	case XMLRPC_NIL:
	case XMLRPC_DATETIME:
	case XMLRPC_ARRAY:
	case XMLRPC_STRUCT:
		return false;
	}
	return false;
}

/* By the rules of stopsignal; 0 only asks. A number may come as any type that Python makes an int of. */
static bool
param_signal(const struct xmlrpc_value *v, int *sig)
{
	struct err ignored = ERR_INIT;
	int64_t n;
	char *text = xmlrpc_to_int(v, &n) ? xasprintf("%" PRId64, n) : value_text(v);
	bool ok = value_signal(text, sig, &ignored);

	err_release(&ignored);
	free(text);
	return ok;
}

/* The extra text of a fault comes back in *text, which the caller frees. name is how the process is called in
 * it. */
static enum fault
signal_process(struct daemon *d, struct process *p, const struct xmlrpc_value *signal, const char *name,
	       char **text)
{
	struct err err = ERR_INIT;
	enum fault fault;
	int sig;

	if (!param_signal(signal, &sig)) {
		*text = value_text(signal);
		return FAULT_BAD_SIGNAL;
	}
	fault = supervise_signal(d, p, sig, &err);
	*text = fault == FAULT_FAILED ? xstrdup(err.what) : xstrdup(name);
	err_release(&err);
	return fault;
}

static void
signal_one(struct rpc_call *call, struct process *p, const char *name)
{
	char *text;
	enum fault fault = signal_process(rpc_daemon(call), p, rpc_param(call, 1), name, &text);

	if (fault == FAULT_NONE)
		rpc_return(call, xmlrpc_bool(true));
	else
		rpc_fault(call, fault, text);
	free(text);
}

/* Signals those of procs that have a process, in order. The array is freed. */
static void
signal_many(struct rpc_call *call, struct process **procs, size_t n, const struct xmlrpc_value *signal)
{
	struct xmlrpc_value *results = xmlrpc_array();
	char *name, *text;
	enum fault fault;

	for (size_t i = 0; i < n; i++) {
		if (!process_state_is_signallable(procs[i]->state))
			continue;
		name = process_namespec(procs[i]);
		fault = signal_process(rpc_daemon(call), procs[i], signal, name, &text);
		xmlrpc_append(results, rpc_status(procs[i]->name, procs[i]->group->name,
						  fault == FAULT_NONE ? FAULT_SUCCESS : fault, text));
		free(name);
		free(text);
	}
	free(procs);
	rpc_return(call, results);
}

static void
signal_group(struct rpc_call *call, const struct group *g)
{
	size_t n;
	struct process **procs = process_table_members(g, ORDER_PRIORITY, &n);

	signal_many(call, procs, n, rpc_param(call, 1));
}

static void
signal_process_call(struct rpc_call *call)
{
	const char *name = rpc_param_string(call, 0);
	struct namespec spec = process_table_lookup(&rpc_daemon(call)->table, name);

	if (spec.group == NULL)
		rpc_fault(call, FAULT_BAD_NAME, name);
	else if (!may_be_signal(rpc_param(call, 1)))
		rpc_fault(call, FAULT_INCORRECT_PARAMETERS, NULL);
	else if (spec.process == NULL)
		signal_group(call, spec.group);
	else
		signal_one(call, spec.process, name);
}

static void
signal_process_group(struct rpc_call *call)
{
	struct group *g = param_group(call);

	if (g == NULL)
		return;
	if (may_be_signal(rpc_param(call, 1)))
		signal_group(call, g);
	else
		rpc_fault(call, FAULT_INCORRECT_PARAMETERS, NULL);
}

static void
signal_all_processes(struct rpc_call *call)
{
	struct process **procs;
	size_t n;

	if (!may_be_signal(rpc_param(call, 0))) {
		rpc_fault(call, FAULT_INCORRECT_PARAMETERS, NULL);
		return;
	}
	procs = process_table_all(&rpc_daemon(call)->table, ORDER_PRIORITY, &n);
	signal_many(call, procs, n, rpc_param(call, 0));
}

/*
 * Information and stdin.
 */

static const char *
text_or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static struct xmlrpc_value *
process_info(const struct process *p, int64_t now)
{
	struct xmlrpc_value *s = xmlrpc_struct();
	char *description = process_description(p, now);

	xmlrpc_member(s, "name", xmlrpc_string(p->name));
	xmlrpc_member(s, "group", xmlrpc_string(p->group->name));
	xmlrpc_member(s, "start", xmlrpc_int(wall_seconds(p->laststart)));
	xmlrpc_member(s, "stop", xmlrpc_int(wall_seconds(p->laststop)));
	xmlrpc_member(s, "now", xmlrpc_int(now));
	xmlrpc_member(s, "state", xmlrpc_int(process_state_code(p->state)));
	xmlrpc_member(s, "statename", xmlrpc_string(process_state_name(p->state)));
	xmlrpc_member(s, "spawnerr", xmlrpc_string(text_or_empty(p->spawnerr)));
	xmlrpc_member(s, "exitstatus", xmlrpc_int(p->has_exitstatus ? p->exitstatus : 0));
	xmlrpc_member(s, "logfile", xmlrpc_string(text_or_empty(p->logpath[CHANNEL_STDOUT])));
	xmlrpc_member(s, "stdout_logfile", xmlrpc_string(text_or_empty(p->logpath[CHANNEL_STDOUT])));
	xmlrpc_member(s, "stderr_logfile", xmlrpc_string(text_or_empty(p->logpath[CHANNEL_STDERR])));
	xmlrpc_member(s, "pid", xmlrpc_int(p->pid));
	xmlrpc_member(s, "description", xmlrpc_string(description));
	free(description);
	return s;
}

static void
get_process_info(struct rpc_call *call)
{
	struct process *p = rpc_param_process(call);

	if (p != NULL)
		rpc_return(call, process_info(p, wall_seconds(rpc_daemon(call)->now.wall)));
}

static void *
all_processes(struct daemon *d, size_t *n)
{
	return process_table_all(&d->table, ORDER_NAME, n);
}

static struct xmlrpc_value *
info_of_row(struct daemon *d, void *rows, size_t i)
{
	struct process **procs = rows;

	return process_info(procs[i], wall_seconds(d->now.wall));
}

static void
get_all_process_info(struct rpc_call *call)
{
	static const struct rpc_list_kind kind = {
	    .begin = all_processes,
	    .element = info_of_row,
	    .end = free,
	    .of_processes = true,
	};

	rpc_return_list(call, &kind);
}

static void
send_process_stdin(struct rpc_call *call)
{
	const struct xmlrpc_value *chars = rpc_param(call, 1);
	struct err err = ERR_INIT;
	struct process *p;
	enum fault fault;
	char *text;

	if (xmlrpc_type(chars) != XMLRPC_STRING) {
		text = xmlrpc_type(chars) == XMLRPC_NIL ? NULL : value_text(chars);
		rpc_fault(call, FAULT_INCORRECT_PARAMETERS, text);
		free(text);
		return;
	}
	if (xmlrpc_type(rpc_param(call, 0)) != XMLRPC_STRING) {
		rpc_fault(call, FAULT_INCORRECT_PARAMETERS, NULL);
		return;
	}
	p = rpc_param_process(call);
	if (p == NULL)
		return;
	fault =
	    supervise_stdin(rpc_daemon(call), p, xmlrpc_get_string(chars), xmlrpc_get_length(chars), &err);
	if (fault == FAULT_NONE)
		rpc_return(call, xmlrpc_bool(true));
	else
		rpc_fault(call, fault, fault == FAULT_FAILED ? err.what : rpc_param_string(call, 0));
	err_release(&err);
}

const struct rpc_method rpc_supervisor_process_methods[] = {
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
    {
	.name = "signalProcess",
	.params = "st",
	.returns = 'b',
	.names = "name signal",
	.acts = true,
	.handler = signal_process_call,
	.help = "Sends a signal, by name or number, to a process. For group:* the result is that of\n"
		"        signalProcessGroup.",
    },
    {
	.name = "signalProcessGroup",
	.params = "tt",
	.returns = 'a',
	.names = "name signal",
	.acts = true,
	.handler = signal_process_group,
	.help = "Sends a signal to the processes of a group; a status struct for each.",
    },
    {
	.name = "signalAllProcesses",
	.params = "t",
	.returns = 'a',
	.names = "signal",
	.acts = true,
	.handler = signal_all_processes,
	.help = "Sends a signal to all processes; a status struct for each.",
    },
    {
	.name = "getProcessInfo",
	.params = "s",
	.returns = 'S',
	.names = "name",
	.handler = get_process_info,
	.help = "What a process is doing: state, pid, times, exit status, logs.",
    },
    {
	.name = "getAllProcessInfo",
	.params = "",
	.returns = 'a',
	.handler = get_all_process_info,
	.help = "getProcessInfo of all processes, sorted by group and name.",
    },
    {
	.name = "sendProcessStdin",
	.params = "tt",
	.returns = 'b',
	.names = "name chars",
	.acts = true,
	.handler = send_process_stdin,
	.help = "Writes text to the standard input of a process; no newline is added.",
    },
    {.name = NULL},
};
