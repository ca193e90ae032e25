/*
 * Where a daemon is: the address in a serverurl, read as Supervisor reads it, and refused in Python's words.
 */
#ifndef CLIENT_CLIENT_ADDRESS_H
#define CLIENT_CLIENT_ADDRESS_H

#include <stdbool.h>

#include "client/client_error.h"

/* What a serverurl says: "unix://PATH" or "http://HOST[:PORT][/ignored]". */
struct client_address {
	bool is_unix;
	char *path; /* unix; owned */
	char *host; /* http, lower case, without brackets; empty: this host; owned */
	int port;
};

/* Case counts and nothing else is known, as in Supervisor. False: CLIENT_BAD_URL or CLIENT_BAD_PORT. */
bool client_address_parse(struct client_address *a, const char *url, struct client_error *e);
void client_address_release(struct client_address *a);
/* "localhost" for sockets, "HOST" or "HOST:PORT": what belongs into a Host header. The caller frees it. */
char *client_address_host_header(const struct client_address *a);

#endif
