/*
 * Calls for the many processes and groups that a pattern stands for. Each call may take as long as its
 * process does (a start waits for startsecs), so many are under way at a time, on connections of their own; their
 * results are handed out in the order of the names.
 */
#ifndef CTL_CTL_MANY_H
#define CTL_CTL_MANY_H

#include <stdbool.h>
#include <stddef.h>

#include "client/client_rpc.h"
#include "ctl/ctl.h"

#define CTL_MANY_AT_ONCE 64

struct ctl_many_ops {
	/* The i-th call: its method, without the namespace, and its arguments. */
	const char *(*method)(void *arg, size_t i);
	struct xmlrpc_value *(*params)(void *arg, size_t i);
	/* The i-th call's result, borrowed. False: the rest is of no interest. */
	bool (*result)(void *arg, size_t i, struct client_result *r);
};

/* False: a callback returned false. Interrupted, the call that was waited for has CLIENT_CANCELLED as its error. */
bool ctl_many(struct ctl *ctl, size_t n, const struct ctl_many_ops *ops, void *arg);

#endif
