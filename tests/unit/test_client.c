/* test_client.c: addresses, the HTTP reply parser, and how failures are told apart. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <event2/event.h>
#include <event2/listener.h>
#include <event2/bufferevent.h>
#include <event2/buffer.h>
#include <netinet/in.h>

#include "base/xmalloc.h"
#include "client/client.h"
#include "client/client_http.h"
#include "client/client_rpc.h"
#include "client/client_stream.h"

/* The parser */

struct seen {
	struct buf body;
	int heads;
	bool refuse_head;
};

static bool
seen_head(void *arg, const struct http_reply *reply)
{
	struct seen *seen = arg;

	(void)reply;
	seen->heads++;
	return !seen->refuse_head;
}

static bool
seen_body(void *arg, const char *data, size_t len)
{
	struct seen *seen = arg;

	assert_true(len > 0);
	return buf_append(&seen->body, data, len);
}

static const struct http_sink sink = {.head = seen_head, .body = seen_body};

#define OK_HEAD "HTTP/1.1 200 OK\r\nServer: x\r\n"

static const struct reply_case {
	const char *bytes;
	const char *body; /* NULL: failure is expected */
	int status;
	bool keep_alive;
	size_t unused; /* bytes behind the reply that are left alone */
	enum client_error_kind kind;
	int code;
	const char *text;
} cases[] = {
    {.bytes = OK_HEAD "Content-Length: 5\r\n\r\nhello", .body = "hello", .status = 200, .keep_alive = true},
    {.bytes = OK_HEAD "content-length:5\r\n\r\nhelloHTTP/1.1 ",
     .body = "hello",
     .status = 200,
     .keep_alive = true,
     .unused = 9},
    {.bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
     .body = "",
     .status = 404,
     .keep_alive = true},
    {.bytes = "HTTP/1.1 200 OK\nContent-Length: 2\n\nab", .body = "ab", .status = 200, .keep_alive = true},
    {.bytes = "HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx", .body = "x", .status = 200, .keep_alive = true},
    {.bytes = OK_HEAD "Content-Length: 2\r\nConnection: close\r\n\r\nab", .body = "ab", .status = 200},
    {.bytes = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nab", .body = "ab", .status = 200},
    {.bytes = "HTTP/1.0 200 OK\r\nContent-Length: 2\r\nConnection: Keep-Alive\r\n\r\nab",
     .body = "ab",
     .status = 200,
     .keep_alive = true},
    {.bytes = OK_HEAD "\r\nuntil the end", .body = "until the end", .status = 200},
    {.bytes = OK_HEAD "Content-Length: x\r\n\r\nend", .body = "end", .status = 200},
    {.bytes = "HTTP/1.1 100 Continue\r\n\r\n" OK_HEAD "Content-Length: 1\r\n\r\nx",
     .body = "x",
     .status = 200,
     .keep_alive = true},
    {.bytes = "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n",
     .body = "",
     .status = 204,
     .keep_alive = true},
    {.bytes =
	 OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nTrailer: x\r\n\r\n",
     .body = "hello world",
     .status = 200,
     .keep_alive = true},
    {.bytes = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     .body = "",
     .status = 200,
     .keep_alive = true},
    {.bytes = "", .kind = CLIENT_DISCONNECTED, .text = "Remote end closed connection without response"},
    {.bytes = "SSH-2.0-OpenSSH\r\n", .kind = CLIENT_BAD_STATUS_LINE, .text = "SSH-2.0-OpenSSH\r\n"},
    {.bytes = "garbage", .kind = CLIENT_BAD_STATUS_LINE, .text = "garbage"},
    {.bytes = "HTTP/1.1\r\n", .kind = CLIENT_BAD_STATUS_LINE, .text = "HTTP/1.1\r\n"},
    {.bytes = "HTTP/1.1 abc OK\r\n",
     .kind = CLIENT_BAD_STATUS_LINE,
     .code = 1,
     .text = "HTTP/1.1 abc OK\r\n"},
    {.bytes = "HTTP/1.1 99 OK\r\n", .kind = CLIENT_BAD_STATUS_LINE, .code = 1, .text = "HTTP/1.1 99 OK\r\n"},
    {.bytes = OK_HEAD "Content-Length: 50\r\n\r\n<?xml",
     .kind = CLIENT_TRUNCATED,
     .text = "IncompleteRead(5 bytes read, 45 more expected)"},
    {.bytes = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\r\nhel",
     .kind = CLIENT_TRUNCATED,
     .code = 1,
     .text = "IncompleteRead(5 bytes read)"},
    {.bytes = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nzz\r\n",
     .kind = CLIENT_TRUNCATED,
     .code = 1,
     .text = "IncompleteRead(5 bytes read)"},
    /* The end of the connection is the end of the headers, and of the trailers. */
    {.bytes = OK_HEAD "Content-Le", .body = "", .status = 200},
    {.bytes = OK_HEAD "Content-Length: 5\r\n",
     .kind = CLIENT_TRUNCATED,
     .text = "IncompleteRead(0 bytes read, 5 more expected)"},
    {.bytes = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0", .body = "hello", .status = 200},
    {.bytes = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX: y",
     .body = "hello",
     .status = 200},
    /* The first of two headers counts; what follows a line that is none does not. */
    {.bytes = OK_HEAD "Content-Length: 2\r\nContent-Length: 3\r\n\r\nab",
     .body = "ab",
     .status = 200,
     .keep_alive = true},
    {.bytes = OK_HEAD "junk\r\nContent-Length: 2\r\n\r\nabcd", .body = "abcd", .status = 200},
    {.bytes = OK_HEAD "Content-Length : 2\r\n\r\nabcd", .body = "abcd", .status = 200},
    {.bytes = OK_HEAD "X: a\r\n  Content-Length: 1\r\nContent-Length: +2\r\n\r\nab",
     .body = "ab",
     .status = 200,
     .keep_alive = true},
    {.bytes = OK_HEAD "Content-Length: -2\r\n\r\nabcd", .body = "abcd", .status = 200},
    {.bytes = OK_HEAD "Content-Length: 1__0\r\n\r\nabcd", .body = "abcd", .status = 200},
    {.bytes = OK_HEAD "Transfer-Encoding: gzip, chunked\r\n\r\nab", .body = "ab", .status = 200},
    {.bytes = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n 0x2 \r\nabXY0\r\n\r\n",
     .body = "ab",
     .status = 200,
     .keep_alive = true},
    {.bytes = OK_HEAD "Transfer-Encoding: chunked\r\n\r\n2\nab\n0\n\n",
     .kind = CLIENT_TRUNCATED,
     .code = 1,
     .text = "IncompleteRead(2 bytes read)"},
    {.bytes = "HTTP/1.1 +2_00 OK\r\nContent-Length: 1\r\n\r\nx",
     .body = "x",
     .status = 200,
     .keep_alive = true},
    {.bytes = "HTTP/1.1 103 Early Hints\r\n\r\n", .body = "", .status = 103},
    {.bytes = "HTTP/1.1 100 Continue\r\n\r\n",
     .kind = CLIENT_DISCONNECTED,
     .text = "Remote end closed connection without response"},
    {.bytes = "HTTP/2 200 OK\r\n", .kind = CLIENT_BAD_VERSION, .text = "HTTP/2"},
    {.bytes = "\r\n", .kind = CLIENT_BAD_STATUS_LINE, .text = "\r\n"},
    /* As Latin-1. */
    {.bytes = "gr\xfcn\r\n", .kind = CLIENT_BAD_STATUS_LINE, .text = "gr\xc3\xbcn\r\n"},
};

#define NCASES (sizeof(cases) / sizeof(cases[0]))

static void
check_case(const struct reply_case *c, const struct http_reply *r, const struct seen *seen, size_t used)
{
	if (c->body != NULL) {
		assert_int_equal(r->phase, HTTP_DONE);
		assert_string_equal(buf_str(&seen->body), c->body);
		assert_int_equal(r->status, c->status);
		assert_int_equal(r->keep_alive, c->keep_alive);
		assert_int_equal(used, strlen(c->bytes) - c->unused);
		assert_int_equal(seen->heads, 1);
	} else {
		assert_int_equal(r->phase, HTTP_FAILED);
		assert_int_equal(r->error.kind, c->kind);
		assert_int_equal(r->error.code, c->code);
		assert_string_equal(r->error.text, c->text);
	}
}

/* Feeds the pieces [0, first), then pieces of `step` bytes, then the end of the connection. */
static void
run_case(const struct reply_case *c, size_t first, size_t step)
{
	struct seen seen = {.body = BUF_INIT(1000)};
	struct http_reply r;
	size_t len = strlen(c->bytes), used = 0;

	http_reply_init(&r);
	for (size_t at = 0, n; at < len; at += n) {
		char *piece;
		size_t took;

		n = at == 0 && first > 0 ? first : step;
		if (n > len - at)
			n = len - at;
		/* On the heap, so that a sanitizer sees a read beyond the piece. */
		piece = xmemdup(c->bytes + at, n);
		took = http_reply_feed(&r, &sink, &seen, piece, n);
		free(piece);
		used += took;
		if (took < n)
			break;
	}
	/* A reply that was complete before the end stays what it is. */
	bool alive = r.keep_alive && r.phase == HTTP_DONE;
	http_reply_eof(&r, &sink, &seen);
	r.keep_alive = alive;
	check_case(c, &r, &seen, used);
	buf_release(&seen.body);
	http_reply_release(&r);
}

static void
test_reply_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < NCASES; i++)
		run_case(&cases[i], 0, SIZE_MAX);
}

