/* client_rpc.c: see client_rpc.h. The bytes of a request are those of Python's xmlrpc.client. */
#include "autoconf.h"

#include "client/client_rpc.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/queue.h>

#include <event2/event.h>

#include "base/buf.h"
#include "base/xmalloc.h"

#define HEAD_MAX 65536 /* of our own requests: credentials may be long */

struct call {
	TAILQ_ENTRY(call) entry;
	struct buf request; /* head and body */
	bool bad;           /* the arguments cannot be expressed */
	client_result_fn *fn;
	void *arg;
};

TAILQ_HEAD(call_queue, call);

struct client {
	struct event_base *base; /* borrowed */
	struct client_conn *conn;
	char *authorization;     /* or NULL */
	struct call_queue queue; /* the first one is under way */
	size_t waiting;
	struct buf body;
	bool too_big;
	struct event *turn; /* answers what never reaches the network */
};

void
client_result_release(struct client_result *r)
{
	client_error_release(&r->error);
	xmlrpc_free(r->value);
	r->value = NULL;
}

static void
call_free(struct call *call)
{
	buf_release(&call->request);
	free(call);
}

static void
client_next(struct client *client)
{
	struct call *call = TAILQ_FIRST(&client->queue);
	struct timeval at_once = {0};

	if (call == NULL)
		return;
	buf_clear(&client->body);
	client->too_big = false;
	if (call->bad)
		evtimer_add(client->turn, &at_once);
	else
		client_conn_request(client->conn, &call->request);
}

/* The first call has its result. The next one is begun before the callback, which may free the client. */
static void
client_finish(struct client *client, struct client_result *result)
{
	struct call *call = TAILQ_FIRST(&client->queue);

	TAILQ_REMOVE(&client->queue, call, entry);
	client->waiting--;
	client_next(client);
	call->fn(call->arg, result);
	call_free(call);
	client_result_release(result);
}

static void
fail_too_big(struct client_result *result)
{
	client_error_set(&result->error, CLIENT_TOO_BIG, 0, "the reply is bigger than %d MiB",
			 CLIENT_REPLY_MAX / (1024 * 1024));
}

static void
result_from_reply(struct client_result *result, struct buf *body)
{
	struct xmlrpc_reply reply = {0};
	struct err err = ERR_INIT;

	if (!xmlrpc_parse_reply(buf_str(body), body->len, &reply, &err)) {
		client_error_set(&result->error, CLIENT_BAD_REPLY, err.code, "%s",
				 err.what != NULL ? err.what : "");
	} else if (reply.value == NULL) {
		client_error_set(&result->error, CLIENT_FAULT, reply.fault_code, "%s",
				 reply.fault_string != NULL ? reply.fault_string : "");
	} else {
		result->value = reply.value;
		reply.value = NULL;
	}
	xmlrpc_reply_release(&reply);
	err_release(&err);
}

static bool
client_head(void *arg, const struct http_reply *reply)
{
	struct client *client = arg;

	client->too_big = !reply->chunked && reply->has_length && reply->left > CLIENT_REPLY_MAX;
	/* What an error page says does not matter; leaving it unread closes the connection, as Supervisor
	 * does. */
	return reply->status == 200 && !client->too_big;
}

static bool
client_body(void *arg, const char *data, size_t len)
{
	struct client *client = arg;

	client->too_big = !buf_append(&client->body, data, len);
	return !client->too_big;
}

static void
client_done(void *arg, const struct client_error *e)
{
	struct client *client = arg;
	struct client_result result = CLIENT_RESULT_INIT;
	const struct http_reply *reply = client_conn_reply(client->conn);

	if (e->kind != CLIENT_OK)
		client_error_copy(&result.error, e);
	else if (reply->status != 200)
		client_error_set(&result.error, CLIENT_STATUS, reply->status, "%s", reply->reason);
	else if (client->too_big)
		fail_too_big(&result);
	else
		result_from_reply(&result, &client->body);
	/* A big reply is rare; its memory is not kept for the next. */
	if (client->body.cap > 1024 * 1024)
		buf_release(&client->body);
	client_finish(client, &result);
}

