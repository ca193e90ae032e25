/*
 * How a daemon is reached: one HTTP connection on a libevent base, and credentials. Where it is says
 * client_address.h. XML-RPC calls (client_rpc.h) and streams (client_stream.h) are made of this; the screen
 * and supervisorctl use only those two.
 *
 * Nothing here blocks but the system's name lookup, and that only without an evdns base. All callbacks come
 * from the loop, never from within the call that asked for something. Programs that use this ignore SIGPIPE.
 */
#ifndef CLIENT_CLIENT_H
#define CLIENT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/time.h>

#include "base/buf.h"
#include "client/client_address.h"
#include "client/client_error.h"
#include "client/client_http.h"

struct event_base;
struct evdns_base;

/* All are borrowed for the duration of the call that gets the options. */
struct client_options {
	const char *url;
	const char *username; /* credentials are sent when both are set, even if empty */
	const char *password;
	struct timeval connect_timeout; /* zero: the kernel's */
	struct evdns_base *dns;         /* NULL: the system's lookup, which may block */
};

/* The value of an Authorization header, "Basic ...", or NULL without credentials. The caller frees it. */
char *client_authorization(const struct client_options *options);

struct client_conn;

struct client_conn_ops {
	struct http_sink sink;
	/* The exchange is over. e is CLIENT_OK when the reply came whole; borrowed. */
	void (*done)(void *arg, const struct client_error *e);
};

/* A connection that is made when it is needed. A bad URL shows at the first request. */
struct client_conn *client_conn_new(struct event_base *base, const struct client_options *options,
				    const struct client_conn_ops *ops, void *arg);
/* Closes at once and calls nobody. Allowed in every callback. */
void client_conn_free(struct client_conn *conn);
/* "localhost" for sockets, "HOST" or "HOST:PORT": what belongs into a Host header. */
const char *client_conn_host(const struct client_conn *conn);
/* The reply being read, or the last one. */
const struct http_reply *client_conn_reply(const struct client_conn *conn);
/* Sends a request, whose bytes are taken over; one at a time. */
void client_conn_request(struct client_conn *conn, struct buf *request);

#endif
