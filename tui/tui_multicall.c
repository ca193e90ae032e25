/* tui_multicall.c: see tui_multicall.h. */
#include "autoconf.h"

#include "tui/tui_multicall.h"

#include <string.h>

#include "core/fault.h"

void
tui_multicall(struct tui_host *h, enum tui_tag tag, unsigned ticket, const char *method, size_t n,
	      tui_params_fn *make, const void *arg)
{
	struct xmlrpc_value *calls, *params;

	if (n == 1) {
		tui_request_call(h, tag, ticket, method, make(arg, 0));
		return;
	}
	calls = xmlrpc_array();
	for (size_t i = 0; i < n; i++) {
		struct xmlrpc_value *call = xmlrpc_struct();

		xmlrpc_member(call, "methodName", xmlrpc_string(method));
		xmlrpc_member(call, "params", make(arg, i));
		xmlrpc_append(calls, call);
	}
	params = xmlrpc_array();
	xmlrpc_append(params, calls);
	tui_request_call(h, tag, ticket, "system.multicall", params);
}

const struct xmlrpc_value *
tui_multicall_result(const struct xmlrpc_value *value, size_t i, size_t n, int *code, const char **fault)
{
	const struct xmlrpc_value *own, *inner;

	if (value == NULL)
		return NULL;
	own = n > 1 ? xmlrpc_at(value, i) : value;
	inner = xmlrpc_find(own, "faultCode");
	if (inner != NULL) {
		*code = (int)xmlrpc_get_int(inner);
		*fault = xmlrpc_get_string(xmlrpc_find(own, "faultString"));
		return NULL;
	}
	if (own == NULL) {
		*code = 0;
		*fault = "no answer";
	}
	return own;
}

size_t
tui_multicall_bytes(const char *method, size_t params)
{
	return 400 + strlen(method) + params;
}

const char *
tui_fault_text(int code, const char *fault)
{
	switch (code) {
	case FAULT_BAD_NAME:
		return "the daemon does not know it";
	case FAULT_BAD_SIGNAL:
		return "the daemon does not know this signal";
	case FAULT_NO_FILE:
		return "it has no log";
	case FAULT_ALREADY_STARTED:
		return "is running already";
	case FAULT_NOT_RUNNING:
		return "is not running";
	default:
		return fault == NULL ? "no answer" : fault;
	}
}