static const struct client_conn_ops client_ops = {
    .sink = {.head = client_head, .body = client_body},
    .done = client_done,
};

static void
client_turn_cb(evutil_socket_t fd, short what, void *arg)
{
	struct client *client = arg;
	struct client_result result = CLIENT_RESULT_INIT;

	(void)fd;
	(void)what;
	client_error_set(&result.error, CLIENT_BAD_CALL, 0, "int exceeds XML-RPC limits");
	client_finish(client, &result);
}

struct client *
client_new(struct event_base *base, const struct client_options *options)
{
	struct client *client = xcalloc(1, sizeof(*client));

	client->base = base;
	client->conn = client_conn_new(base, options, &client_ops, client);
	client->authorization = client_authorization(options);
	TAILQ_INIT(&client->queue);
	buf_init(&client->body, CLIENT_REPLY_MAX);
	client->turn = evtimer_new(base, client_turn_cb, client);
	return client;
}

void
client_free(struct client *client)
{
	struct call *call;

	if (client == NULL)
		return;
	client_conn_free(client->conn);
	event_free(client->turn);
	while ((call = TAILQ_FIRST(&client->queue)) != NULL) {
		TAILQ_REMOVE(&client->queue, call, entry);
		call_free(call);
	}
	buf_release(&client->body);
	free(client->authorization);
	free(client);
}

static bool
write_request(const struct client *client, struct buf *out, const char *method,
	      const struct xmlrpc_value *params)
{
	struct buf body = BUF_INIT(CLIENT_REPLY_MAX);
	bool ok;

	buf_init(out, CLIENT_REPLY_MAX + HEAD_MAX);
	ok = xmlrpc_write_call(&body, method, params) &&
	     buf_printf(
		 out,
		 "POST /RPC2 HTTP/1.1\r\nHost: %s\r\nAccept-Encoding: identity\r\nUser-Agent: cvisor/%s\r\n"
		 "Content-Type: text/xml\r\nAccept: " XMLRPC_ACCEPT_RAW "\r\n",
		 client_conn_host(client->conn), PACKAGE_VERSION);
	if (ok && client->authorization != NULL)
		ok = buf_printf(out, "Authorization: %s\r\n", client->authorization);
	ok = ok && buf_printf(out, "Content-Length: %zu\r\n\r\n", body.len) &&
	     buf_append(out, body.data, body.len);
	buf_release(&body);
	return ok;
}

bool
client_call(struct client *client, const char *method, struct xmlrpc_value *params, client_result_fn *fn,
	    void *arg)
{
	struct call *call;

	if (client->waiting >= CLIENT_QUEUE_MAX) {
		xmlrpc_free(params);
		return false;
	}
	call = xcalloc(1, sizeof(*call));
	call->bad = !write_request(client, &call->request, method, params);
	call->fn = fn;
	call->arg = arg;
	xmlrpc_free(params);
	TAILQ_INSERT_TAIL(&client->queue, call, entry);
	if (client->waiting++ == 0)
		client_next(client);
	return true;
}

struct waiting {
	struct client_result *result;
	bool done;
};

static void
wait_result_cb(void *arg, struct client_result *result)
{
	struct waiting *w = arg;

	*w->result = *result;
	*result = (struct client_result)CLIENT_RESULT_INIT;
	w->done = true;
}

void
client_call_wait(struct client *client, const char *method, struct xmlrpc_value *params,
		 struct client_result *result)
{
	struct waiting w = {.result = result};

	*result = (struct client_result)CLIENT_RESULT_INIT;
	client_call(client, method, params, wait_result_cb, &w);
	while (!w.done) {
		if (event_base_loop(client->base, EVLOOP_ONCE) != 0 || event_base_got_break(client->base)) {
			client_error_set(&result->error, CLIENT_CANCELLED, 0, "interrupted");
			return;
		}
	}
}
