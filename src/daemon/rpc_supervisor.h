/* handlers: the daemon, configuration, groups */
#ifndef DAEMON_RPC_SUPERVISOR_H
#define DAEMON_RPC_SUPERVISOR_H

#endif
