/*
 * rpc_cvisor.c: cvisor.*: what our own clients need beyond Supervisor's methods (doc/push-stream.md).
 *
 * Integers of XML-RPC have 32 bits: bytes and times of day are doubles here.
 */
#include "autoconf.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "base/xmalloc.h"
#include "core/config_diff.h"
#include "core/options_table.h"
#include "daemon/daemon.h"
#include "daemon/push.h"
#include "daemon/reload.h"
#include "daemon/rpc.h"
#include "daemon/rpc_history.h"
#include "daemon/rpc_names.h"
#include "daemon/rpc_resources.h"

#define OPTION_TEXT_MAX ((size_t)4 * 1024 * 1024)

static struct xmlrpc_value *
repaired(const char *s, size_t len)
{
	struct buf text = BUF_INIT(3 * len + 4);

	utf8_repair(&text, s, len, NULL, true);
	return xmlrpc_string_from(&text);
}

static struct xmlrpc_value *
text_value(const char *s)
{
	return repaired(s, strlen(s));
}

static void
get_api(struct rpc_call *call)
{
	static const char *const features[] = {"events",  "resume",  "metrics", "logs",     "follow",
					       "history", "preview", "changes", "resources"};
	const struct daemon *d = rpc_daemon(call);
	struct xmlrpc_value *s = xmlrpc_struct(), *list = xmlrpc_array();

	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		xmlrpc_append(list, xmlrpc_string(features[i]));
	xmlrpc_member(s, "api", xmlrpc_int(PUSH_API));
	xmlrpc_member(s, "version", xmlrpc_string(PACKAGE_VERSION));
	xmlrpc_member(s, "boot", xmlrpc_string(d->boot));
	xmlrpc_member(s, "features", list);
	rpc_return(call, s);
}

/*
 * Options. Environment values whose names look secret are hidden unless the caller asks for them.
 */

static const char hidden[] = "********";

static bool
looks_secret(const char *name)
{
	static const char *const words[] = {"PASS", "SECRET", "TOKEN", "KEY", "CREDENTIAL"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasestr(name, words[i]) != NULL)
			return true;
	return false;
}

/* The value as it could be written in a file. The caller frees. */
static char *
option_text(const struct option_row *row, const struct process_config *p, bool reveal)
{
	struct buf text = BUF_INIT(OPTION_TEXT_MAX);
	struct process_config shown = *p;
	struct env_var *vars = xcalloc(p->environment.n + 1, sizeof(*vars));

	for (size_t i = 0; i < p->environment.n; i++) {
		vars[i] = p->environment.vars[i];
		if (!reveal && looks_secret(vars[i].name))
			vars[i].value = (char *)(uintptr_t)hidden;
	}
	shown.environment.vars = vars;
	if (!process_config_option_text(&text, row, &shown))
		buf_clear(&text);
	free(vars);
	return buf_steal(&text);
}

/* What only makes processes, or belongs to the group, is not kept by each process: the default, where none is written. Of
   what is written, the numbers that can be told from what it has made. The caller frees. */
static char *
section_text(const struct option_row *row, const struct process *p, bool written)
{
	const struct group_config *g = p->group->config;
	size_t made = 0;

	if (!written)
		return xstrdup(row->def != NULL ? row->def : "");
	if (strcmp(row->name, "buffer_size") == 0)
		return xasprintf("%d", g->listener.buffer_size);
	if (strcmp(row->name, "socket") == 0)
		return xstrdup(g->fcgi.url);
	if (strcmp(row->name, "numprocs") != 0)
		return xstrdup("");
	for (size_t i = 0; i < g->nprocs; i++)
		made += strcmp(g->procs[i].program, p->config->program) == 0;
	return xasprintf("%zu", made);
}

static bool
is_kept_by_process(const struct option_row *row, const struct process_config *p)
{
	struct buf text = BUF_INIT(OPTION_TEXT_MAX);
	bool kept = process_config_option_text(&text, row, p);

	buf_release(&text);
	return kept;
}

static struct xmlrpc_value *
option_value(const struct option_row *row, const struct process *process, size_t index, bool reveal)
{
	const struct process_config *p = process->config;
	const struct option_source *source = index < p->nsources ? &p->sources[index] : NULL;
	const bool written = source != NULL && source->line > 0;
	struct xmlrpc_value *s = xmlrpc_struct();
	char *text =
	    is_kept_by_process(row, p) ? option_text(row, p, reveal) : section_text(row, process, written);

	xmlrpc_member(s, "option", xmlrpc_string(row->name));
	xmlrpc_member(s, "value", text_value((row->flags & OPTION_SECRET) != 0 && !reveal ? hidden : text));
	xmlrpc_member(s, "default", text_value(row->def != NULL ? row->def : ""));
	xmlrpc_member(s, "file", text_value(written && source->file != NULL ? source->file : ""));
	xmlrpc_member(s, "line", xmlrpc_int(written ? source->line : 0));
	free(text);
	return s;
}