static void
test_reply_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < NCASES; i++)
		run_case(&cases[i], 0, 1);
}

static void
test_reply_cut_at_each_position(void **state)
{
	(void)state;
	for (size_t i = 0; i < NCASES; i++) {
		for (size_t cut = 1; cut < strlen(cases[i].bytes); cut++)
			run_case(&cases[i], cut, SIZE_MAX);
	}
}

/* Feeds the same bytes until the reply has failed. */
static void
feed_until_failed(struct http_reply *r, const char *begin, const char *again)
{
	struct seen seen = {.body = BUF_INIT(1000)};

	http_reply_init(r);
	http_reply_feed(r, &sink, &seen, begin, strlen(begin));
	for (size_t fed = 0; r->phase != HTTP_FAILED && fed < (size_t)2 * HTTP_LINE_MAX; fed += strlen(again))
		http_reply_feed(r, &sink, &seen, again, strlen(again));
	assert_int_equal(r->phase, HTTP_FAILED);
	assert_true(r->line.cap <= (size_t)2 * HTTP_LINE_MAX);
}

static void
test_reply_head_is_limited(void **state)
{
	static const struct {
		const char *begin;
		enum http_phase phase;
		const char *text;
	} long_lines[] = {
	    {"", HTTP_STATUS_LINE, "got more than 65536 bytes when reading status line"},
	    {"HTTP/1.1 200 OK\r\n", HTTP_HEADERS, "got more than 65536 bytes when reading header line"},
	    {OK_HEAD "Transfer-Encoding: chunked\r\n\r\n", HTTP_CHUNK_SIZE,
	     "got more than 65536 bytes when reading chunk size"},
	    {OK_HEAD "Transfer-Encoding: chunked\r\n\r\n0\r\n", HTTP_TRAILERS,
	     "got more than 65536 bytes when reading trailer line"},
	};
	struct http_reply r;

	(void)state;
	for (size_t i = 0; i < sizeof(long_lines) / sizeof(long_lines[0]); i++) {
		feed_until_failed(&r, long_lines[i].begin, "0000000000000000");
		assert_int_equal(r.error.kind, CLIENT_LINE_TOO_LONG);
		assert_int_equal(r.error.code, long_lines[i].phase);
		assert_string_equal(r.error.text, long_lines[i].text);
		http_reply_release(&r);
	}
	feed_until_failed(&r, "HTTP/1.1 200 OK\r\n", "X-Header: some more text in this line\r\n");
	assert_int_equal(r.error.kind, CLIENT_BAD_HEAD);
	assert_string_equal(r.error.text, "got more than 100 headers");
	http_reply_release(&r);
}

