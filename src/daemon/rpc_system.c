/*
 * rpc_system.c: system.*: what there is to call, and several calls in one.
 */
#include "autoconf.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/rpc.h"

/* A system.multicall under way. The calls run strictly one after the other; one that waits holds up the
 * others. Thousands of them are made in slices, and their results are kept as text, as long as they have room in an
 * answer: a request is small, what it asks for need not be. */
struct multi {
	struct rpc_call *outer;
	struct daemon *d;
	struct event *later;              /* the next slice; NULL: not needed yet */
	const struct xmlrpc_value *calls; /* the argument, which lives as long as outer */
	size_t next;                      /* index of the call to run next */
	struct rpc_call *inner;           /* the one that waits, NULL: none */
	bool running;                     /* multi_run is at work below us */
	struct xmlrpc_value *results;     /* owned */
};

static void
add_name(void *arg, const char *full, const struct rpc_method *method)
{
	(void)method;
	xmlrpc_append(arg, xmlrpc_string(full));
}

static void
list_methods(struct rpc_call *call)
{
	struct xmlrpc_value *names = xmlrpc_array();

	rpc_each_method(rpc_daemon(call)->rpc, add_name, names);
	rpc_return(call, names);
}

/* The summary, then a line for each parameter and the result, indented as in Supervisor's answers. */
static char *
help_text(const struct rpc_method *method)
{
	struct buf text = BUF_INIT(1 << 16);
	const char *name = method->names != NULL ? method->names : "";
	size_t len;

	buf_printf(&text, " %s\n", method->help);
	for (const char *letter = method->params; *letter != '\0'; letter++) {
		if (*letter == '?')
			continue;
		len = strcspn(name, " ");
		buf_printf(&text, "\n        @param %s %.*s", rpc_type_name(*letter), (int)len, name);
		if (letter[1] == '?')
			buf_puts(&text, " (may be left out)");
		name += len + (name[len] == ' ');
	}
	buf_printf(&text, "\n        @return %s result", rpc_type_name(method->returns));
	return buf_steal(&text);
}

static void
method_help(struct rpc_call *call)
{
	const struct rpc_method *method = rpc_find_method(rpc_daemon(call)->rpc, rpc_param_string(call, 0));
	char *text;

	if (method == NULL) {
		rpc_fault(call, FAULT_SIGNATURE_UNSUPPORTED, NULL);
		return;
	}
	text = help_text(method);
	rpc_return(call, xmlrpc_string(text));
	free(text);
}

static void
method_signature(struct rpc_call *call)
{
	const struct rpc_method *method = rpc_find_method(rpc_daemon(call)->rpc, rpc_param_string(call, 0));
	struct xmlrpc_value *types;

	if (method == NULL) {
		rpc_fault(call, FAULT_SIGNATURE_UNSUPPORTED, NULL);
		return;
	}
	types = xmlrpc_array();
	xmlrpc_append(types, xmlrpc_string(rpc_type_name(method->returns)));
	for (const char *letter = method->params; *letter != '\0'; letter++)
		if (*letter != '?')
			xmlrpc_append(types, xmlrpc_string(rpc_type_name(*letter)));
	rpc_return(call, types);
}

static void
multi_free(struct multi *m)
{
	if (m->later != NULL)
		event_free(m->later);
	xmlrpc_free(m->results);
	free(m);
}

static void
multi_add_fault(struct multi *m, enum fault code, const char *text)
{
	struct xmlrpc_value *fault = xmlrpc_struct();

	xmlrpc_member(fault, "faultCode", xmlrpc_int(code));
	xmlrpc_member(fault, "faultString", xmlrpc_string(text));
	xmlrpc_append_written(m->results, fault);
}

static void multi_run(struct multi *m);

/* rpc_done_fn: of one call within. When it was a call that waited, the next ones follow from here. */
static void
multi_inner_done(void *arg, struct xmlrpc_value *value, enum fault code, const char *text)
{
	struct multi *m = arg;

	m->inner = NULL;
	if (value != NULL)
		xmlrpc_append_written(m->results, value);
	else
		multi_add_fault(m, code, text);
	if (!m->running)
		multi_run(m);
}

/* Left out, an array, or something empty that Python would take for one. */
static bool
are_arguments(const struct xmlrpc_value *params)
{
	switch (xmlrpc_type(params)) {
	case XMLRPC_ARRAY:
		return true;
	case XMLRPC_STRING:
	case XMLRPC_STRUCT:
		return xmlrpc_get_length(params) == 0;
	case XMLRPC_NIL:
		return params == NULL;
	case XMLRPC_INT:
	case XMLRPC_BOOL:
	case XMLRPC_DOUBLE:
	case XMLRPC_DATETIME:
		return false;
	}
	return false;
}

