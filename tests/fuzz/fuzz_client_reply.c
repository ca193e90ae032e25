/*
 * fuzz_client_reply.c: what a server may send to our clients: HTTP replies, one after the other on a connection that then
 * ends, cut anywhere, and XML-RPC in their bodies. What they say must not depend on the pieces in which they came. A value
 * that was understood must be understood when it is written again.
 */
#include "autoconf.h"

#include "client/client_http.h"

#include "core/xmlrpc.h"
#include "tests/fuzz/fuzz.h"

#define MOST_REPLIES 8

/* The replies of one connection, as text for comparison; and their bodies. */
struct result {
	struct buf seen;
	struct buf body; /* of the reply that is being read */
	struct buf bodies[MOST_REPLIES];
	size_t n;
};

static bool
take_head(void *arg, const struct http_reply *reply)
{
	struct result *r = arg;

	FUZZ_CHECK(reply->status > 100 && reply->status <= 999 && reply->reason != NULL);
	buf_printf(&r->seen, "%d %s%s%s\n", reply->status, reply->reason, reply->chunked ? ", chunked" : "",
		   reply->has_length ? ", length" : "");
	return reply->status == 200;
}

static bool
take_body(void *arg, const char *data, size_t len)
{
	struct result *r = arg;

	return buf_append(&r->body, data, len);
}

static const struct http_sink sink = {.head = take_head, .body = take_body};

/* One reply has ended, well or not. */
static void
end_reply(struct result *r, struct http_reply *reply)
{
	FUZZ_CHECK(reply->phase == HTTP_DONE || reply->phase == HTTP_FAILED);
	FUZZ_CHECK((reply->phase == HTTP_FAILED) == (reply->error.kind != CLIENT_OK));
	buf_printf(&r->seen, "phase %d, error %d %d %s, %s\n", (int)reply->phase, (int)reply->error.kind,
		   reply->error.code, reply->error.text != NULL ? reply->error.text : "",
		   reply->keep_alive ? "kept" : "closed");
	buf_append(&r->seen, buf_str(&r->body), r->body.len);
	r->bodies[r->n++] = r->body;
	buf_init(&r->body, FUZZ_MAX);
	http_reply_release(reply);
}

static void
read_replies(struct result *r, struct fuzz_cut cut, const char *data, size_t size)
{
	struct http_reply reply;
	size_t n, used;
	bool kept = true;

	*r = (struct result){.seen = BUF_INIT(FUZZ_MAX), .body = BUF_INIT(FUZZ_MAX)};
	http_reply_init(&reply);
	while (size > 0 && kept && r->n < MOST_REPLIES) {
		n = fuzz_piece(&cut, size);
		used = http_reply_feed(&reply, &sink, r, data, n);
		FUZZ_CHECK(used <= n);
		data += used;
		size -= used;
		if (reply.phase == HTTP_DONE || reply.phase == HTTP_FAILED) {
			kept = reply.keep_alive && reply.phase == HTTP_DONE;
			end_reply(r, &reply);
		} else {
			FUZZ_CHECK(used == n);
		}
	}
	if (kept && r->n < MOST_REPLIES) {
		http_reply_eof(&reply, &sink, r);
		end_reply(r, &reply);
	}
	http_reply_release(&reply);
}

static void
release(struct result *r)
{
	for (size_t i = 0; i < r->n; i++)
		buf_release(&r->bodies[i]);
	buf_release(&r->seen);
	buf_release(&r->body);
}

/* Writes what was read, and reads that. What is written first may differ from what came (numbers that are too big, line
   ends), what is written then may not. */
static void
write_again(const struct xmlrpc_value *value, struct buf *written)
{
	struct xmlrpc_reply reply;
	struct err err = ERR_INIT;

	FUZZ_CHECK(xmlrpc_write_value_reply(written, value));
	FUZZ_CHECK(xmlrpc_parse_reply(written->data, written->len, &reply, &err));
	FUZZ_CHECK(reply.value != NULL);
	buf_clear(written);
	FUZZ_CHECK(xmlrpc_write_value_reply(written, reply.value));
	xmlrpc_reply_release(&reply);
}

static void
check_value(const struct xmlrpc_value *value)
{
	struct buf once = BUF_INIT(FUZZ_MAX), twice = BUF_INIT(FUZZ_MAX), text = BUF_INIT(FUZZ_MAX);
	struct xmlrpc_reply reply;
	struct err err = ERR_INIT;

	write_again(value, &once);
	FUZZ_CHECK(xmlrpc_parse_reply(once.data, once.len, &reply, &err));
	write_again(reply.value, &twice);
	fuzz_check_equal(&once, &twice);
	FUZZ_CHECK(xmlrpc_python_text(&text, value));
	xmlrpc_reply_release(&reply);
	buf_release(&once);
	buf_release(&twice);
	buf_release(&text);
}

static void
read_rpc(const char *xml, size_t len)
{
	struct xmlrpc_reply reply = {0};
	struct err err = ERR_INIT;

	if (!xmlrpc_parse_reply(xml, len, &reply, &err))
		FUZZ_CHECK(err.code >= XMLRPC_REPLY_MALFORMED && err.code <= XMLRPC_REPLY_NOT_UTF8);
	else if (reply.value != NULL)
		check_value(reply.value);
	else
		FUZZ_CHECK(reply.fault_string != NULL);
	xmlrpc_reply_release(&reply);
	err_release(&err);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data + 1;
	struct result whole, cut;

	if (size == 0)
		return 0;
	read_replies(&whole, (struct fuzz_cut){.whole = true}, text, size - 1);
	read_replies(&cut, (struct fuzz_cut){.seed = data[0]}, text, size - 1);
	fuzz_check_equal(&whole.seen, &cut.seen);
	for (size_t i = 0; i < whole.n; i++)
		read_rpc(buf_str(&whole.bodies[i]), whole.bodies[i].len);
	release(&whole);
	release(&cut);
	return 0;
}