static unsigned
sections_of(enum group_kind kind)
{
	switch (kind) {
	case GROUP_PROGRAM:
		return SECTION_BIT(SECTION_PROGRAM);
	case GROUP_LISTENER:
		return SECTION_BIT(SECTION_EVENTLISTENER);
	case GROUP_FCGI:
		return SECTION_BIT(SECTION_FCGI_PROGRAM);
	}
	return 0;
}

static void
get_process_config(struct rpc_call *call)
{
	const struct process *p = rpc_param_process(call);
	const struct option_row *rows;
	struct xmlrpc_value *list;
	size_t n;

	if (p == NULL)
		return;
	list = xmlrpc_array();
	rows = option_process_rows(&n);
	for (size_t i = 0; i < n; i++)
		if ((rows[i].sections & sections_of(p->group->config->kind)) != 0)
			xmlrpc_append(list, option_value(&rows[i], p, i, rpc_param_bool(call, 1, false)));
	rpc_return(call, list);
}

/*
 * What update would do.
 */

static const struct process_config *
process_of(const struct group_config *g, const char *name)
{
	for (size_t i = 0; g != NULL && name != NULL && i < g->nprocs; i++)
		if (strcmp(g->procs[i].name, name) == 0)
			return &g->procs[i];
	return NULL;
}

/* One side of a change; the environment is shown without its secrets, so both sides may look the same. */
static struct xmlrpc_value *
change_side(const struct config_change *change, const struct group_config *g, const char *text)
{
	const struct process_config *p = process_of(g, change->process);
	const struct option_row *row = NULL;
	struct xmlrpc_value *v;
	char *shown;

	if (strcmp(change->option, "environment") == 0)
		row = option_find(SECTION_PROGRAM, "environment");
	if (row == NULL || p == NULL)
		return text_value(text != NULL ? text : "");
	shown = option_text(row, p, false);
	v = text_value(shown);
	free(shown);
	return v;
}

static struct xmlrpc_value *
change_value(const struct config_group_diff *diff, const struct config_change *change)
{
	struct xmlrpc_value *s = xmlrpc_struct();

	xmlrpc_member(s, "process", text_value(change->process != NULL ? change->process : ""));
	xmlrpc_member(s, "option", xmlrpc_string(change->option));
	xmlrpc_member(s, "old", change_side(change, diff->before, change->before));
	xmlrpc_member(s, "new", change_side(change, diff->after, change->after));
	xmlrpc_member(s, "file", text_value(change->file != NULL ? change->file : ""));
	xmlrpc_member(s, "line", xmlrpc_int(change->line));
	return s;
}

static struct xmlrpc_value *
changed_group(const struct config_group_diff *diff)
{
	struct xmlrpc_value *s = xmlrpc_struct(), *options = xmlrpc_array();

	for (size_t i = 0; i < diff->nchanges; i++)
		xmlrpc_append(options, change_value(diff, &diff->changes[i]));
	xmlrpc_member(s, "name", text_value(diff->name));
	xmlrpc_member(s, "options", options);
	return s;
}

static int64_t
count_autostart(const struct group_config *g)
{
	int64_t n = 0;

	for (size_t i = 0; i < g->nprocs; i++)
		n += g->procs[i].autostart;
	return n;
}

static void
preview_update(struct rpc_call *call)
{
	struct xmlrpc_value *processes = xmlrpc_struct(), *starts = xmlrpc_struct();
	struct xmlrpc_value *s, *lists[] = {
				    [DIFF_ADDED] = xmlrpc_array(),
				    [DIFF_CHANGED] = xmlrpc_array(),
				    [DIFF_REMOVED] = xmlrpc_array(),
				};
	struct config_diff *diff = NULL;
	struct err err = ERR_INIT;

	if (!reload_preview(rpc_daemon(call), &diff, &err)) {
		rpc_fault(call, FAULT_CANT_REREAD, err_text(&err));
		err_release(&err);
		xmlrpc_free(processes);
		xmlrpc_free(starts);
		for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
			xmlrpc_free(lists[i]);
		return;
	}
	for (size_t i = 0; i < diff->ngroups; i++) {
		const struct config_group_diff *g = &diff->groups[i];

		xmlrpc_append(lists[g->kind],
			      g->kind == DIFF_CHANGED ? changed_group(g) : text_value(g->name));
		if (g->after != NULL) {
			xmlrpc_member(processes, g->name, xmlrpc_int((int64_t)g->after->nprocs));
			xmlrpc_member(starts, g->name, xmlrpc_int(count_autostart(g->after)));
		}
	}
	config_diff_free(diff);
	s = xmlrpc_struct();
	xmlrpc_member(s, "added", lists[DIFF_ADDED]);
	xmlrpc_member(s, "changed", lists[DIFF_CHANGED]);
	xmlrpc_member(s, "removed", lists[DIFF_REMOVED]);
	xmlrpc_member(s, "processes", processes);
	xmlrpc_member(s, "starts", starts);
	rpc_return(call, s);
}

