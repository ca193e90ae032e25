/* XML-RPC calls, blocking and with a callback */
#ifndef CLIENT_CLIENT_RPC_H
#define CLIENT_CLIENT_RPC_H

#endif