static void
multi_call_one(struct multi *m, const struct xmlrpc_value *description)
{
	const struct xmlrpc_value *method = xmlrpc_find(description, "methodName");
	const struct xmlrpc_value *params = xmlrpc_find(description, "params");

	if (xmlrpc_type(method) == XMLRPC_NIL)
		multi_add_fault(m, FAULT_INCORRECT_PARAMETERS, "INCORRECT_PARAMETERS: No methodName");
	else if (strcmp(xmlrpc_get_string(method), "system.multicall") == 0)
		multi_add_fault(m, FAULT_INCORRECT_PARAMETERS,
				"INCORRECT_PARAMETERS: Recursive system.multicall forbidden");
	else if (xmlrpc_type(method) != XMLRPC_STRING || !are_arguments(params))
		multi_add_fault(m, FAULT_INCORRECT_PARAMETERS, "INCORRECT_PARAMETERS");
	else
		m->inner = rpc_call_within(m->outer, xmlrpc_get_string(method), params, multi_inner_done, m);
}

static void
multi_end(struct multi *m)
{
	struct rpc_call *outer = m->outer;
	struct xmlrpc_value *results = m->results;
	char *text = NULL;

	if (xmlrpc_failed(results))
		text = xasprintf("the answer is too large: only %zu of %zu calls were made", m->next,
				 xmlrpc_get_length(m->calls));
	m->results = NULL;
	multi_free(m);
	if (text == NULL) {
		rpc_return(outer, results);
		return;
	}
	xmlrpc_free(results);
	rpc_fault(outer, FAULT_FAILED, text);
	free(text);
}

static void
multi_later_cb(evutil_socket_t fd, short what, void *arg)
{
	struct multi *m = arg;

	(void)fd, (void)what;
	daemon_tick(m->d);
	multi_run(m);
}

static void
multi_do_later(struct multi *m)
{
	if (m->later == NULL)
		m->later = evtimer_new(m->d->base, multi_later_cb, m);
	daemon_do_later(m->later);
}

/* Runs calls until one has to wait, or a slice is over. */
static void
multi_run(struct multi *m)
{
	const size_t n = xmlrpc_get_length(m->calls);
	const mono_us began = m->d->now.mono;
	size_t made = 0;
	bool over = false;

	m->running = true;
	while (m->inner == NULL && m->next < n && !over && !xmlrpc_failed(m->results)) {
		multi_call_one(m, xmlrpc_at(m->calls, m->next++));
		over = daemon_slice_is_over(m->d, began, ++made);
	}
	m->running = false;
	if (m->inner != NULL)
		return;
	if (m->next < n && !xmlrpc_failed(m->results))
		multi_do_later(m);
	else
		multi_end(m);
}

static void
multi_cancel_cb(void *arg)
{
	struct multi *m = arg;

	if (m->inner != NULL)
		rpc_call_cancel(m->inner);
	multi_free(m);
}

static bool
all_are_structs(const struct xmlrpc_value *array)
{
	for (size_t i = 0; i < xmlrpc_get_length(array); i++)
		if (xmlrpc_type(xmlrpc_at(array, i)) != XMLRPC_STRUCT)
			return false;
	return true;
}

static void
multicall(struct rpc_call *call)
{
	struct multi *m;

	if (!all_are_structs(rpc_param(call, 0))) {
		rpc_fault(call, FAULT_INCORRECT_PARAMETERS, NULL);
		return;
	}
	m = xcalloc(1, sizeof(*m));
	*m = (struct multi){
	    .outer = call, .d = rpc_daemon(call), .calls = rpc_param(call, 0), .results = xmlrpc_array()};
	rpc_on_cancel(call, multi_cancel_cb, m);
	multi_run(m);
}

const struct rpc_method rpc_system_methods[] = {
    {
	.name = "listMethods",
	.params = "",
	.returns = 'a',
	.any_state = true,
	.handler = list_methods,
	.help = "Names of all methods, sorted.",
    },
    {
	.name = "methodHelp",
	.params = "s",
	.returns = 's',
	.names = "name",
	.any_state = true,
	.handler = method_help,
	.help = "What a method does, with its parameters and its result.",
    },
    {
	.name = "methodSignature",
	.params = "s",
	.returns = 'a',
	.names = "name",
	.any_state = true,
	.handler = method_signature,
	.help = "Types of a method: that of its result first, then those of its parameters.",
    },
    {
	.name = "multicall",
	.params = "a",
	.returns = 'a',
	.names = "calls",
	.any_state = true,
	.handler = multicall,
	.help =
	    "Runs several calls in order and returns their results. Each call is a struct with methodName "
	    "and\n"
	    "        params; a call that fails gives a struct with faultCode and faultString in its place.",
    },
    {.name = NULL},
};
