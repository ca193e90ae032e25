/*
 * cvisor.getHistory: starts and ends of one program or of all, from the ring of transitions, with where in its logs each
 * happened.
 */
#ifndef DAEMON_RPC_HISTORY_H
#define DAEMON_RPC_HISTORY_H

struct rpc_call;

/* The method's handler. */
void rpc_get_history(struct rpc_call *call);

#endif
