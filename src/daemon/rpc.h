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

struct config;
struct daemon;

/* The methods by their full names, made when the daemon starts (and again when it restarts): the names of
   [rpcinterface:x] sections decide which prefixes have Supervisor's methods. */
struct rpc;
struct rpc *rpc_new(const struct config *config);
/* NULL is allowed. */
void rpc_free(struct rpc *rpc);

/* One call under way, at top level or within a multicall. */
struct rpc_call;

struct rpc_method {
	const char *name;   /* without its namespace */
	const char *params; /* one letter per parameter: s string, i int, b boolean, a array, S struct, v any;
			       t, n: called a string or an int, but the handler is given any type. ? after a letter: it
			       and what follows may be left out */
	char returns;       /* the same letters; for methodSignature */
	const char *names;  /* of the parameters, separated by blanks; for methodHelp. NULL: none */
	bool any_state;     /* works in SHUTDOWN and RESTARTING too */
	bool acts;          /* changes something: who asks is logged at trace */
	void (*handler)(struct rpc_call *call);
	const char *help; /* one or more lines, without the parameters */
};

struct daemon *rpc_daemon(const struct rpc_call *call);
/* Who has made it, see core/caller.h. Borrowed until the call ends. */
const char *rpc_caller(const struct rpc_call *call);
/* The i-th parameter, NULL: left out. Types are checked before the handler runs. */
const struct xmlrpc_value *rpc_param(const struct rpc_call *call, size_t i);
const char *rpc_param_string(const struct rpc_call *call, size_t i);       /* "" when left out */
bool rpc_param_bool(const struct rpc_call *call, size_t i, bool fallback); /* truth value */
int64_t rpc_param_int(const struct rpc_call *call, size_t i, int64_t fallback);

/* Ends the call; the value is taken over. One that has failed becomes a fault. The call is gone when the handler has
   returned, or, when the handler returned before, at once. */
void rpc_return(struct rpc_call *call, struct xmlrpc_value *value);
/* Ends the call: "NAME" or "NAME: EXTRA" when extra is not NULL. */
void rpc_fault(struct rpc_call *call, enum fault code, const char *extra);
/* A handler that answers later sets this: called when the client goes away first; rpc_return and rpc_fault
   must not be called after it. */
void rpc_on_cancel(struct rpc_call *call, void (*cancel)(void *arg), void *arg);

/* Every method of the tables as "namespace.method", in order of code points. full lives as long as the rpc.
 */
void rpc_each_method(const struct rpc *rpc,
		     void (*fn)(void *arg, const char *full, const struct rpc_method *method), void *arg);
/* NULL when there is none. */
const struct rpc_method *rpc_find_method(const struct rpc *rpc, const char *full);
/* How often a method was called, and answered by a fault, since the daemon started or was restarted. */
struct rpc_count {
	const char *full; /* its first name; NULL: of methods that do not exist */
	uint64_t calls, faults;
};
/* method NULL: those that do not exist. NULL: it is in none of the namespaces. */
const struct rpc_count *rpc_count(const struct rpc *rpc, const struct rpc_method *method);
/* How methodSignature calls the type of a letter. */
const char *rpc_type_name(char letter);

/* system.multicall runs other calls within itself: like the call that it is part of, but ended by done, which
   takes value over (NULL: a fault). done may be called before this returns. */
typedef void rpc_done_fn(void *arg, struct xmlrpc_value *value, enum fault code, const char *text);
struct rpc_call *rpc_call_within(struct rpc_call *outer, const char *method,
				 const struct xmlrpc_value *params, rpc_done_fn *done, void *arg);
/* The same for the daemon's own pages: a method of Supervisor's by its name alone, also where no [rpcinterface:x] section
   offers it. params and who, the caller, are borrowed until the call ends. NULL: it has ended, and done has been called. */
struct rpc_call *rpc_call_own(struct daemon *d, const char *who, const char *method,
			      const struct xmlrpc_value *params, rpc_done_fn *done, void *arg);
/* The client has gone: done will not be called. */
void rpc_call_cancel(struct rpc_call *call);

/* The namespaces' tables, each ended by a row without a name. */
extern const struct rpc_method rpc_supervisor_daemon_methods[];  /* rpc_supervisor.c */
extern const struct rpc_method rpc_supervisor_start_methods[];   /* rpc_start.c */
extern const struct rpc_method rpc_supervisor_signal_methods[];  /* rpc_signal.c */
extern const struct rpc_method rpc_supervisor_process_methods[]; /* rpc_process.c */
extern const struct rpc_method rpc_supervisor_log_methods[];     /* rpc_log.c */
extern const struct rpc_method rpc_system_methods[];             /* rpc_system.c */
extern const struct rpc_method rpc_cvisor_methods[];             /* rpc_cvisor.c */

#endif
