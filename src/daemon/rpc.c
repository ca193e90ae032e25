/*
 * rpc.c: XML-RPC calls from the request to the reply: lookup, arity, types, state of the daemon, faults.
 *
 * A call is ended by rpc_return or rpc_fault, from within its handler or later. While the handler runs the
 * result only waits in the call; so a handler's frame never outlives its call, and system.multicall can go
 * through thousands of calls without recursion. Who waits for a call is told by its done function: the HTTP
 * request here, or multicall in rpc_system.c. If the client goes away first, the call is cancelled: the work
 * that it began goes on, nobody is told.
 */
#include "autoconf.h"

#include "daemon/rpc.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/map.h"
#include "base/pyrepr.h"
#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/httpd.h"

/* Bytes of a reply: a log that is read whole may grow fivefold when its markup is escaped. */
#define REPLY_MAX (256 << 20)
/* Bytes of a bad request that go to the log. */
#define LOGGED_MAX 256

/* What an [rpcinterface:x] section offers. */
static const struct rpc_method *const supervisor_tables[] = {
    rpc_supervisor_daemon_methods,  rpc_supervisor_start_methods, rpc_supervisor_signal_methods,
    rpc_supervisor_process_methods, rpc_supervisor_log_methods,
};

struct entry {
	char *full; /* "namespace.method"; owned */
	const struct rpc_method *method;
};

struct rpc {
	struct map *by_name;   /* full name -> struct rpc_method */
	struct entry *entries; /* sorted by full name */
	size_t nentries;
	struct intmap *counts; /* address of a struct rpc_method, or 0 -> struct rpc_count, owned */
};

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

/* A POST to /RPC2. */
struct request {
	struct daemon *d;
	struct http_request *http;
	struct xmlrpc_call xml;
	struct rpc_call *call; /* once it is known to be answered later */
};

/*
 * The methods.
 */

static void
add_methods(struct rpc *rpc, const char *namespace, const struct rpc_method *table)
{
	char *full;

	for (; table->name != NULL; table++) {
		full = xasprintf("%s.%s", namespace, table->name);
		if (map_put(rpc->by_name, full, (void *)(uintptr_t)table) != NULL) {
			free(full);
			continue;
		}
		rpc->entries = xreallocarray(rpc->entries, rpc->nentries + 1, sizeof(*rpc->entries));
		rpc->entries[rpc->nentries++] = (struct entry){.full = full, .method = table};
	}
}

static int
compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->full, ((const struct entry *)b)->full);
}

/* The namespaces that are built in cannot be taken by an [rpcinterface:x]. */
static bool
is_builtin(const char *namespace)
{
	return strcmp(namespace, "system") == 0 || strcmp(namespace, "cvisor") == 0;
}

static int64_t
count_key(const struct rpc_method *method)
{
	return (int64_t)(intptr_t)method;
}

static void
add_count(struct rpc *rpc, const char *full, const struct rpc_method *method)
{
	struct rpc_count *count = xcalloc(1, sizeof(*count));

	count->full = full;
	intmap_put(rpc->counts, count_key(method), count);
}

/* A method that two namespaces have is counted once, under its first name. */
static void
add_counts(struct rpc *rpc)
{
	rpc->counts = intmap_new();
	add_count(rpc, NULL, NULL);
	for (size_t i = 0; i < rpc->nentries; i++)
		if (intmap_get(rpc->counts, count_key(rpc->entries[i].method)) == NULL)
			add_count(rpc, rpc->entries[i].full, rpc->entries[i].method);
}

static struct rpc_count *
count_of(const struct rpc *rpc, const struct rpc_method *method)
{
	return intmap_get(rpc->counts, count_key(method));
}

const struct rpc_count *
rpc_count(const struct rpc *rpc, const struct rpc_method *method)
{
	return count_of(rpc, method);
}

