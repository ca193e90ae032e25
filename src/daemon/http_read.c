/*
 * http_read.c: how requests are cut out of what comes on a connection: a head, which is checked at once (who may call,
 * whether there is such a thing), and a body, which is kept only for who may have it and thrown away otherwise. Called
 * by http_conn.c whenever more has come; it calls the handlers, through http_dispatch.
 */
#include "autoconf.h"

#include "daemon/http_internal.h"

#include <event2/buffer.h>
#include <stdlib.h>

static struct evbuffer *
input_of(struct http_conn *c)
{
	return bufferevent_get_input(c->bev);
}

/* Whether the client wants to be told to send the body, and has not begun. */
static bool
wants_continue(struct http_conn *c, const struct http_request *r)
{
	return http_head_is_1_1(&r->head) && http_head_has_word(&r->head, "Expect", "100-continue") &&
	       evbuffer_get_length(input_of(c)) == 0;
}

/* A body that nobody wants is thrown away, unless the connection ends anyway. */
static void
refuse(struct http_conn *c, struct http_request *r, int code)
{
	if (r->length > c->server->max_body || (r->length > 0 && wants_continue(c, r)))
		r->cut = true;
	c->skip = r->length;
	http_reply_error(r, code);
}

/* The request is whole. */
static void
handle(struct http_conn *c)
{
	http_conn_read_at_most(c, HTTP_MAX_EARLY);
	http_conn_enter(c, HTTP_HANDLING);
	http_dispatch(c->request);
}

static void
await_body(struct http_conn *c, const struct http_request *r)
{
	http_conn_read_at_most(c, (size_t)r->length);
	if (wants_continue(c, r))
		http_conn_send(c, "HTTP/1.1 100 Continue\r\n\r\n", 25);
}

/* What came was no request (its sender does not speak HTTP), or there is no memory for it. */
static void
hang_up(struct http_conn *c)
{
	c->close = true;
	http_conn_answered(c);
}

static void
begin_request(struct http_conn *c, struct http_head *head)
{
	struct http_request *r = http_request_new(c, head);
	int code;

	if (r == NULL) {
		hang_up(c);
		return;
	}
	c->request = r;
	c->close = !http_head_is_persistent(&r->head);
	r->cut = http_head_length(&r->head, &r->length) == HTTP_LENGTH_BAD;
	code = http_check(r);
	if (code != 0) {
		refuse(c, r, code);
	} else if (r->method == HTTP_POST) {
		await_body(c, r);
	} else {
		c->skip = r->length;
		handle(c);
	}
}

/* A head that does not end. */
static void
refuse_head(struct http_conn *c)
{
	static const char dummy[] = "GET / HTTP/1.1";
	struct http_head head;

	evbuffer_drain(input_of(c), evbuffer_get_length(input_of(c)));
	c->searched = 0;
	if (http_head_parse(&head, dummy, sizeof dummy - 1))
		c->request = http_request_new(c, &head);
	if (c->request == NULL) {
		hang_up(c);
		return;
	}
	c->request->cut = true;
	http_reply_error(c->request, 431);
}

static bool
begins_with_empty_line(struct http_conn *c)
{
	char start[2];

	return evbuffer_copyout(input_of(c), start, 2) == 2 && start[0] == '\r' && start[1] == '\n';
}

/* One empty line before a request line is passed over. False: there was another one. */
static bool
pass_empty_line(struct http_conn *c)
{
	if (!begins_with_empty_line(c))
		return true;
	if (c->empty_line)
		return false;
	c->empty_line = true;
	evbuffer_drain(input_of(c), 2);
	return !begins_with_empty_line(c);
}

/* The length of a head that is there, with its end; 0: more has to come. */
static size_t
find_head(struct http_conn *c)
{
	struct evbuffer *input = input_of(c);
	size_t len = evbuffer_get_length(input);
	struct evbuffer_ptr from, end;

	if (c->searched >= len || evbuffer_ptr_set(input, &from, c->searched, EVBUFFER_PTR_SET) != 0)
		return 0;
	end = evbuffer_search(input, "\r\n\r\n", 4, &from);
	if (end.pos >= 0) {
		c->searched = 0;
		return (size_t)end.pos + 4;
	}
	c->searched = len > 3 ? len - 3 : 0;
	return 0;
}

static void
take_head(struct http_conn *c, size_t len)
{
	struct evbuffer *input = input_of(c);
	const char *data = (const char *)evbuffer_pullup(input, (ssize_t)len);
	struct http_head head;
	bool ok = data != NULL && http_head_parse(&head, data, len - 4);

	c->empty_line = false;
	evbuffer_drain(input, len);
	if (ok)
		begin_request(c, &head);
	else
		hang_up(c);
}

static bool
read_head(struct http_conn *c)
{
	size_t len;

	if (!pass_empty_line(c)) {
		hang_up(c);
		return true;
	}
	if (evbuffer_get_length(input_of(c)) == 0)
		return false;
	if (c->phase == HTTP_IDLE)
		http_conn_enter(c, HTTP_READING);
	len = find_head(c);
	if (len > 0)
		take_head(c, len);
	else if (evbuffer_get_length(input_of(c)) >= HTTP_MAX_HEAD)
		refuse_head(c);
	else
		return false;
	return true;
}

static bool
read_body(struct http_conn *c)
{
	struct http_request *r = c->request;

	if (evbuffer_get_length(input_of(c)) < r->length)
		return false;
	r->body = malloc((size_t)r->length + 1);
	if (r->body == NULL) {
		refuse(c, r, 503);
		return true;
	}
	evbuffer_remove(input_of(c), r->body, (size_t)r->length);
	r->body[r->length] = '\0';
	handle(c);
	return true;
}

static bool
skip_body(struct http_conn *c)
{
	size_t len = evbuffer_get_length(input_of(c));

	if (len > c->skip)
		len = (size_t)c->skip;
	evbuffer_drain(input_of(c), len);
	c->skip -= len;
	if (c->skip > 0 && c->phase == HTTP_IDLE)
		http_conn_enter(c, HTTP_READING);
	return c->skip == 0;
}

bool
http_read_step(struct http_conn *c)
{
	if (c->skip > 0)
		return skip_body(c);
	return c->request != NULL ? read_body(c) : read_head(c);
}
