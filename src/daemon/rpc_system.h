/* handlers of system.* */
#ifndef DAEMON_RPC_SYSTEM_H
#define DAEMON_RPC_SYSTEM_H

#endif