/*
 * Streams.
 */

/* The fault's text; NULL: all is well. The caller frees. */
static char *
read_logs(const struct xmlrpc_value *array, const char *logs[PUSH_MAX_LOGS], size_t *n)
{
	*n = xmlrpc_get_length(array);
	if (*n > PUSH_MAX_LOGS)
		return xasprintf("more than %d logs", PUSH_MAX_LOGS);
	for (size_t i = 0; i < *n; i++) {
		const struct xmlrpc_value *v = xmlrpc_at(array, i);

		logs[i] = xmlrpc_get_string(v);
		if (xmlrpc_type(v) != XMLRPC_STRING || !push_log_is_valid(logs[i]))
			return xasprintf("'%s' is not a log (GROUP:NAME:stdout, GROUP:NAME:stderr, :main)",
					 logs[i]);
	}
	return NULL;
}

static void
follow(struct rpc_call *call)
{
	const struct daemon *d = rpc_daemon(call);
	const char *logs[PUSH_MAX_LOGS];
	size_t n;
	char *problem = read_logs(rpc_param(call, 1), logs, &n);

	if (problem != NULL)
		rpc_fault(call, FAULT_BAD_ARGUMENTS, problem);
	else if (d->push == NULL || !push_follow(d->push, (long)rpc_param_int(call, 0, 0), logs, n))
		rpc_fault(call, FAULT_BAD_ARGUMENTS, "no such stream");
	else
		rpc_return(call, xmlrpc_bool(true));
	free(problem);
}

const struct rpc_method rpc_cvisor_methods[] = {
    {
	.name = "getApi",
	.params = "",
	.returns = 'S',
	.any_state = true,
	.handler = get_api,
	.help = "Return what this daemon has beyond Supervisor: api, version, boot, features",
    },
    {
	.name = "getProcessConfig",
	.params = "sb?",
	.names = "name reveal",
	.returns = 'a',
	.any_state = true,
	.handler = get_process_config,
	.help = "Return each option of a process: option, value, default, file, line. Environment values "
		"that look "
		"secret are hidden unless reveal is true",
    },
    {
	.name = "previewUpdate",
	.params = "",
	.returns = 'S',
	.handler = preview_update,
	.help =
	    "Return what update would do, and change nothing: added, changed (option by option), removed; "
	    "processes: how many each group will have; starts: how many of them are started",
    },
    {
	.name = "getHistory",
	.params = "si?n?",
	.names = "name count since",
	.returns = 'a',
	.any_state = true,
	.handler = rpc_get_history,
	.help =
	    "Return the last starts and ends of a process, or of all when name is empty, newest first: "
	    "name, time, event, pid, exitstatus, signal, expected, cause, who, stdout_offset, stderr_offset",
    },
    {
	.name = "getChanges",
	.params = "i?n?",
	.names = "count since",
	.returns = 'a',
	.any_state = true,
	.handler = rpc_get_changes,
	.help = "Return what has last happened to the daemon and its groups, newest first: time, change "
		"(added, removed, reread, state), name, statename, who",
    },
    {
	.name = "getProcessTree",
	.params = "s",
	.names = "name",
	.returns = 'a',
	.any_state = true,
	.handler = rpc_get_process_tree,
	.help = "Return a process and its descendants: pid, parent, command, cpu, rss",
    },
    {
	.name = "getProcessResources",
	.params = "s",
	.names = "name",
	.returns = 'S',
	.any_state = true,
	.handler = rpc_get_process_resources,
	.help = "Return the limits of a process and the ports that it and its descendants listen on: "
		"limits, ports",
    },
    {
	.name = "follow",
	.params = "ia",
	.names = "stream logs",
	.returns = 'b',
	.any_state = true,
	.handler = follow,
	.help = "Set the logs that an open push stream follows",
    },
    {.name = NULL},
};
