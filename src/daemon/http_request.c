/*
 * http_request.c: what a request says, and its answer. See httpd.h; where requests come from is in http_conn.c, and who
 * may make them in http_access.c.
 *
 * The head of an answer is Supervisor's, byte for byte: Server, Date, the handler's headers, and Connection in the two
 * cases in which Supervisor says it (spec/xmlrpc.md 1.4, 1.5). Where we close a connection that the client wants to
 * keep, we say that as well.
 */
#include "autoconf.h"

#include "daemon/http_internal.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/timefmt.h"

#define SERVER_NAME "Medusa/1.12"
#define MAX_ANSWER_HEAD (64 * 1024)

static const struct {
	int code;
	const char *text;
} reasons[] = {
    {200, "OK"},
    {301, "Moved Permanently"},
    {303, "See Other"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {411, "Length Required"},
    {413, "Request Entity Too Large"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {503, "Service Unavailable"},
};

static const char *
reason_of(int code)
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
	return http_head_find(&r->head, name);
}

const char *
http_request_body(const struct http_request *r, size_t *len)
{
	*len = r->body != NULL ? (size_t)r->length : 0;
	return r->body != NULL ? r->body : "";
}

void
http_request_on_close(struct http_request *r, void (*closed)(void *arg), void *arg)
{
	r->closed = closed;
	r->closed_arg = arg;
}

static enum http_method
method_of(const char *name)
{
	if (strcmp(name, "GET") == 0)
		return HTTP_GET;
	if (strcmp(name, "HEAD") == 0)
		return HTTP_HEAD;
	return strcmp(name, "POST") == 0 ? HTTP_POST : HTTP_OTHER;
}

const char *
http_request_form(struct http_request *r, const char *name)
{
	const char *value = NULL, *body;
	size_t len;

	if (!r->form_read) {
		r->form_read = true;
		body = http_request_body(r, &len);
		if (!http_params_parse(&r->form, body, len))
			http_params_release(&r->form);
	}
	for (size_t i = 0; i < r->form.n; i++)
		if (strcmp(r->form.param[i].name, name) == 0 && r->form.param[i].value[0] != '\0')
			value = r->form.param[i].value;
	return value;
}

void
http_request_free(struct http_request *r)
{
	http_head_release(&r->head);
	http_params_release(&r->query);
	http_params_release(&r->form);
	free(r->path);
	free(r->body);
	free(r);
}

struct http_request *
http_request_new(struct http_conn *c, struct http_head *head)
{
	struct http_request *r = calloc(1, sizeof *r);
	const char *query;
	size_t len;

	if (r == NULL) {
		http_head_release(head);
		return NULL;
	}
	r->conn = c;
	r->head = *head;
	r->method = method_of(head->method);
	r->path = http_uri_path(head->uri);
	query = http_uri_query(head->uri, &len);
	if (r->path == NULL || (query != NULL && !http_params_parse(&r->query, query, len))) {
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

	http_request_free(r);
	if (closed != NULL)
		closed(arg);
}

/* Its answer */

/* Nothing that a handler passes on can end the line. */
void
http_put_header(struct buf *head, const char *name, const char *value)
{
	buf_printf(head, "%s: ", name);
	for (; *value != '\0'; value++)
		buf_putc(head, *value != '\r' && *value != '\n' ? *value : ' ');
	buf_puts(head, "\r\n");
}

void
http_put_status(struct buf *head, const struct http_request *r, int code)
{
	const char *version = r->head.version != NULL ? r->head.version : "1.0";
	char date[TIMEFMT_MAX];

	timefmt_http(date, wall_seconds(r->conn->httpd->daemon->now.wall));
	buf_printf(head, "HTTP/%s %d %s\r\n", version, code, reason_of(code));
	http_put_header(head, "Server", SERVER_NAME);
	http_put_header(head, "Date", date);
}

void
http_put_end(struct buf *head, const struct http_request *r)
{
	buf_puts(head, "\r\n");
	if (head->failed)
		http_conn_fail(r->conn);
	else
		http_conn_send(r->conn, buf_str(head), head->len);
}

static void
put_length(struct buf *head, size_t len)
{
	buf_printf(head, "Content-Length: %zu\r\n", len);
}

/* Supervisor's access log is there at trace alone (spec/xmlrpc.md 1.1). */
void
http_log_access(const struct http_request *r, int code, size_t bytes)
{
	const struct http_conn *c = r->conn;
	struct daemon *d = c->httpd->daemon;
	char address[INET_ADDRSTRLEN] = "localhost", time[TIMEFMT_MAX];
	const char *version = r->head.version;

	if (!log_wants(&d->log, LOG_LEVEL_TRACE))
		return;
	if (!c->server->is_unix)
		inet_ntop(AF_INET, &c->peer.sin_addr, address, sizeof address);
	timefmt_access(time, wall_seconds(d->now.wall));
	log_trace(&d->log, "%s:%d - - [%s] \"%s %s%s%s\" %d %zu", address, ntohs(c->peer.sin_port), time,
		  r->head.method, r->head.uri, version != NULL ? " HTTP/" : "",
		  version != NULL ? version : "", code, bytes);
}

/* Ends the head, sends the body; the request is through. */
static void
send_answer(struct http_request *r, struct buf *head, int code, const char *body, size_t len)
{
	struct http_conn *c = r->conn;

	/* What has not been modified is as long as ever, but not sent. */
	if (r->method == HTTP_HEAD || code == 304)
		len = 0;
	if (r->cut && code != 401)
		http_put_header(head, "Connection", "close");
	else if (!c->close && http_head_is_1_0(&r->head))
		http_put_header(head, "Connection", "Keep-Alive");
	if (r->cut)
		c->close = true;
	c->linger = r->cut || c->skip > 0;
	http_put_end(head, r);
	http_conn_send(c, body, len);
	http_log_access(r, code, head->len + len);
	http_request_free(r);
	http_conn_answered(c);
	buf_release(head);
}

void
http_reply_headers(struct http_request *r, int code, const char *const *headers, const char *body, size_t len)
{
	struct buf head = BUF_INIT(MAX_ANSWER_HEAD);

	http_put_status(&head, r, code);
	for (; *headers != NULL; headers += 2)
		http_put_header(&head, headers[0], headers[1]);
	put_length(&head, len);
	send_answer(r, &head, code, body, len);
}

void
http_reply(struct http_request *r, int code, const char *content_type, const char *body, size_t len)
{
	http_reply_headers(r, code, (const char *[]){"Content-Type", content_type, NULL}, body, len);
}

size_t
http_error_page(char page[HTTP_ERROR_PAGE_MAX], int code)
{
	int len = snprintf(
	    page, HTTP_ERROR_PAGE_MAX,
	    "<head>\r\n<title>Error response</title>\r\n</head>\r\n<body>\r\n<h1>Error response</h1>\r\n"
	    "<p>Error code %d.\r\n<p>Message: %s.\r\n</body>\r\n",
	    code, reason_of(code));

	return (size_t)len;
}

void
http_reply_error(struct http_request *r, int code)
{
	struct buf head = BUF_INIT(MAX_ANSWER_HEAD);
	char page[HTTP_ERROR_PAGE_MAX];
	size_t len = http_error_page(page, code);

	http_put_status(&head, r, code);
	if (code == 401) {
		/* Supervisor says so and does not do it: its connection is open and dead. */
		r->cut = true;
		http_put_header(&head, "Connection", "close");
		http_put_header(&head, "WWW-Authenticate", "Basic realm=\"default\"");
	}
	if (code == 405)
		http_put_header(&head, "Allow", r->allow);
	put_length(&head, len);
	http_put_header(&head, "Content-Type", "text/html");
	send_answer(r, &head, code, page, len);
}
