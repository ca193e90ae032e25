/*
 * rpc_supervisor.c: supervisor.*, the daemon itself, its configuration and its groups.
 */
#include "autoconf.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/xmalloc.h"
#include "core/config_diff.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/reload.h"
#include "daemon/rpc.h"
#include "daemon/rpc_list.h"
#include "daemon/rpc_names.h"

/* Supervisor's number of this interface, which clients look at. */
#define API_VERSION "3.0"

static void
get_api_version(struct rpc_call *call)
{
	rpc_return(call, xmlrpc_string(API_VERSION));
}

static void
get_supervisor_version(struct rpc_call *call)
{
	rpc_return(call, xmlrpc_string(PACKAGE_VERSION));
}

static void
get_identification(struct rpc_call *call)
{
	rpc_return(call, xmlrpc_string(rpc_daemon(call)->config->supervisord.identifier));
}

static void
get_state(struct rpc_call *call)
{
	enum supervisor_state state = rpc_daemon(call)->state;
	struct xmlrpc_value *s = xmlrpc_struct();

	xmlrpc_member(s, "statecode", xmlrpc_int(state));
	xmlrpc_member(s, "statename", xmlrpc_string(supervisor_state_name(state)));
	rpc_return(call, s);
}

static void
get_pid(struct rpc_call *call)
{
	rpc_return(call, xmlrpc_int(rpc_daemon(call)->pid));
}

static void
shutdown_call(struct rpc_call *call)
{
	daemon_shutdown(rpc_daemon(call), rpc_caller(call));
	rpc_return(call, xmlrpc_bool(true));
}

static void
restart_call(struct rpc_call *call)
{
	struct err err = ERR_INIT;

	if (daemon_restart(rpc_daemon(call), rpc_caller(call), &err))
		rpc_return(call, xmlrpc_bool(true));
	else
		rpc_fault(call, FAULT_CANT_REREAD, err_text(&err));
	err_release(&err);
}

/* Both are shown as Python's str() would: text as it is, anything else in its words. */
static void
send_remote_comm_event(struct rpc_call *call)
{
	struct daemon *d = rpc_daemon(call);
	struct buf topic = BUF_INIT(SIZE_MAX / 2), data = BUF_INIT(SIZE_MAX / 2);

	if (!xmlrpc_python_text(&topic, rpc_param(call, 0)) ||
	    !xmlrpc_python_text(&data, rpc_param(call, 1))) {
		rpc_fault(call, FAULT_FAILED, "out of memory");
		goto out;
	}
	eventbus_fire(d->bus, &(struct bus_event){
				  .type = BUS_REMOTE_COMM,
				  .now = &d->now,
				  .topic = buf_str(&topic),
				  .data = buf_str(&data),
				  .len = data.len,
			      });
	rpc_return(call, xmlrpc_bool(true));
out:
	buf_release(&topic);
	buf_release(&data);
}

static struct xmlrpc_value *
names_of(const struct config_diff *diff, enum config_diff_kind kind)
{
	struct xmlrpc_value *names = xmlrpc_array();

	for (size_t i = 0; i < diff->ngroups; i++)
		if (diff->groups[i].kind == kind)
			xmlrpc_append(names, xmlrpc_string(diff->groups[i].name));
	return names;
}

/* [[added, changed, removed]]: one array more than one would think. */
static void
reload_config(struct rpc_call *call)
{
	struct xmlrpc_value *outer, *lists;
	struct config_diff *diff = NULL;
	struct err err = ERR_INIT;

	if (!reload_read(rpc_daemon(call), rpc_caller(call), &diff, &err)) {
		rpc_fault(call, FAULT_CANT_REREAD, err_text(&err));
		err_release(&err);
		return;
	}
	lists = xmlrpc_array();
	xmlrpc_append(lists, names_of(diff, DIFF_ADDED));
	xmlrpc_append(lists, names_of(diff, DIFF_CHANGED));
	xmlrpc_append(lists, names_of(diff, DIFF_REMOVED));
	config_diff_free(diff);
	outer = xmlrpc_array();
	xmlrpc_append(outer, lists);
	rpc_return(call, outer);
}

typedef enum fault change_group_fn(struct daemon *d, const char *name, const char *who, struct err *err);

static void
change_group(struct rpc_call *call, change_group_fn *change)
{
	char *name = rpc_name_text(call);
	struct err err = ERR_INIT;
	enum fault fault =
	    name == NULL ? FAULT_BAD_NAME : change(rpc_daemon(call), name, rpc_caller(call), &err);

	if (fault == FAULT_NONE)
		rpc_return(call, xmlrpc_bool(true));
	else
		rpc_fault(call, fault, fault == FAULT_FAILED && err.what != NULL ? err_text(&err) : name);
	err_release(&err);
	free(name);
}

static void
add_process_group(struct rpc_call *call)
{
	change_group(call, reload_add_group);
}

