/* rpc_http.c: a POST to /RPC2: the call that it holds, and the answer to it. */
#include "autoconf.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/pyrepr.h"
#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/httpd.h"
#include "daemon/rpc.h"
#include "daemon/rpc_parts.h"

/* Bytes of a reply: a log that is read whole may grow fivefold when its markup is escaped. */
#define REPLY_MAX (256 << 20)

/* A POST to /RPC2. */
struct request {
	struct daemon *d;
	struct http_request *http;
	struct xmlrpc_call xml;
	struct rpc_call *call; /* once it is known to be answered later */
};

static void
request_free(struct request *r)
{
	xmlrpc_call_release(&r->xml);
	free(r);
}

/* Logs and names may hold what XML cannot carry. Our own clients send and take it as it is; others would take it for an
   error. */
static bool
speaks_raw(const struct http_request *http)
{
	const char *accept = http_request_header(http, "Accept");

	return accept != NULL && strcmp(accept, XMLRPC_ACCEPT_RAW) == 0;
}

/* False: out has no room, or there is no memory. */
static bool
reply_with(struct http_request *http, struct buf *out)
{
	bool ok = !out->failed && (speaks_raw(http) || xmlrpc_make_wellformed(out));

	if (ok)
		http_reply(http, 200, "text/xml", out->data, out->len);
	buf_release(out);
	return ok;
}

static void
reply_fault(struct http_request *http, enum fault code, const char *extra)
{
	struct buf out = BUF_INIT(REPLY_MAX);
	char *text = rpc_fault_string(code, extra);

	xmlrpc_write_fault(&out, code, text != NULL ? text : fault_name(code));
	if (!reply_with(http, &out))
		http_reply_error(http, 500);
	free(text);
}

/* rpc_done_fn */
static void
request_done(void *arg, struct xmlrpc_value *value, enum fault code, const char *text)
{
	struct request *r = arg;
	struct buf out = BUF_INIT(REPLY_MAX);

	if (value != NULL)
		xmlrpc_write_value_reply(&out, value);
	else
		xmlrpc_write_fault(&out, code, text);
	xmlrpc_free(value);
	if (!reply_with(r->http, &out)) {
		log_error(&r->d->log, "no memory for the answer to %s, or it is larger than %d bytes",
			  r->xml.method, REPLY_MAX);
		reply_fault(r->http, FAULT_FAILED, "the answer is too large");
	}
	request_free(r);
}

static void
request_closed_cb(void *arg)
{
	struct request *r = arg;

	rpc_call_cancel(r->call);
	request_free(r);
}

/* Quotes the beginning of what was sent, so that nobody can flood the log with a request. */
static void
log_bad_request(struct daemon *d, const char *body, size_t len, struct err *err)
{
	struct buf quoted = BUF_INIT(SIZE_MAX / 2);

	pyrepr_append(&quoted, body, len < RPC_LOGGED_MAX ? len : RPC_LOGGED_MAX);
	log_error(&d->log, "XML-RPC request data %s%s is invalid: %s", buf_str(&quoted),
		  len > RPC_LOGGED_MAX ? "..." : "", err_text(err));
	buf_release(&quoted);
}

/* What is no call gets Supervisor's 400; what is one, but too much of it, learns of what. */
static void
refuse(struct daemon *d, struct http_request *http, struct err *err)
{
	const char *body;
	size_t len;

	switch ((enum xmlrpc_call_error)err->code) {
	case XMLRPC_CALL_MALFORMED:
		body = http_request_body(http, &len);
		log_bad_request(d, body, len, err);
		http_reply_error(http, 400);
		break;
	case XMLRPC_CALL_LIMIT:
		reply_fault(http, FAULT_INCORRECT_PARAMETERS, err->what);
		break;
	case XMLRPC_CALL_NO_MEMORY:
		reply_fault(http, FAULT_FAILED, err->what);
		break;
	}
	err_release(err);
}

static bool
read_call(const struct http_request *http, struct xmlrpc_call *xml, struct err *err)
{
	size_t len;
	const char *body = http_request_body(http, &len);

	return speaks_raw(http) ? xmlrpc_parse_call_raw(body, len, xml, err)
				: xmlrpc_parse_call(body, len, xml, err);
}

void
rpc_handle(struct daemon *d, struct http_request *http)
{
	struct err err = ERR_INIT;
	struct xmlrpc_call xml;
	struct rpc_call *call;
	struct request *r;

	if (http_request_method(http) != HTTP_POST) {
		http_reply_error(http, 400);
		return;
	}
	if (!read_call(http, &xml, &err)) {
		refuse(d, http, &err);
		return;
	}
	r = xcalloc(1, sizeof(*r));
	*r = (struct request){.d = d, .http = http, .xml = xml};
	call = rpc_call_request(d, http, xml.method, xml.params, request_done, r);
	if (call == NULL)
		return;
	r->call = call;
	http_request_on_close(http, request_closed_cb, r);
}
