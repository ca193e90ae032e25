/* cvisor.getProcessTree and cvisor.getProcessResources: the processes of a program as the kernel knows them. */
#ifndef DAEMON_RPC_RESOURCES_H
#define DAEMON_RPC_RESOURCES_H

struct rpc_call;

/* The methods' handlers. */
void rpc_get_process_tree(struct rpc_call *call);
void rpc_get_process_resources(struct rpc_call *call);

#endif
