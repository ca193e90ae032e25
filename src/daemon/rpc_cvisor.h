/* handlers of cvisor.* */
#ifndef DAEMON_RPC_CVISOR_H
#define DAEMON_RPC_CVISOR_H

#endif
