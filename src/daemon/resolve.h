/*
 * The address of a host's name, within a limit of time: the resolver of the C library may wait for a name server for
 * half a minute, and the daemon never waits so long.
 */
#ifndef DAEMON_RESOLVE_H
#define DAEMON_RESOLVE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/err.h"

struct host_address {
	struct sockaddr_storage sa;
	socklen_t len;
	int error; /* after a failure: EAI_AGAIN when nobody has answered in time, otherwise what getaddrinfo says */
};

/* An IPv4 address of the host if it has one, as the reference takes it, else an IPv6 address. Numbers are not asked
   for. False with the reason in err, without the host's name. */
bool resolve_host(const char *host, uint16_t port, int limit_ms, struct host_address *out, struct err *err);

#endif