struct rpc *
rpc_new(const struct config *config)
{
	struct rpc *rpc = xcalloc(1, sizeof(*rpc));

	rpc->by_name = map_new();
	add_methods(rpc, "system", rpc_system_methods);
	add_methods(rpc, "cvisor", rpc_cvisor_methods);
	for (size_t i = 0; i < config->nrpc_namespaces; i++) {
		if (is_builtin(config->rpc_namespaces[i]))
			continue;
		for (size_t j = 0; j < sizeof(supervisor_tables) / sizeof(supervisor_tables[0]); j++)
			add_methods(rpc, config->rpc_namespaces[i], supervisor_tables[j]);
	}
	qsort(rpc->entries, rpc->nentries, sizeof(*rpc->entries), compare_entries);
	add_counts(rpc);
	return rpc;
}

void
rpc_free(struct rpc *rpc)
{
	size_t pos = 0;
	void *count;

	if (rpc == NULL)
		return;
	while (intmap_next(rpc->counts, &pos, NULL, &count))
		free(count);
	intmap_free(rpc->counts);
	for (size_t i = 0; i < rpc->nentries; i++)
		free(rpc->entries[i].full);
	free(rpc->entries);
	map_free(rpc->by_name);
	free(rpc);
}

void
rpc_each_method(const struct rpc *rpc,
		void (*fn)(void *arg, const char *full, const struct rpc_method *method), void *arg)
{
	for (size_t i = 0; i < rpc->nentries; i++)
		fn(arg, rpc->entries[i].full, rpc->entries[i].method);
}

const struct rpc_method *
rpc_find_method(const struct rpc *rpc, const char *full)
{
	return map_get(rpc->by_name, full);
}

const char *
rpc_type_name(char letter)
{
	switch (letter) {
	case 's':
	case 't':
		return "string";
	case 'i':
	case 'n':
		return "int";
	case 'b':
		return "boolean";
	case 'a':
		return "array";
	case 'S':
		return "struct";
	default:
		return "any";
	}
}

/*
 * A call.
 */

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
	struct rpc_count *count = count_of(call->d->rpc, call->method);

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

/* Extra texts may be as long as a request: without memory for one the fault has its name alone. */
static char *
fault_string(enum fault code, const char *extra)
{
	char *text;

	return extra != NULL && asprintf(&text, "%s: %s", fault_name(code), extra) >= 0 ? text : NULL;
}

