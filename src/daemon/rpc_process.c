/* rpc_process.c: supervisor.*, what processes are doing, and their stdin. */
#include "autoconf.h"

#include <stdlib.h>

#include "base/err.h"
#include "daemon/daemon.h"
#include "daemon/rpc.h"
#include "daemon/rpc_list.h"
#include "daemon/rpc_names.h"
#include "daemon/supervise.h"

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
		text = xmlrpc_type(chars) == XMLRPC_NIL ? NULL : rpc_value_text(chars);
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
