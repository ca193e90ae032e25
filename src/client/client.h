/* talks to a daemon: connection on UNIX and TCP sockets, requests, replies */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#endif