static void
remove_process_group(struct rpc_call *call)
{
	enum xmlrpc_type type = xmlrpc_type(rpc_param(call, 0));

	if (type == XMLRPC_ARRAY || type == XMLRPC_STRUCT)
		rpc_fault(call, FAULT_INCORRECT_PARAMETERS, NULL);
	else
		change_group(call, reload_remove_group);
}

/*
 * getAllConfigInfo.
 */

/* A process of the loaded configuration. */
struct config_row {
	const struct group_config *group;
	const struct process_config *process;
	size_t index; /* in the order of groups, which decides between equal names */
};

static int
compare_rows(const void *a, const void *b)
{
	const struct config_row *x = a, *y = b;
	int order = strcmp(x->process->name, y->process->name);

	return order != 0 ? order : (x->index > y->index) - (x->index < y->index);
}

static struct xmlrpc_value *
text_or_none(const char *s)
{
	return xmlrpc_string(s != NULL ? s : "none");
}

static struct xmlrpc_value *
exitcodes_of(const struct process_config *p)
{
	struct xmlrpc_value *codes = xmlrpc_array();

	for (size_t i = 0; i < p->nexitcodes; i++)
		xmlrpc_append(codes, xmlrpc_int(p->exitcodes[i]));
	return codes;
}

/* An AUTO log has its name once a process was made of this reading of the configuration; "auto" otherwise, as
   in Supervisor, which forgets the names with each reading. */
static struct xmlrpc_value *
logfile_of(const struct daemon *d, const struct config_row *row, enum channel channel)
{
	const struct channel_config *c = &row->process->channel[channel];
	const struct process *p;

	switch (c->target) {
	case LOG_TARGET_NONE:
		return text_or_none(c->path);
	case LOG_TARGET_AUTO:
		p = process_table_find(&d->table, row->group->name, row->process->name);
		if (p != NULL && p->id >= d->loaded_next_id && p->logpath[channel] != NULL)
			return xmlrpc_string(p->logpath[channel]);
		return xmlrpc_string("auto");
	case LOG_TARGET_FILE:
		return xmlrpc_string(c->path);
	}
	return xmlrpc_string("none");
}

#define CHANNEL_MEMBERS(channel)                                                                             \
	{                                                                                                    \
		.capture_maxbytes = channel "_capture_maxbytes",                                             \
		.events_enabled = channel "_events_enabled", .logfile = channel "_logfile",                  \
		.backups = channel "_logfile_backups", .maxbytes = channel "_logfile_maxbytes",              \
		.syslog = channel "_syslog",                                                                 \
	}

static const struct {
	const char *capture_maxbytes, *events_enabled, *logfile, *backups, *maxbytes, *syslog;
} channel_names[NCHANNELS] = {
    [CHANNEL_STDOUT] = CHANNEL_MEMBERS("stdout"),
    [CHANNEL_STDERR] = CHANNEL_MEMBERS("stderr"),
};

static void
channel_members(struct xmlrpc_value *s, const struct daemon *d, const struct config_row *row,
		enum channel which)
{
	const struct channel_config *c = &row->process->channel[which];

	xmlrpc_member(s, channel_names[which].capture_maxbytes, xmlrpc_int(c->capture_maxbytes));
	xmlrpc_member(s, channel_names[which].events_enabled, xmlrpc_bool(c->events_enabled));
	xmlrpc_member(s, channel_names[which].logfile, logfile_of(d, row, which));
	xmlrpc_member(s, channel_names[which].backups, xmlrpc_int(c->backups));
	xmlrpc_member(s, channel_names[which].maxbytes, xmlrpc_int(c->maxbytes));
	xmlrpc_member(s, channel_names[which].syslog, xmlrpc_bool(c->syslog));
}

static struct xmlrpc_value *
config_info(const struct daemon *d, const struct config_row *row)
{
	const struct process_config *p = row->process;
	struct xmlrpc_value *s = xmlrpc_struct();

	xmlrpc_member(s, "autostart", xmlrpc_bool(p->autostart));
	xmlrpc_member(s, "directory", text_or_none(p->directory));
	xmlrpc_member(s, "uid", p->uid == (uid_t)-1 ? xmlrpc_string("none") : xmlrpc_int(p->uid));
	xmlrpc_member(s, "command", xmlrpc_string(p->command));
	xmlrpc_member(s, "exitcodes", exitcodes_of(p));
	xmlrpc_member(s, "group", xmlrpc_string(row->group->name));
	xmlrpc_member(s, "group_prio", xmlrpc_int(row->group->priority));
	xmlrpc_member(s, "inuse", xmlrpc_bool(process_table_group(&d->table, row->group->name) != NULL));
	xmlrpc_member(s, "killasgroup", xmlrpc_bool(p->killasgroup));
	xmlrpc_member(s, "name", xmlrpc_string(p->name));
	xmlrpc_member(s, "process_prio", xmlrpc_int(p->priority));
	xmlrpc_member(s, "redirect_stderr", xmlrpc_bool(p->redirect_stderr));
	xmlrpc_member(s, "startretries", xmlrpc_int(p->startretries));
	xmlrpc_member(s, "startsecs", xmlrpc_int(p->startsecs));
	channel_members(s, d, row, CHANNEL_STDOUT);
	xmlrpc_member(s, "stopsignal", xmlrpc_int(p->stopsignal));
	xmlrpc_member(s, "stopwaitsecs", xmlrpc_int(p->stopwaitsecs));
	channel_members(s, d, row, CHANNEL_STDERR);
	xmlrpc_member(s, "serverurl", text_or_none(p->serverurl));
	return s;
}

