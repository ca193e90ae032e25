/*
 * rpc.c: XML-RPC calls from their parameters to their results: arity, types, state of the daemon, faults.
 *
 * A call is ended by rpc_return or rpc_fault, from within its handler or later. While the handler runs the
 * result only waits in the call; so a handler's frame never outlives its call, and system.multicall can go
 * through thousands of calls without recursion. Who waits for a call is told by its done function: the HTTP
 * request in rpc_http.c, multicall in rpc_system.c, or the page. If the client goes away first, the call is
 * cancelled: the work that it began goes on, nobody is told.
 */
#include "autoconf.h"

#include "daemon/rpc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/pyrepr.h"
#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/httpd.h"
#include "daemon/rpc_parts.h"

/* Who has made a call: the one who has sent this request, or, without one, who. */
struct origin {
	const struct http_request *http;
	const char *who;
};

struct rpc_call {
	struct daemon *d;
	struct origin origin;
	const struct rpc_method *method; /* NULL: unknown */
	const struct xmlrpc_value *params;
	rpc_done_fn *done;
	void *arg;
	bool in_handler;
	bool ended;
	struct xmlrpc_value *value; /* result; NULL: a fault */
	enum fault code;
	char *text; /* of the fault; owned. NULL: its name alone */
	void (*cancel)(void *arg);
	void *cancel_arg;
};

static void
call_end(struct rpc_call *call)
{
	rpc_done_fn *done = call->done;
	struct rpc_call ended = *call;

	free(call);
	done(ended.arg, ended.value, ended.code, ended.text != NULL ? ended.text : fault_name(ended.code));
	free(ended.text);
}

static void
call_result(struct rpc_call *call, struct xmlrpc_value *value, enum fault code, char *text)
{
	struct rpc_count *count = rpc_count_of(call->d->rpc, call->method);

	assert(!call->ended);
	if (count != NULL) {
		count->calls++;
		count->faults += value == NULL;
	}
	call->ended = true;
	call->value = value;
	call->code = code;
	call->text = text;
	if (!call->in_handler)
		call_end(call);
}

void
rpc_return(struct rpc_call *call, struct xmlrpc_value *value)
{
	if (!xmlrpc_failed(value)) {
		call_result(call, value, FAULT_NONE, NULL);
		return;
	}
	xmlrpc_free(value);
	rpc_fault(call, FAULT_FAILED, "out of memory");
}

char *
rpc_fault_string(enum fault code, const char *extra)
{
	char *text;

	return extra != NULL && asprintf(&text, "%s: %s", fault_name(code), extra) >= 0 ? text : NULL;
}

void
rpc_fault(struct rpc_call *call, enum fault code, const char *extra)
{
	call_result(call, NULL, code, rpc_fault_string(code, extra));
}

void
rpc_on_cancel(struct rpc_call *call, void (*cancel)(void *arg), void *arg)
{
	call->cancel = cancel;
	call->cancel_arg = arg;
}

void
rpc_call_cancel(struct rpc_call *call)
{
	if (call->cancel != NULL)
		call->cancel(call->cancel_arg);
	free(call);
}

static bool
has_right_number(const struct rpc_method *method, size_t given)
{
	size_t most = 0, least = 0;
	bool optional = false;

	for (const char *p = method->params; *p != '\0'; p++) {
		if (*p == '?') {
			least -= !optional;
			optional = true;
			continue;
		}
		most++;
		least += !optional;
	}
	return given >= least && given <= most;
}

static bool
has_type(const struct xmlrpc_value *v, char letter)
{
	int64_t ignored;

	switch (letter) {
	case 's':
		return xmlrpc_type(v) == XMLRPC_STRING;
	case 'i':
		return xmlrpc_to_int(v, &ignored);
	case 'a':
		return xmlrpc_type(v) == XMLRPC_ARRAY;
	case 'S':
		return xmlrpc_type(v) == XMLRPC_STRUCT;
	default: /* anything has a truth value, and t, n and v are the handler's business */
		return true;
	}
}

static bool
has_right_types(const struct rpc_method *method, const struct xmlrpc_value *params)
{
	const char *letter = method->params;

	for (size_t i = 0; i < xmlrpc_get_length(params); i++, letter++) {
		if (*letter == '?')
			letter++;
		if (!has_type(xmlrpc_at(params, i), *letter))
			return false;
	}
	return true;
}

