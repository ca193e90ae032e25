/* rpc_resources.c: see rpc_resources.h. */
#include "autoconf.h"

#include "daemon/rpc_resources.h"

#include <stdint.h>

#include "base/utf8.h"
#include "core/process.h"
#include "core/xmlrpc.h"
#include "daemon/procfs.h"
#include "daemon/procfs_sockets.h"
#include "daemon/rpc.h"
#include "daemon/rpc_names.h"

#define COMMAND_MAX ((size_t)4096)
#define MEMBERS_MAX 256 /* processes of a program whose descriptors are looked at */

static struct xmlrpc_value *
repaired(const char *s, size_t len)
{
	struct buf text = BUF_INIT(3 * len + 4);

	utf8_repair(&text, s, len, NULL, true);
	return xmlrpc_string_from(&text);
}

static struct xmlrpc_value *
tree_value(const struct procfs_entry *e, uint64_t uptime)
{
	struct buf command = BUF_INIT(COMMAND_MAX);
	struct xmlrpc_value *s;

	if (!procfs_command(e->pid, &command)) {
		buf_release(&command);
		return NULL; /* it has ended meanwhile */
	}
	s = xmlrpc_struct();
	xmlrpc_member(s, "pid", xmlrpc_int(e->pid));
	xmlrpc_member(s, "parent", xmlrpc_int(e->ppid));
	xmlrpc_member(s, "command", repaired(buf_str(&command), command.len));
	xmlrpc_member(s, "cpu", xmlrpc_double(procfs_average_cpu(e, uptime)));
	xmlrpc_member(s, "rss", xmlrpc_double((double)e->rss));
	buf_release(&command);
	return s;
}

/* Whether e is in the tree of root; the answer is noted in each entry on the way (1 yes, 0 no), so that none
   is asked twice. */
static bool
in_tree(const struct procfs_table *t, struct procfs_entry *e, pid_t root)
{
	struct procfs_entry *at = e, *next;
	size_t answer, steps = 0;

	for (; at != NULL && at->root == SIZE_MAX && at->pid != root && steps < t->n; steps++)
		at = procfs_find(t, at->ppid);
	answer = at != NULL && (at->pid == root || at->root == 1);
	for (at = e; at != NULL && at->root == SIZE_MAX; at = next) {
		next = at->pid == root ? NULL : procfs_find(t, at->ppid);
		at->root = answer;
	}
	return answer;
}

void
rpc_get_process_tree(struct rpc_call *call)
{
	const struct process *p = rpc_param_process(call);
	struct xmlrpc_value *list, *v;
	struct procfs_table t;
	uint64_t uptime;

	if (p == NULL)
		return;
	list = xmlrpc_array();
	if (p->pid > 0) {
		procfs_read(&t);
		uptime = procfs_uptime();
		for (size_t i = 0; i < t.n; i++)
			if (in_tree(&t, &t.entries[i], p->pid) &&
			    (v = tree_value(&t.entries[i], uptime)) != NULL)
				xmlrpc_append(list, v);
		procfs_release(&t);
	}
	rpc_return(call, list);
}

static void
append_limit(void *arg, const struct procfs_limit *limit)
{
	struct xmlrpc_value *s = xmlrpc_struct();

	xmlrpc_member(s, "name", xmlrpc_string(limit->name));
	xmlrpc_member(s, "soft", xmlrpc_string(limit->soft));
	xmlrpc_member(s, "hard", xmlrpc_string(limit->hard));
	xmlrpc_member(s, "units", xmlrpc_string(limit->units));
	xmlrpc_append(arg, s);
}

static void
append_port(void *arg, const struct procfs_port *port)
{
	struct xmlrpc_value *s = xmlrpc_struct();

	xmlrpc_member(s, "protocol", xmlrpc_string(port->protocol));
	xmlrpc_member(s, "address", xmlrpc_string(port->address));
	xmlrpc_member(s, "port", xmlrpc_int(port->port));
	xmlrpc_member(s, "pid", xmlrpc_int(port->pid));
	xmlrpc_append(arg, s);
}

static void
append_ports(struct xmlrpc_value *list, pid_t pid)
{
	struct procfs_sockets *sockets = procfs_sockets_new();
	struct procfs_table t;
	size_t members = 0;

	procfs_read(&t);
	for (size_t i = 0; i < t.n && members < MEMBERS_MAX; i++) {
		if (!in_tree(&t, &t.entries[i], pid))
			continue;
		procfs_sockets_add(sockets, t.entries[i].pid);
		members++;
	}
	procfs_sockets_each_port(sockets, pid, append_port, list);
	procfs_release(&t);
	procfs_sockets_free(sockets);
}

void
rpc_get_process_resources(struct rpc_call *call)
{
	const struct process *p = rpc_param_process(call);
	struct xmlrpc_value *limits, *ports, *s;

	if (p == NULL)
		return;
	limits = xmlrpc_array();
	ports = xmlrpc_array();
	if (p->pid > 0) {
		procfs_limits(p->pid, append_limit, limits);
		append_ports(ports, p->pid);
	}
	s = xmlrpc_struct();
	xmlrpc_member(s, "limits", limits);
	xmlrpc_member(s, "ports", ports);
	rpc_return(call, s);
}
