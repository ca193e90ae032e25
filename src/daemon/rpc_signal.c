/*
 * rpc_signal.c: supervisor.*, signals to one process, a group or all. What a request does to a process is decided
 * in supervise.c.
 */
#include "autoconf.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/xmalloc.h"
#include "core/values.h"
#include "daemon/daemon.h"
#include "daemon/rpc.h"
#include "daemon/rpc_names.h"
#include "daemon/supervise.h"

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
	char *text = xmlrpc_to_int(v, &n) ? xasprintf("%" PRId64, n) : rpc_value_text(v);
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
		*text = rpc_value_text(signal);
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
	struct group *g = rpc_param_group(call);

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

const struct rpc_method rpc_supervisor_signal_methods[] = {
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
    {.name = NULL},
};
