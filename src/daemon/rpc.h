/*
 * XML-RPC: one method table, faults, multicall. A handler answers at once or later, in both cases by calling
 * rpc_return or rpc_fault once.
 */
#ifndef DAEMON_RPC_H
#define DAEMON_RPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/fault.h"
#include "core/xmlrpc.h"

struct daemon;

/* One call under way, at top level or within a multicall. */
struct rpc_call;

struct rpc_method {
	const char *name;   /* without its namespace */
	const char *params; /* one letter per parameter: s string, i int, b boolean, a array, S struct, v any; ? after a letter:
	                       it and what follows may be left out */
	char returns;       /* the same letters; for methodSignature */
	bool any_state;     /* works in SHUTDOWN and RESTARTING too */
	bool hidden;        /* an inherited or aliased name that listMethods does not show */
	void (*handler)(struct rpc_call *call);
	const char *help;
};

struct daemon *rpc_daemon(const struct rpc_call *call);
/* Parameters given, and the i-th of them (NULL: left out). Types are checked before the handler runs. */
size_t rpc_nparams(const struct rpc_call *call);
const struct xmlrpc_value *rpc_param(const struct rpc_call *call, size_t i);
const char *rpc_param_string(const struct rpc_call *call, size_t i);       /* "" when left out */
bool rpc_param_bool(const struct rpc_call *call, size_t i, bool fallback); /* truth value */
int64_t rpc_param_int(const struct rpc_call *call, size_t i, int64_t fallback);

/* Ends the call; the value is taken over. */
void rpc_return(struct rpc_call *call, struct xmlrpc_value *value);
/* Ends the call: "NAME" or "NAME: EXTRA" when extra is not NULL. */
void rpc_fault(struct rpc_call *call, enum fault code, const char *extra);
/* A handler that answers later sets this: called when the client goes away first; rpc_return and rpc_fault must not be
   called after it. */
void rpc_on_cancel(struct rpc_call *call, void (*cancel)(void *arg), void *arg);

/* The namespaces' tables, each ended by a row without a name. */
extern const struct rpc_method rpc_supervisor_daemon_methods[]; /* rpc_supervisor.c */
extern const struct rpc_method rpc_supervisor_process_methods[]; /* rpc_process.c */
extern const struct rpc_method rpc_supervisor_log_methods[];     /* rpc_log.c */
extern const struct rpc_method rpc_system_methods[];             /* rpc_system.c */
extern const struct rpc_method rpc_cvisor_methods[];             /* rpc_cvisor.c */

#endif
