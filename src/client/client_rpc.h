/*
 * XML-RPC calls to a daemon, one after the other on one kept connection. A call may take as long as the
 * daemon likes (a start waits for startsecs), so there is no timeout; closing the client ends it.
 */
#ifndef CLIENT_CLIENT_RPC_H
#define CLIENT_CLIENT_RPC_H

#include <stdbool.h>

#include "client/client.h"
#include "client/client_error.h"
#include "core/xmlrpc.h"

#define CLIENT_REPLY_MAX (256 * 1024 * 1024) /* bytes of a reply: log reads are as big as the log */
#define CLIENT_QUEUE_MAX 1024                /* calls that wait for their turn */

/* How a call ended: a value, or an error that says why not. Owned by whoever gets it. */
struct client_result {
	struct client_error error;
	struct xmlrpc_value *value; /* NULL unless error is CLIENT_OK */
};

#define CLIENT_RESULT_INIT                                                                                   \
	{                                                                                                    \
		.value = NULL                                                                                \
	}

void client_result_release(struct client_result *r);

struct client;

/* The result is borrowed; a callback that wants to keep the value takes it and leaves NULL. It may make calls
   and may free the client. */
typedef void client_result_fn(void *arg, struct client_result *result);

/* Connects with the first call. */
struct client *client_new(struct event_base *base, const struct client_options *options);
/* Calls that are under way or waiting end without their callbacks. */
void client_free(struct client *client);
/* Takes params (an array, or NULL) over. The callback comes from the loop, once. False: CLIENT_QUEUE_MAX is
   reached and there will be none. */
bool client_call(struct client *client, const char *method, struct xmlrpc_value *params, client_result_fn *fn,
		 void *arg);
/* The same for programs without anything else to do: runs the loop until the result is there.
   CLIENT_CANCELLED if somebody broke the loop meanwhile; the client is of no use then. */
void client_call_wait(struct client *client, const char *method, struct xmlrpc_value *params,
		      struct client_result *result);

#endif
