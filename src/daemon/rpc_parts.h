/*
 * What the files of XML-RPC share: rpc.c (calls), rpc_methods.c (which methods there are), rpc_http.c (requests and their
 * answers). Nobody else includes it.
 */
#ifndef DAEMON_RPC_PARTS_H
#define DAEMON_RPC_PARTS_H

#include "core/fault.h"
#include "core/xmlrpc.h"
#include "daemon/rpc.h"

#define RPC_LOGGED_MAX 256 /* bytes of what a client has sent that go to the log at a time */

struct http_request;

/* See rpc_count. */
struct rpc_count *rpc_count_of(const struct rpc *rpc, const struct rpc_method *method);
/* A method of Supervisor's by its name alone; NULL: there is none. */
const struct rpc_method *rpc_find_supervisor_method(const char *name);

/* A call that a request holds: like rpc_call_own, but method is a full name. http is borrowed until the call ends. */
struct rpc_call *rpc_call_request(struct daemon *d, const struct http_request *http, const char *method,
				  const struct xmlrpc_value *params, rpc_done_fn *done, void *arg);
/* "NAME: EXTRA"; NULL, which means the name alone, when extra is NULL, or when there is no memory for it: it may be as long
   as a request. The caller frees it. */
char *rpc_fault_string(enum fault code, const char *extra);

#endif
