/* handlers: start, stop, signal, info */
#ifndef DAEMON_RPC_PROCESS_H
#define DAEMON_RPC_PROCESS_H

#endif
