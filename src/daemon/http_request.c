/*
 * http_request.c: what a request says, and its answer. See httpd.h; where requests come from and who may make them is in
 * httpd.c.
 *
 * The head of an answer is Supervisor's: Server, Date, then the handler's headers (spec/xmlrpc.md 1.4).
 * evhttp adds "Connection: close" where the client asked for it, which Supervisor does not say; clients need
 * not care.
 */
#include "autoconf.h"

#include "daemon/http_internal.h"

#include <event2/buffer.h>
#include <event2/http.h>
#include <event2/http_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"

#define SERVER_NAME "Medusa/1.12"

static const struct {
	int code;
	const char *text;
} reasons[] = {
    {200, "OK"},
    {301, "Moved Permanently"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {411, "Length Required"},
    {413, "Request Entity Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

const char *
http_reason(int code)
{
	for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++)
		if (reasons[i].code == code)
			return reasons[i].text;
	return "Unknown";
}

/* What it says */

enum http_method
http_request_method(const struct http_request *r)
{
	return r->method;
}

const char *
http_request_path(const struct http_request *r)
{
	return r->path;
}

const char *
http_request_query(const struct http_request *r, const char *name)
{
	for (size_t i = 0; i < r->query.n; i++)
		if (strcmp(r->query.param[i].name, name) == 0)
			return r->query.param[i].value;
	return NULL;
}

void
http_request_query_each(const struct http_request *r, const char *name,
			void (*fn)(void *arg, const char *value), void *arg)
{
	for (size_t i = 0; i < r->query.n; i++)
		if (strcmp(r->query.param[i].name, name) == 0)
			fn(arg, r->query.param[i].value);
}

const char *
http_request_header(const struct http_request *r, const char *name)
{
	return evhttp_find_header(evhttp_request_get_input_headers(r->req), name);
}

const char *
http_request_body(const struct http_request *r, size_t *len)
{
	struct evbuffer *body = evhttp_request_get_input_buffer(r->req);
	const char *data;

	*len = evbuffer_get_length(body);
	data = *len > 0 ? (const char *)evbuffer_pullup(body, -1) : "";
	if (data == NULL)
		*len = 0;
	return data != NULL ? data : "";
}

void
http_request_on_close(struct http_request *r, void (*closed)(void *arg), void *arg)
{
	r->closed = closed;
	r->closed_arg = arg;
}

static enum http_method
method_of(struct evhttp_request *req)
{
	switch (evhttp_request_get_command(req)) {
	case EVHTTP_REQ_GET:
		return HTTP_GET;
	case EVHTTP_REQ_HEAD:
		return HTTP_HEAD;
	case EVHTTP_REQ_POST:
		return HTTP_POST;
	case EVHTTP_REQ_PUT:
	case EVHTTP_REQ_DELETE:
	case EVHTTP_REQ_OPTIONS:
	case EVHTTP_REQ_TRACE:
	case EVHTTP_REQ_CONNECT:
	case EVHTTP_REQ_PATCH:
		break;
	}
	return HTTP_OTHER;
}

/* Decodes len bytes of a URI; plus: '+' is a blank. NULL: no memory. */
static char *
decode(const char *s, size_t len, bool plus)
{
	char *part = strndup(s, len), *decoded;

	if (part == NULL)
		return NULL;
	decoded = evhttp_uridecode(part, plus, NULL);
	free(part);
	return decoded;
}

static bool
add_param(struct http_params *params, const char *s, size_t len)
{
	const char *equals = memchr(s, '=', len);
	size_t nlen = equals != NULL ? (size_t)(equals - s) : len;
	struct http_param *grown = reallocarray(params->param, params->n + 1, sizeof *grown), *p;

	if (grown == NULL)
		return false;
	params->param = grown;
	p = &grown[params->n];
	p->name = decode(s, nlen, true);
	p->value = equals != NULL ? decode(equals + 1, len - nlen - 1, true) : strdup("");
	if (p->name == NULL || p->value == NULL) {
		free(p->name);
		free(p->value);
		return false;
	}
	params->n++;
	return true;
}

/* "a=1&b=2", of len bytes. False: no memory. */
static bool
parse_params(struct http_params *params, const char *s, size_t len)
{
	const char *end = s + len, *amp;
	size_t part;

	for (; s < end; s += part + 1) {
		amp = memchr(s, '&', (size_t)(end - s));
		part = (size_t)((amp != NULL ? amp : end) - s);
		if (part > 0 && !add_param(params, s, part))
			return false;
	}
	return true;
}

static void
params_release(struct http_params *params)
{
	for (size_t i = 0; i < params->n; i++) {
		free(params->param[i].name);
		free(params->param[i].value);
	}
	free(params->param);
	*params = (struct http_params){0};
}

const char *
http_request_form(struct http_request *r, const char *name)
{
	const char *value = NULL, *body;
	size_t len;

	if (!r->form_read) {
		r->form_read = true;
		body = http_request_body(r, &len);
		if (!parse_params(&r->form, body, len))
			params_release(&r->form);
	}
	for (size_t i = 0; i < r->form.n; i++)
		if (strcmp(r->form.param[i].name, name) == 0)
			value = r->form.param[i].value;
	return value;
}

void
http_request_free(struct http_request *r)
{
	params_release(&r->query);
	params_release(&r->form);
	free(r->path);
	free(r);
}

struct http_request *
http_request_new(struct http_conn *c, struct evhttp_request *req)
{
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(req);
	const char *path = uri != NULL ? evhttp_uri_get_path(uri) : NULL;
	const char *query = uri != NULL ? evhttp_uri_get_query(uri) : NULL;
	struct http_request *r = calloc(1, sizeof *r);

	if (r == NULL)
		return NULL;
	r->conn = c;
	r->req = req;
	r->method = method_of(req);
	path = path != NULL ? path : "";
	r->path = decode(path, strcspn(path, ";"), false);
	if (r->path == NULL || (query != NULL && !parse_params(&r->query, query, strlen(query)))) {
		http_request_free(r);
		return NULL;
	}
	return r;
}

void
http_request_gone(struct http_request *r)
{
	void (*closed)(void *arg) = r->closed;
	void *arg = r->closed_arg;

	/* evhttp has let go of a request that waits for its answer; otherwise it frees it with the
	   connection. */
	if (evhttp_request_get_connection(r->req) == NULL)
		evhttp_request_free(r->req);
	http_request_free(r);
	if (closed != NULL)
		closed(arg);
}

/* Its answer */

static void
add_header(struct http_request *r, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(r->req), name, value);
}

void
http_add_head(struct http_request *r)
{
	char date[TIMEFMT_MAX];

	timefmt_http(date, wall_seconds(r->conn->httpd->daemon->now.wall));
	add_header(r, "Server", SERVER_NAME);
	add_header(r, "Date", date);
}

static void
add_length(struct http_request *r, size_t len)
{
	char number[32];

	snprintf(number, sizeof number, "%zu", len);
	add_header(r, "Content-Length", number);
}

static const char *
method_name(enum evhttp_cmd_type type)
{
	switch (type) {
	case EVHTTP_REQ_GET:
		return "GET";
	case EVHTTP_REQ_POST:
		return "POST";
	case EVHTTP_REQ_HEAD:
		return "HEAD";
	case EVHTTP_REQ_PUT:
		return "PUT";
	case EVHTTP_REQ_DELETE:
		return "DELETE";
	case EVHTTP_REQ_OPTIONS:
		return "OPTIONS";
	case EVHTTP_REQ_TRACE:
		return "TRACE";
	case EVHTTP_REQ_CONNECT:
		return "CONNECT";
	case EVHTTP_REQ_PATCH:
		return "PATCH";
	}
	return "?";
}

/* Supervisor's access log is there at trace alone (spec/xmlrpc.md 1.1). */
void
http_log_access(struct http_request *r, int code, size_t bytes)
{
	struct daemon *d = r->conn->httpd->daemon;
	const char *uri = evhttp_request_get_uri(r->req);
	char *address = NULL, time[TIMEFMT_MAX];
	ev_uint16_t port = 0;

	if (!log_wants(&d->log, LOG_LEVEL_TRACE))
		return;
	evhttp_connection_get_peer(evhttp_request_get_connection(r->req), &address, &port);
	if (r->conn->server->is_unix)
		address = r->conn->server->peer;
	timefmt_access(time, wall_seconds(d->now.wall));
	log_trace(&d->log, "%s:%d - - [%s] \"%s %s HTTP/%d.%d\" %d %zu", address, port, time,
		  method_name(evhttp_request_get_command(r->req)), uri != NULL ? uri : "", r->req->major,
		  r->req->minor, code, bytes);
}

/* evhttp reads no body for these methods: should there be one, the next bytes of the connection are no
   request. */
static bool
has_unread_body(const struct http_request *r)
{
	const char *length = http_request_header(r, "Content-Length");

	switch (evhttp_request_get_command(r->req)) {
	case EVHTTP_REQ_GET:
	case EVHTTP_REQ_POST:
	case EVHTTP_REQ_PUT:
	case EVHTTP_REQ_DELETE:
	case EVHTTP_REQ_OPTIONS:
	case EVHTTP_REQ_CONNECT:
	case EVHTTP_REQ_PATCH:
		return false;
	case EVHTTP_REQ_HEAD:
	case EVHTTP_REQ_TRACE:
		break;
	}
	return (length != NULL && strcmp(length, "0") != 0) ||
	       http_request_header(r, "Transfer-Encoding") != NULL;
}

/* The head is complete but for what evhttp adds; the request ends. */
static void
send_answer(struct http_request *r, int code, const char *body, size_t len)
{
	struct http_conn *c = r->conn;
	struct evhttp_request *req = r->req;
	struct evbuffer *data = NULL;

	if (has_unread_body(r) &&
	    evhttp_find_header(evhttp_request_get_output_headers(req), "Connection") == NULL)
		add_header(r, "Connection", "close");
	if (r->method != HTTP_HEAD) {
		data = evbuffer_new();
		if (data != NULL && evbuffer_add(data, body, len) != 0) {
			evbuffer_free(data);
			data = NULL;
		}
		if (data == NULL) {
			/* No memory for the answer: the client sees the connection end. */
			evhttp_connection_free(evhttp_request_get_connection(req));
			return;
		}
	}
	http_log_access(r, code, len);
	c->request = NULL;
	http_request_free(r);
	http_conn_answer(c, HTTP_WRITING);
	evhttp_send_reply(req, code, http_reason(code), data);
	if (data != NULL)
		evbuffer_free(data);
}

void
http_reply_headers(struct http_request *r, int code, const char *const *headers, const char *body, size_t len)
{
	http_add_head(r);
	for (; *headers != NULL; headers += 2)
		add_header(r, headers[0], headers[1]);
	add_length(r, len);
	send_answer(r, code, body, len);
}

void
http_reply(struct http_request *r, int code, const char *content_type, const char *body, size_t len)
{
	http_reply_headers(r, code, (const char *[]){"Content-Type", content_type, NULL}, body, len);
}

void
http_reply_error(struct http_request *r, int code)
{
	char page[512];
	int len;

	len = snprintf(
	    page, sizeof page,
	    "<head>\r\n<title>Error response</title>\r\n</head>\r\n<body>\r\n<h1>Error response</h1>\r\n"
	    "<p>Error code %d.\r\n<p>Message: %s.\r\n</body>\r\n",
	    code, http_reason(code));
	http_add_head(r);
	if (code == 401) {
		add_header(r, "Connection", "close");
		add_header(r, "WWW-Authenticate", "Basic realm=\"default\"");
	}
	if (code == 405)
		add_header(r, "Allow", r->allow);
	add_length(r, (size_t)len);
	add_header(r, "Content-Type", "text/html");
	send_answer(r, code, page, (size_t)len);
}
