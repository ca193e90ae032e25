/*
 * Answers that have an element for each of many. They are made in slices, so that a list of ten thousand does not hold up
 * the loop; what is short is answered at once.
 */
#ifndef DAEMON_RPC_LIST_H
#define DAEMON_RPC_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/rpc.h"

struct rpc_list_kind {
	/* What the list is made of, as it is now; *n is the number of its elements. NULL: for rpc_return_rows only. */
	void *(*begin)(struct daemon *d, size_t *n);
	/* The i-th element, for its taker; NULL: there is none any more. */
	struct xmlrpc_value *(*element)(struct daemon *d, void *rows, size_t i);
	void (*end)(void *rows);
	/* The rows point at processes: begun anew when groups come or go meanwhile. */
	bool of_processes;
};

/* Ends the call with the list, now or later. */
void rpc_return_list(struct rpc_call *call, const struct rpc_list_kind *kind);
/* The same of rows that are there already, which are taken over. Not for rows of processes. */
void rpc_return_rows(struct rpc_call *call, const struct rpc_list_kind *kind, void *rows, size_t n);

#endif
