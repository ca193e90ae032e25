/* rpc_names.c: see rpc_names.h. */
#include "autoconf.h"

#include "daemon/rpc_names.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/rpc.h"

struct process *
rpc_param_process(struct rpc_call *call)
{
	struct process *p = process_table_lookup(&rpc_daemon(call)->table, rpc_param_string(call, 0)).process;

	if (p == NULL)
		rpc_fault(call, FAULT_BAD_NAME, rpc_param_string(call, 0));
	return p;
}

char *
rpc_value_text(const struct xmlrpc_value *v)
{
	struct buf text = BUF_INIT(SIZE_MAX / 2);

	xmlrpc_python_text(&text, v);
	return buf_steal(&text);
}

char *
rpc_name_text(struct rpc_call *call)
{
	const struct xmlrpc_value *name = rpc_param(call, 0);

	return xmlrpc_type(name) == XMLRPC_NIL ? NULL : rpc_value_text(name);
}

struct group *
rpc_param_group(struct rpc_call *call)
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