/* The processes of a configuration, which may be replaced by the next one meanwhile: its groups are held. */
struct config_rows {
	struct group_config **groups; /* a reference each */
	size_t ngroups;
	struct config_row *rows; /* by name */
	size_t n;
};

static void
add_group_rows(struct config_rows *all, struct group_config *g)
{
	all->groups[all->ngroups++] = group_config_ref(g);
	for (size_t i = 0; i < g->nprocs; i++, all->n++)
		all->rows[all->n] = (struct config_row){g, &g->procs[i], all->n};
}

static void *
config_rows_new(struct daemon *d, size_t *n)
{
	const struct config *config = d->loaded;
	struct config_rows *all = xcalloc(1, sizeof(*all));
	size_t total = 0;

	for (size_t i = 0; i < config->ngroups; i++)
		total += config->groups[i]->nprocs;
	all->groups = xcalloc(config->ngroups, sizeof(struct group_config *));
	all->rows = xcalloc(total, sizeof(*all->rows));
	for (size_t i = 0; i < config->ngroups; i++)
		add_group_rows(all, config->groups[i]);
	qsort(all->rows, all->n, sizeof(*all->rows), compare_rows);
	*n = all->n;
	return all;
}

static void
config_rows_free(void *arg)
{
	struct config_rows *all = arg;

	for (size_t i = 0; i < all->ngroups; i++)
		group_config_unref(all->groups[i]);
	free(all->groups);
	free(all->rows);
	free(all);
}

static struct xmlrpc_value *
config_row_info(struct daemon *d, void *arg, size_t i)
{
	const struct config_rows *all = arg;

	return config_info(d, &all->rows[i]);
}

static void
get_all_config_info(struct rpc_call *call)
{
	static const struct rpc_list_kind kind = {
	    .begin = config_rows_new,
	    .element = config_row_info,
	    .end = config_rows_free,
	};

	rpc_return_list(call, &kind);
}

const struct rpc_method rpc_supervisor_daemon_methods[] = {
    {
	.name = "getAPIVersion",
	.params = "",
	.returns = 's',
	.handler = get_api_version,
	.help = "Version of the methods of this namespace.",
    },
    {
	.name = "getVersion",
	.params = "",
	.returns = 's',
	.handler = get_api_version,
	.help = "Version of the methods of this namespace.",
    },
    {
	.name = "getSupervisorVersion",
	.params = "",
	.returns = 's',
	.handler = get_supervisor_version,
	.help = "Version of the daemon.",
    },
    {
	.name = "getIdentification",
	.params = "",
	.returns = 's',
	.handler = get_identification,
	.help = "The identifier that the configuration gives to this daemon.",
    },
    {
	.name = "getState",
	.params = "",
	.returns = 'S',
	.handler = get_state,
	.help = "State of the daemon: statecode and statename.",
    },
    {
	.name = "getPID",
	.params = "",
	.returns = 'i',
	.handler = get_pid,
	.help = "Process id of the daemon.",
    },
    {
	.name = "shutdown",
	.params = "",
	.returns = 'b',
	.acts = true,
	.handler = shutdown_call,
	.help = "Stops all processes and ends the daemon.",
    },
    {
	.name = "restart",
	.params = "",
	.returns = 'b',
	.acts = true,
	.handler = restart_call,
	.help = "Stops all processes and starts anew with the configuration read again.",
    },
    {
	.name = "reloadConfig",
	.params = "",
	.returns = 'a',
	.acts = true,
	.handler = reload_config,
	.help = "Reads the configuration again; the names of groups as [[added, changed, removed]].",
    },
    {
	.name = "addProcessGroup",
	.params = "t",
	.returns = 'b',
	.names = "name",
	.acts = true,
	.handler = add_process_group,
	.help = "Activates a group of the configuration.",
    },
    {
	.name = "removeProcessGroup",
	.params = "t",
	.returns = 'b',
	.names = "name",
	.acts = true,
	.handler = remove_process_group,
	.help = "Removes a group whose processes are all stopped.",
    },
    {
	.name = "getAllConfigInfo",
	.params = "",
	.returns = 'a',
	.handler = get_all_config_info,
	.help = "Options of all processes of the configuration, sorted by process name.",
    },
    {
	.name = "sendRemoteCommEvent",
	.params = "tt",
	.returns = 'b',
	.names = "type data",
	.any_state = true,
	.acts = true,
	.handler = send_remote_comm_event,
	.help = "Sends an event of type REMOTE_COMMUNICATION to event listeners.",
    },
    {.name = NULL},
};
