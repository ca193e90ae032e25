/* handlers: reading and clearing logs */
#ifndef DAEMON_RPC_LOG_H
#define DAEMON_RPC_LOG_H

#endif
