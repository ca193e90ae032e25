/*
 * The ring of transitions for clients. cvisor.getHistory: starts and ends of one program or of all, with where in its logs
 * each happened. cvisor.getChanges: what has happened to the daemon and its groups.
 */
#ifndef DAEMON_RPC_HISTORY_H
#define DAEMON_RPC_HISTORY_H

struct rpc_call;

/* The methods' handlers. */
void rpc_get_history(struct rpc_call *call);
void rpc_get_changes(struct rpc_call *call);

#endif