/* What forbids the call before its handler is asked, in Supervisor's order. */
static enum fault
call_check(const struct rpc_call *call)
{
	if (call->method == NULL)
		return FAULT_UNKNOWN_METHOD;
	if (!has_right_number(call->method, xmlrpc_get_length(call->params)))
		return FAULT_INCORRECT_PARAMETERS;
	if (!call->method->any_state && call->d->state != SUPERVISOR_RUNNING)
		return FAULT_SHUTDOWN_STATE;
	return has_right_types(call->method, call->params) ? FAULT_NONE : FAULT_INCORRECT_PARAMETERS;
}

/* Supervisor's access log, which is there at trace as well, has only the address. What is sent to a program is not shown. */
static void
log_act(const struct rpc_call *call)
{
	const struct log *log = &call->d->log;
	struct buf name = BUF_INIT(SIZE_MAX / 2);
	const struct rpc_count *count;

	if (!call->method->acts || !log_wants(log, LOG_LEVEL_TRACE))
		return;
	count = rpc_count_of(call->d->rpc, call->method);
	if (xmlrpc_type(rpc_param(call, 0)) == XMLRPC_STRING) {
		buf_putc(&name, ' ');
		pyrepr_append(&name, rpc_param_string(call, 0),
			      strnlen(rpc_param_string(call, 0), RPC_LOGGED_MAX));
	}
	log_trace(log, "%s%s asked by %s",
		  count != NULL && count->full != NULL ? count->full : call->method->name, buf_str(&name),
		  rpc_caller(call));
	buf_release(&name);
}

/* method may be NULL: there is none of that name. Returns NULL when the call has ended, and done has been called. */
static struct rpc_call *
call_start(struct daemon *d, struct origin origin, const struct rpc_method *method,
	   const struct xmlrpc_value *params, rpc_done_fn *done, void *arg)
{
	struct rpc_call *call = xcalloc(1, sizeof(*call));
	enum fault fault;

	call->d = d;
	call->origin = origin;
	call->method = method;
	call->params = params;
	call->done = done;
	call->arg = arg;
	call->in_handler = true;
	fault = call_check(call);
	if (fault != FAULT_NONE) {
		rpc_fault(call, fault, NULL);
	} else {
		log_act(call);
		call->method->handler(call);
	}
	call->in_handler = false;
	if (!call->ended)
		return call;
	call_end(call);
	return NULL;
}

struct rpc_call *
rpc_call_within(struct rpc_call *outer, const char *method, const struct xmlrpc_value *params,
		rpc_done_fn *done, void *arg)
{
	return call_start(outer->d, outer->origin, rpc_find_method(outer->d->rpc, method), params, done, arg);
}

struct rpc_call *
rpc_call_request(struct daemon *d, const struct http_request *http, const char *method,
		 const struct xmlrpc_value *params, rpc_done_fn *done, void *arg)
{
	return call_start(d, (struct origin){.http = http}, rpc_find_method(d->rpc, method), params, done,
			  arg);
}

struct rpc_call *
rpc_call_own(struct daemon *d, const char *who, const char *method, const struct xmlrpc_value *params,
	     rpc_done_fn *done, void *arg)
{
	return call_start(d, (struct origin){.who = who}, rpc_find_supervisor_method(method), params, done,
			  arg);
}

struct daemon *
rpc_daemon(const struct rpc_call *call)
{
	return call->d;
}

const char *
rpc_caller(const struct rpc_call *call)
{
	return call->origin.http != NULL ? http_request_caller(call->origin.http) : call->origin.who;
}

static size_t
nparams(const struct rpc_call *call)
{
	return xmlrpc_get_length(call->params);
}

const struct xmlrpc_value *
rpc_param(const struct rpc_call *call, size_t i)
{
	return xmlrpc_at(call->params, i);
}

const char *
rpc_param_string(const struct rpc_call *call, size_t i)
{
	return xmlrpc_get_string(rpc_param(call, i));
}

bool
rpc_param_bool(const struct rpc_call *call, size_t i, bool fallback)
{
	return i < nparams(call) ? xmlrpc_get_bool(rpc_param(call, i)) : fallback;
}

int64_t
rpc_param_int(const struct rpc_call *call, size_t i, int64_t fallback)
{
	int64_t n;

	return i < nparams(call) && xmlrpc_to_int(rpc_param(call, i), &n) ? n : fallback;
}
