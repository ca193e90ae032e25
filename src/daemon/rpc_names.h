/*
 * What the handlers of supervisor.* share: names given by clients, and the status structs of results of many.
 */
#ifndef DAEMON_RPC_NAMES_H
#define DAEMON_RPC_NAMES_H

#include "core/fault.h"

struct group;
struct process;
struct rpc_call;
struct xmlrpc_value;

/* The process that the first parameter names; NULL after the fault BAD_NAME, also for a whole group. */
struct process *rpc_param_process(struct rpc_call *call);
/* The group that it names, for a method on groups; NULL after a fault. What can be no name at all is the caller's
 * mistake. */
struct group *rpc_param_group(struct rpc_call *call);
/* The text of a value. The caller frees. */
char *rpc_value_text(const struct xmlrpc_value *v);
/* The first parameter as a name, whatever its type: as Python shows it. NULL: nil. The caller frees. */
char *rpc_name_text(struct rpc_call *call);
/* An element of the results of many. text: what follows the fault's name; NULL: nothing. */
struct xmlrpc_value *rpc_status(const char *name, const char *group, enum fault status, const char *text);

#endif