void
rpc_fault(struct rpc_call *call, enum fault code, const char *extra)
{
	call_result(call, NULL, code, fault_string(code, extra));
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
	count = count_of(call->d->rpc, call->method);
	if (xmlrpc_type(rpc_param(call, 0)) == XMLRPC_STRING) {
		buf_putc(&name, ' ');
		pyrepr_append(&name, rpc_param_string(call, 0),
			      strnlen(rpc_param_string(call, 0), LOGGED_MAX));
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

static const struct rpc_method *
find_in_table(const struct rpc_method *table, const char *name)
{
	for (; table->name != NULL; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

static const struct rpc_method *
find_supervisor_method(const char *name)
{
	const struct rpc_method *method = NULL;

	for (size_t i = 0; i < sizeof(supervisor_tables) / sizeof(supervisor_tables[0]) && method == NULL;
	     i++)
		method = find_in_table(supervisor_tables[i], name);
	return method;
}

struct rpc_call *
rpc_call_own(struct daemon *d, const char *who, const char *method, const struct xmlrpc_value *params,
	     rpc_done_fn *done, void *arg)
{
	return call_start(d, (struct origin){.who = who}, find_supervisor_method(method), params, done, arg);
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

/*
 * The request.
 */

static void
request_free(struct request *r)
{
	xmlrpc_call_release(&r->xml);
	free(r);
}

/* Logs and names may hold what XML cannot carry. Our own clients send and take it as it is; others would take it for an
   error. */
static bool
speaks_raw(const struct http_request *http)
{
	const char *accept = http_request_header(http, "Accept");

	return accept != NULL && strcmp(accept, XMLRPC_ACCEPT_RAW) == 0;
}

/* False: out has no room, or there is no memory. */
static bool
reply_with(struct http_request *http, struct buf *out)
{
	bool ok = !out->failed && (speaks_raw(http) || xmlrpc_make_wellformed(out));

	if (ok)
		http_reply(http, 200, "text/xml", out->data, out->len);
	buf_release(out);
	return ok;
}

static void
reply_fault(struct http_request *http, enum fault code, const char *extra)
{
	struct buf out = BUF_INIT(REPLY_MAX);
	char *text = fault_string(code, extra);

	xmlrpc_write_fault(&out, code, text != NULL ? text : fault_name(code));
	if (!reply_with(http, &out))
		http_reply_error(http, 500);
	free(text);
}

/* rpc_done_fn */
static void
request_done(void *arg, struct xmlrpc_value *value, enum fault code, const char *text)
{
	struct request *r = arg;
	struct buf out = BUF_INIT(REPLY_MAX);

	if (value != NULL)
		xmlrpc_write_value_reply(&out, value);
	else
		xmlrpc_write_fault(&out, code, text);
	xmlrpc_free(value);
	if (!reply_with(r->http, &out)) {
		log_error(&r->d->log, "no memory for the answer to %s, or it is larger than %d bytes",
			  r->xml.method, REPLY_MAX);
		reply_fault(r->http, FAULT_FAILED, "the answer is too large");
	}
	request_free(r);
}

static void
request_closed_cb(void *arg)
{
	struct request *r = arg;

	rpc_call_cancel(r->call);
	request_free(r);
}

/* Quotes the beginning of what was sent, so that nobody can flood the log with a request. */
static void
log_bad_request(struct daemon *d, const char *body, size_t len, struct err *err)
{
	struct buf quoted = BUF_INIT(SIZE_MAX / 2);

	pyrepr_append(&quoted, body, len < LOGGED_MAX ? len : LOGGED_MAX);
	log_error(&d->log, "XML-RPC request data %s%s is invalid: %s", buf_str(&quoted),
		  len > LOGGED_MAX ? "..." : "", err_text(err));
	buf_release(&quoted);
}

/* What is no call gets Supervisor's 400; what is one, but too much of it, learns of what. */
static void
refuse(struct daemon *d, struct http_request *http, struct err *err)
{
	const char *body;
	size_t len;

	switch ((enum xmlrpc_call_error)err->code) {
	case XMLRPC_CALL_MALFORMED:
		body = http_request_body(http, &len);
		log_bad_request(d, body, len, err);
		http_reply_error(http, 400);
		break;
	case XMLRPC_CALL_LIMIT:
		reply_fault(http, FAULT_INCORRECT_PARAMETERS, err->what);
		break;
	case XMLRPC_CALL_NO_MEMORY:
		reply_fault(http, FAULT_FAILED, err->what);
		break;
	}
	err_release(err);
}

static bool
read_call(const struct http_request *http, struct xmlrpc_call *xml, struct err *err)
{
	size_t len;
	const char *body = http_request_body(http, &len);

	return speaks_raw(http) ? xmlrpc_parse_call_raw(body, len, xml, err)
				: xmlrpc_parse_call(body, len, xml, err);
}

void
rpc_handle(struct daemon *d, struct http_request *http)
{
	struct err err = ERR_INIT;
	struct xmlrpc_call xml;
	struct request *r;

	if (http_request_method(http) != HTTP_POST) {
		http_reply_error(http, 400);
		return;
	}
	if (!read_call(http, &xml, &err)) {
		refuse(d, http, &err);
		return;
	}
	r = xcalloc(1, sizeof(*r));
	*r = (struct request){.d = d, .http = http, .xml = xml};
	struct rpc_call *call = call_start(d, (struct origin){.http = http},
					   rpc_find_method(d->rpc, xml.method), xml.params, request_done, r);
	if (call == NULL)
		return;
	r->call = call;
	http_request_on_close(http, request_closed_cb, r);
}
