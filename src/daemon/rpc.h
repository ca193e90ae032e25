/* method table, faults, multicall */
#ifndef DAEMON_RPC_H
#define DAEMON_RPC_H

#endif