static void
test_reply_not_wanted(void **state)
{
	struct seen seen = {.body = BUF_INIT(1000), .refuse_head = true};
	struct http_reply r;
	static const char bytes[] = OK_HEAD "Content-Length: 5\r\n\r\nhello";

	(void)state;
	http_reply_init(&r);
	assert_int_equal(http_reply_feed(&r, &sink, &seen, bytes, strlen(bytes)), strlen(bytes) - 5);
	assert_int_equal(r.phase, HTTP_DONE);
	assert_false(r.keep_alive);
	assert_int_equal(seen.body.len, 0);
	http_reply_release(&r);
}

/* Addresses */

static void
test_addresses(void **state)
{
	static const struct {
		const char *url, *path, *host;
		int port;
		enum client_error_kind kind;
		const char *text;
	} urls[] = {
	    {"unix:///tmp/x.sock", "/tmp/x.sock", NULL, 0, CLIENT_OK, NULL},
	    {"unix://", "", NULL, 0, CLIENT_OK, NULL},
	    {"http://LocalHost", NULL, "localhost", 80, CLIENT_OK, NULL},
	    {"http://localhost:", NULL, "localhost", 80, CLIENT_OK, NULL},
	    {"http://127.0.0.1:9001/ignored:7", NULL, "127.0.0.1", 9001, CLIENT_OK, NULL},
	    {"http://user:pass@h:1?x", NULL, "h", 1, CLIENT_OK, NULL},
	    {"http://[::1]:9001", NULL, "::1", 9001, CLIENT_OK, NULL},
	    {"http://", NULL, "", 80, CLIENT_OK, NULL},
	    {"http://h:abc", NULL, NULL, 0, CLIENT_BAD_PORT,
	     "Port could not be cast to integer value as 'abc'"},
	    {"http://h:65536", NULL, NULL, 0, CLIENT_BAD_PORT, "Port out of range 0-65535"},
	    {"https://h", NULL, NULL, 0, CLIENT_BAD_URL, "Unknown protocol for serverurl https://h"},
	    {"HTTP://h", NULL, NULL, 0, CLIENT_BAD_URL, "Unknown protocol for serverurl HTTP://h"},
	    {"", NULL, NULL, 0, CLIENT_BAD_URL, "Unknown protocol for serverurl "},
	    {"http://l\toc\r\nal:1", NULL, "local", 1, CLIENT_OK, NULL},
	    {"http://[fe80::1%25lo]:1", NULL, "fe80::1%25lo", 1, CLIENT_OK, NULL},
	    {"http://[::1", NULL, NULL, 0, CLIENT_BAD_HOST, "Invalid IPv6 URL"},
	    {"http://x]:1", NULL, NULL, 0, CLIENT_BAD_HOST, "Invalid IPv6 URL"},
	    {"http://[::1]x:80", NULL, NULL, 0, CLIENT_BAD_HOST, "Invalid IPv6 URL"},
	    {"http://a[::1]:80", NULL, NULL, 0, CLIENT_BAD_HOST, "Invalid IPv6 URL"},
	    {"http://[1.2.3.4]:80", NULL, NULL, 0, CLIENT_BAD_HOST, "An IPv4 address cannot be in brackets"},
	    {"http://[foo]:80", NULL, NULL, 0, CLIENT_BAD_HOST,
	     "'foo' does not appear to be an IPv4 or IPv6 address"},
	    {"http://[::1%]:80", NULL, NULL, 0, CLIENT_BAD_HOST,
	     "'::1%' does not appear to be an IPv4 or IPv6 address"},
	    {"http://a b:1", NULL, NULL, 0, CLIENT_BAD_HOST,
	     "URL can't contain control characters. 'a b' (found at least ' ')"},
	    {"http://a..b:1", NULL, NULL, 0, CLIENT_BAD_HOST,
	     "encoding with 'idna' codec failed (UnicodeError: label empty or too long)"},
	    {"http://a.b.:1", NULL, "a.b.", 1, CLIENT_OK, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct client_error e = CLIENT_ERROR_INIT;
		struct client_address a;

		assert_int_equal(client_address_parse(&a, urls[i].url, &e), urls[i].kind == CLIENT_OK);
		assert_int_equal(e.kind, urls[i].kind);
		if (urls[i].kind != CLIENT_OK) {
			assert_string_equal(e.text, urls[i].text);
		} else if (urls[i].path != NULL) {
			assert_true(a.is_unix);
			assert_string_equal(a.path, urls[i].path);
		} else {
			assert_string_equal(a.host, urls[i].host);
			assert_int_equal(a.port, urls[i].port);
		}
		client_address_release(&a);
		client_error_release(&e);
	}
}

static void
test_authorization(void **state)
{
	static const struct {
		const char *user, *password, *header;
	} known[] = {
	    {"user", "123", "Basic dXNlcjoxMjM="},
	    {"", "", "Basic Og=="},
	    {"a", "b:c", "Basic YTpiOmM="},
	    {"abc", "de", "Basic YWJjOmRl"},
	    {"\xc3\xbc", "\xff", "Basic w7w6/w=="},
	    {"user", NULL, NULL},
	    {NULL, "x", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct client_options options = {.username = known[i].user, .password = known[i].password};
		char *header = client_authorization(&options);

		if (known[i].header == NULL)
			assert_null(header);
		else
			assert_string_equal(header, known[i].header);
		free(header);
	}
}

/* Calls over a socket */

/* A server in the same loop: answers each request with the next of `answers`; NULL closes the connection. */
struct server {
	struct event_base *base;
	struct evconnlistener *listener;
	const char *const *answers;
	size_t served;
	size_t connections;
	struct bufferevent *bev;
	struct buf requests;
	char url[64];
};

static void
server_read_cb(struct bufferevent *bev, void *arg)
{
	struct server *s = arg;
	struct evbuffer *in = bufferevent_get_input(bev);
	size_t len = evbuffer_get_length(in);
	char *to = buf_reserve(&s->requests, len);

	evbuffer_remove(in, to, len);
	buf_added(&s->requests, len);
	if (strstr(buf_str(&s->requests), "</methodCall>\n") == NULL &&
	    strncmp(buf_str(&s->requests), "GET ", 4) != 0)
		return;
	if (s->answers[s->served] == NULL) {
		bufferevent_free(bev);
		s->bev = NULL;
	} else {
		bufferevent_write(bev, s->answers[s->served], strlen(s->answers[s->served]));
	}
	s->served++;
	buf_clear(&s->requests);
}

static void
server_event_cb(struct bufferevent *bev, short what, void *arg)
{
	struct server *s = arg;

	(void)what;
	bufferevent_free(bev);
	if (s->bev == bev)
		s->bev = NULL;
}

static void
server_accept_cb(struct evconnlistener *l, evutil_socket_t fd, struct sockaddr *from, int len, void *arg)
{
	struct server *s = arg;

	(void)l;
	(void)from;
	(void)len;
	s->connections++;
	s->bev = bufferevent_socket_new(s->base, fd, BEV_OPT_CLOSE_ON_FREE);
	bufferevent_setcb(s->bev, server_read_cb, NULL, server_event_cb, s);
	bufferevent_enable(s->bev, EV_READ | EV_WRITE);
}

static void
server_start(struct server *s, const char *const *answers)
{
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(at);

	signal(SIGPIPE, SIG_IGN);
	*s = (struct server){.base = event_base_new(), .answers = answers, .requests = BUF_INIT(100000)};
	s->listener = evconnlistener_new_bind(s->base, server_accept_cb, s, LEV_OPT_CLOSE_ON_FREE, -1,
					      (const struct sockaddr *)&at, sizeof(at));
	assert_non_null(s->listener);
	getsockname(evconnlistener_get_fd(s->listener), (struct sockaddr *)&at, &len);
	snprintf(s->url, sizeof(s->url), "http://127.0.0.1:%d", ntohs(at.sin_port));
}

static void
server_stop(struct server *s)
{
	if (s->bev != NULL)
		bufferevent_free(s->bev);
	if (s->listener != NULL)
		evconnlistener_free(s->listener);
	buf_release(&s->requests);
	event_base_free(s->base);
}

static const char number[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
			     "5c\r\n<methodResponse><params><param><value><int>7</int></value></param>"
			     "</params></methodResponse>\r\n0\r\n\r\n";

static void
test_calls_keep_the_connection(void **state)
{
	static const char *const answers[] = {
	    number, number, "HTTP/1.1 500 Oops\r\nContent-Length: 3\r\n\r\nabc", number, NULL, number};
	struct client_result r;
	struct client *client;
	struct server s;

	(void)state;
	server_start(&s, answers);
	client = client_new(s.base, &(struct client_options){.url = s.url});
	for (int i = 0; i < 2; i++) {
		client_call_wait(client, "x.y", NULL, &r);
		assert_int_equal(r.error.kind, CLIENT_OK);
		assert_int_equal(xmlrpc_get_int(r.value), 7);
		client_result_release(&r);
	}
	assert_int_equal(s.connections, 1);
	client_call_wait(client, "x.y", NULL, &r);
	assert_int_equal(r.error.kind, CLIENT_STATUS);
	assert_int_equal(r.error.code, 500);
	assert_string_equal(r.error.text, "Oops");
	client_result_release(&r);
	/* After an error page, a new connection. */
	client_call_wait(client, "x.y", NULL, &r);
	assert_int_equal(r.error.kind, CLIENT_OK);
	client_result_release(&r);
	assert_int_equal(s.connections, 2);
	/* The server closes instead of answering; the next call works again. */
	client_call_wait(client, "x.y", NULL, &r);
	assert_int_equal(r.error.kind, CLIENT_DISCONNECTED);
	client_result_release(&r);
	client_call_wait(client, "x.y", NULL, &r);
	assert_int_equal(r.error.kind, CLIENT_OK);
	client_result_release(&r);
	client_free(client);
	server_stop(&s);
}

struct order {
	struct client *client;
	int64_t got[4];
	size_t n;
	bool free_in_callback;
};

static void
order_cb(void *arg, struct client_result *result)
{
	struct order *o = arg;

	o->got[o->n++] = result->error.kind == CLIENT_OK ? xmlrpc_get_int(result->value) : -1;
	if (o->free_in_callback) {
		client_free(o->client);
		o->client = NULL;
	}
}

/* Several calls at once are made one after the other, and none of the callbacks comes before client_call
 * returns. */
static void
test_calls_wait_for_their_turn(void **state)
{
	static const char *const answers[] = {number, number, number};
	struct order o = {0};
	struct server s;

	(void)state;
	server_start(&s, answers);
	o.client = client_new(s.base, &(struct client_options){.url = s.url});
	for (int i = 0; i < 3; i++)
		assert_true(client_call(o.client, "x.y", NULL, order_cb, &o));
	assert_int_equal(o.n, 0);
	while (o.n < 3)
		event_base_loop(s.base, EVLOOP_ONCE);
	assert_int_equal(o.got[0] + o.got[1] + o.got[2], 21);
	assert_int_equal(s.connections, 1);
	client_free(o.client);
	server_stop(&s);
}

static void
test_callback_may_free(void **state)
{
	static const char *const answers[] = {number, number};
	struct order o = {.free_in_callback = true};
	struct server s;

	(void)state;
	server_start(&s, answers);
	o.client = client_new(s.base, &(struct client_options){.url = s.url});
	client_call(o.client, "x.y", NULL, order_cb, &o);
	client_call(o.client, "x.y", NULL, order_cb, &o);
	while (o.n < 1)
		event_base_loop(s.base, EVLOOP_ONCE);
	assert_null(o.client);
	/* The same when the failure is there at once. */
	o = (struct order){.free_in_callback = true};
	o.client = client_new(s.base, &(struct client_options){.url = "unix:///nonexistent/x"});
	client_call(o.client, "x.y", NULL, order_cb, &o);
	while (o.n < 1)
		event_base_loop(s.base, EVLOOP_ONCE);
	assert_int_equal(o.got[0], -1);
	server_stop(&s);
}

static void
expect_failure(const char *url, enum client_error_kind kind, enum client_where where, int code)
{
	struct event_base *base = event_base_new();
	struct client *client = client_new(base, &(struct client_options){.url = url});
	struct client_result r;

	client_call_wait(client, "x.y", NULL, &r);
	assert_int_equal(r.error.kind, kind);
	if (kind == CLIENT_OS) {
		assert_int_equal(r.error.code, code);
		assert_int_equal(r.error.where, where);
	}
	client_result_release(&r);
	client_free(client);
	event_base_free(base);
}

static void
test_no_connection(void **state)
{
	char url[300] = "unix:///tmp/";
	struct server s;

	(void)state;
	expect_failure("unix:///nonexistent/x", CLIENT_OS, CLIENT_AT_CONNECT_UNIX, ENOENT);
	expect_failure("unix:///dev/null", CLIENT_OS, CLIENT_AT_CONNECT_UNIX, ECONNREFUSED);
	expect_failure("ftp://x", CLIENT_BAD_URL, CLIENT_AT_CONNECT_TCP, 0);
	expect_failure("http://x:y", CLIENT_BAD_PORT, CLIENT_AT_CONNECT_TCP, 0);
	memset(url + 12, 'x', 200);
	url[212] = '\0';
	expect_failure(url, CLIENT_PATH_TOO_LONG, CLIENT_AT_CONNECT_UNIX, 0);
	/* A port that was free a moment ago. */
	server_start(&s, NULL);
	evconnlistener_free(s.listener);
	s.listener = NULL;
	expect_failure(s.url, CLIENT_OS, CLIENT_AT_CONNECT_TCP, ECONNREFUSED);
	server_stop(&s);
}

struct followed {
	struct client_stream *stream;
	struct buf text;
	enum client_error_kind end;
	bool open, over, close_in_data;
};

static void
followed_open(void *arg)
{
	((struct followed *)arg)->open = true;
}

static void
followed_data(void *arg, const char *data, size_t len)
{
	struct followed *f = arg;

	assert_false(f->over);
	buf_append(&f->text, data, len);
	if (f->close_in_data) {
		client_stream_close(f->stream);
		f->over = true;
	}
}

static void
followed_end(void *arg, const struct client_error *e)
{
	struct followed *f = arg;

	f->end = e->kind;
	f->over = true;
}

static const struct client_stream_ops followed_ops = {
    .open = followed_open,
    .data = followed_data,
    .end = followed_end,
};

static void
run_stream(const char *answer, struct followed *f)
{
	const char *const answers[] = {answer, NULL};
	struct server s;

	f->text = (struct buf)BUF_INIT(1000);
	server_start(&s, answers);
	f->stream = client_stream_open(
	    s.base, &(struct client_options){.url = s.url, .username = "u", .password = ""}, "/events",
	    "text/event-stream", "7-1", &followed_ops, f);
	while (!f->over)
		event_base_loop(s.base, EVLOOP_ONCE);
	if (!f->close_in_data)
		client_stream_close(f->stream);
	server_stop(&s);
}

static void
test_streams(void **state)
{
	struct followed f = {0};

	(void)state;
	run_stream("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n0\r\n\r\n",
		   &f);
	assert_true(f.open);
	assert_int_equal(f.end, CLIENT_OK);
	assert_string_equal(buf_str(&f.text), "abcdefg");
	buf_release(&f.text);

	f = (struct followed){0};
	run_stream("HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nabc", &f);
	assert_false(f.open);
	assert_int_equal(f.end, CLIENT_STATUS);
	assert_int_equal(f.text.len, 0);
	buf_release(&f.text);

	f = (struct followed){.close_in_data = true};
	run_stream("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4\r\ndefg\r\n", &f);
	assert_string_equal(buf_str(&f.text), "abc");
	buf_release(&f.text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_reply_whole),
	    cmocka_unit_test(test_reply_byte_by_byte),
	    cmocka_unit_test(test_reply_cut_at_each_position),
	    cmocka_unit_test(test_reply_head_is_limited),
	    cmocka_unit_test(test_reply_not_wanted),
	    cmocka_unit_test(test_addresses),
	    cmocka_unit_test(test_authorization),
	    cmocka_unit_test(test_calls_keep_the_connection),
	    cmocka_unit_test(test_calls_wait_for_their_turn),
	    cmocka_unit_test(test_callback_may_free),
	    cmocka_unit_test(test_no_connection),
	    cmocka_unit_test(test_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
