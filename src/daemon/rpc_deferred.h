/* replies that wait for an event */
#ifndef DAEMON_RPC_DEFERRED_H
#define DAEMON_RPC_DEFERRED_H

#endif
