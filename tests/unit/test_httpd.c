/*
 * test_httpd.c: the HTTP servers with a real loop, and clients that speak raw bytes over a real socket.
 * Clients and daemon share the process: each wait of a client turns the daemon's loop. Handlers are played
 * here, but for those of the tails.
 */
#include "autoconf.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/xmalloc.h"
#include "core/process_table.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/http_internal.h"
#include "daemon/http_stream.h"
#include "daemon/httpd.h"
#include "daemon/filewatch.h"
#include "daemon/logfollow.h"
#include "daemon/logpump.h"

#define DEADLINE (60 * SECOND_US)
#define MAX_BODY (1024 * 1024)

struct world {
	struct daemon d;
	struct config config;
	struct server_config server;
	char dir[64];
	char path[96];
	struct buf log;
	struct http_request *deferred;
	unsigned calls, closes, writables;
	struct http_stream *stream;
	bool end_stream; /* when all has gone out */
	struct process_config process_config;
	struct group_config group_config;
};

static struct world *the_world; /* for the played handlers */

void
daemon_tick(struct daemon *d)
{
	clock_read(&d->now);
}

static void
keep_log(void *arg, enum log_level level, const char *line, size_t len)
{
	struct world *w = arg;

	(void)level;
	buf_append(&w->log, line, len);
}

static void
request_closed(void *arg)
{
	struct world *w = arg;

	w->closes++;
	w->deferred = NULL;
}

/* "later" is answered by answer_later; "big" with a megabyte; anything else at once, with its own body. */
void
rpc_handle(struct daemon *d, struct http_request *r)
{
	struct world *w = the_world;
	const char *body;
	char *big;
	size_t len;

	assert_ptr_equal(d, &w->d);
	w->calls++;
	body = http_request_body(r, &len);
	if (len == 5 && memcmp(body, "later", 5) == 0) {
		w->deferred = r;
		http_request_on_close(r, request_closed, w);
		return;
	}
	if (len == 3 && memcmp(body, "big", 3) == 0) {
		big = xcalloc(1, 4 << 20);
		memset(big, 'b', 4 << 20);
		http_reply(r, 200, "text/xml", big, 4 << 20);
		free(big);
		return;
	}
	http_reply(r, 200, "text/xml", body, len);
}

static void
stream_closed(void *arg)
{
	struct world *w = arg;

	w->closes++;
	w->stream = NULL;
}

static void
stream_writable(void *arg)
{
	struct world *w = arg;

	w->writables++;
	if (w->end_stream) {
		http_stream_write(w->stream, "last", 4);
		http_stream_end(w->stream);
		w->end_stream = false;
	}
}

void
push_handle(struct daemon *d, struct http_request *r)
{
	static const struct http_stream_callbacks callbacks = {.writable = stream_writable,
							       .closed = stream_closed};

	(void)d;
	the_world->calls++;
	the_world->stream = http_stream_start(r, "text/event-stream", NULL, &callbacks, the_world);
}

/* Here, what answers is seen by its name. */
void
metrics_handle(struct daemon *d, struct http_request *r)
{
	(void)d;
	http_reply(r, 200, "text/plain", "metrics", 7);
}

void
page_handle(struct daemon *d, struct http_request *r)
{
	(void)d;
	http_reply(r, 200, "text/plain", "page", 4);
}

void
page_handle_tail(struct daemon *d, struct http_request *r)
{
	page_handle(d, r);
}

/* Here, one that is made while it is sent. */
void
page_handle_ok(struct daemon *d, struct http_request *r)
{
	static const struct http_stream_callbacks callbacks = {.has_end = true, .closed = stream_closed};

	(void)d;
	the_world->stream = http_stream_start(r, "text/plain", NULL, &callbacks, the_world);
}

void
page_handle_asset(struct daemon *d, struct http_request *r)
{
	page_handle(d, r);
}

static int
setup(void **state)
{
	struct world *w = xcalloc(1, sizeof *w);

	signal(SIGPIPE, SIG_IGN);
	buf_init(&w->log, 1 << 20);
	strcpy(w->dir, "/tmp/cv.http.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->path, sizeof w->path, "%s/sock", w->dir);
	w->server = (struct server_config){
	    .family = SERVER_UNIX, .file = w->path, .chmod = 0700, .uid = (uid_t)-1, .gid = (gid_t)-1};
	w->server.request_maxbytes = MAX_BODY;
	w->server.section = xstrdup("unix_http_server");
	w->config.servers = &w->server;
	w->config.nservers = 1;
	w->d.config = &w->config;
	w->d.base = event_base_new();
	daemon_tick(&w->d);
	w->d.log = (struct log){.level = LOG_LEVEL_INFO, .write = keep_log, .arg = w};
	w->d.filewatch = filewatch_new(w->d.base);
	w->d.logfollow = logfollow_new();
	w->d.logpump = logpump_new(&w->d);
	process_table_init(&w->d.table);
	the_world = w;
	*state = w;
	return 0;
}

static void
open_httpd(struct world *w)
{
	struct err err = ERR_INIT;

	w->d.httpd = httpd_open(&w->d, &w->config, &err);
	if (w->d.httpd == NULL)
		fail_msg("%s", err_text(&err));
}

static void
turn(struct world *w)
{
	event_base_loop(w->d.base, EVLOOP_NONBLOCK);
}

static void
turns(struct world *w)
{
	for (int i = 0; i < 20; i++)
		turn(w);
}

static int
teardown(void **state)
{
	struct world *w = *state;
	char command[128];
	struct stat st;

	httpd_close(w->d.httpd, true);
	turns(w);
	assert_int_not_equal(stat(w->path, &st), 0);
	process_table_release(&w->d.table);
	logpump_free(w->d.logpump);
	logfollow_free(w->d.logfollow);
	filewatch_free(w->d.filewatch);
	event_base_free(w->d.base);
	buf_release(&w->log);
	free(w->server.section);
	snprintf(command, sizeof command, "rm -rf '%s'", w->dir);
	free(w);
	return system(command);
}

static int
dial(struct world *w)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	strcpy(sun.sun_path, w->path);
	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	return fd;
}

static void
say(struct world *w, int fd, const char *text, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, text, len, MSG_NOSIGNAL);

		if (n > 0) {
			text += n;
			len -= (size_t)n;
		} else {
			assert_int_equal(errno, EAGAIN);
		}
		turn(w);
	}
}

/* Turns the loop until the client has seen `until` (or the end of the connection, for NULL). The caller
   frees. */
static char *
hear(struct world *w, int fd, const char *until)
{
	struct buf got = BUF_INIT(64 << 20);
	struct now now;
	mono_us deadline;
	char piece[65536];

	clock_read(&now);
	deadline = now.mono + DEADLINE;
	while (until == NULL || strstr(buf_str(&got), until) == NULL) {
		ssize_t n = recv(fd, piece, sizeof piece, MSG_DONTWAIT);

		if (n > 0)
			buf_append(&got, piece, (size_t)n);
		if (n == 0 || (n < 0 && errno != EAGAIN))
			break;
		turn(w);
		clock_read(&now);
		if (now.mono > deadline)
			fail_msg("waited for '%s', got '%.2000s'", until != NULL ? until : "the end",
				 buf_str(&got));
	}
	if (until != NULL && strstr(buf_str(&got), until) == NULL)
		fail_msg("the connection ended without '%s': '%.2000s'", until, buf_str(&got));
	return buf_steal(&got);
}

static void
assert_starts(const char *s, const char *head)
{
	if (strncmp(s, head, strlen(head)) != 0)
		fail_msg("'%.400s' does not start with '%s'", s, head);
}

static void
assert_holds(const char *s, const char *part)
{
	if (strstr(s, part) == NULL)
		fail_msg("'%.1000s' does not hold '%s'", s, part);
}

/* One request on a connection of its own; the answer must begin with want. */
static void
ask(struct world *w, const char *request, const char *want)
{
	int fd = dial(w);
	char *got;

	say(w, fd, request, strlen(request));
	got = hear(w, fd, "\r\n\r\n");
	assert_starts(got, want);
	free(got);
	close(fd);
	turns(w);
}

/* Turns the loop until *n is want. */
static void
wait_for(struct world *w, const unsigned *n, unsigned want)
{
	struct now now;
	mono_us deadline;

	clock_read(&now);
	deadline = now.mono + DEADLINE;
	while (*n != want && now.mono < deadline) {
		turn(w);
		clock_read(&now);
	}
	assert_int_equal(*n, want);
}

#define POST(body, length) "POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: " length "\r\n\r\n" body

static void
test_answer_is_supervisors(void **state)
{
	struct world *w = *state;
	char *got, *date;
	int fd;

	open_httpd(w);
	assert_holds(buf_str(&w->log),
		     " CRIT Server 'unix_http_server' running without any HTTP authentication checking\n");
	fd = dial(w);
	say(w, fd, POST("hello", "5"), strlen(POST("hello", "5")));
	got = hear(w, fd, "hello");
	assert_starts(got, "HTTP/1.1 200 OK\r\nServer: Medusa/1.12\r\nDate: ");
	date = strstr(got, "Date: ");
	assert_string_equal(strchr(date, '\r'),
			    "\r\nContent-Type: text/xml\r\nContent-Length: 5\r\n\r\nhello");
	free(got);
	/* Keep-alive, for as long as the client likes. */
	say(w, fd, "GET /nothing HTTP/1.1\r\n\r\n", 25);
	got = hear(w, fd, "</body>\r\n");
	assert_starts(got, "HTTP/1.1 404 Not Found\r\nServer: ");
	assert_holds(
	    got,
	    "\r\nContent-Length: 134\r\nContent-Type: text/html\r\n\r\n<head>\r\n<title>Error "
	    "response</title>\r\n"
	    "</head>\r\n<body>\r\n<h1>Error response</h1>\r\n<p>Error code 404.\r\n<p>Message: Not Found.\r\n"
	    "</body>\r\n");
	free(got);
	close(fd);
}

static void
test_versions_and_closing(void **state)
{
	struct world *w = *state;
	char *got;
	int fd;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, "POST /RPC2 HTTP/1.0\r\nContent-Length: 3\r\n\r\nbig", 45);
	got = hear(w, fd, NULL);
	assert_starts(got, "HTTP/1.0 200 OK\r\nServer: ");
	assert_int_equal(strlen(strstr(got, "\r\n\r\n") + 4), 4 << 20);
	free(got);
	close(fd);
	fd = dial(w);
	say(w, fd, "POST /RPC2 HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\na", 67);
	got = hear(w, fd, "\r\n\r\na");
	assert_holds(got, "\r\nContent-Length: 1\r\nConnection: Keep-Alive\r\n\r\n");
	free(got);
	say(w, fd, "POST /RPC2 HTTP/1.1\r\nConnection: close\r\nContent-Length: 1\r\n\r\nb", 62);
	got = hear(w, fd, NULL);
	assert_holds(got, "\r\nContent-Length: 1\r\n\r\nb");
	free(got);
	close(fd);
}

static void
test_methods_and_lengths(void **state)
{
	struct world *w = *state;
	static const char *const samples[][2] = {
	    {"GET /RPC2 HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
	    {"POST /RPC2 HTTP/1.1\r\n\r\n", "HTTP/1.1 411 Length Required\r\n"},
	    {"POST /RPC2 HTTP/1.1\r\nConnection: close\r\n\r\n", "HTTP/1.1 411 Length Required\r\n"},
	    {"POST /RPC2 HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 400 "},
	    {"POST /RPC2 HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 "},
	    {"POST /RPC2 HTTP/1.1\r\nContent-Length: x\r\n\r\n", "HTTP/1.1 400 "},
	    {"POST /RPC2foo?x=1 HTTP/1.1\r\nContent-Length: 1\r\n\r\na", "HTTP/1.1 200 "},
	    {"POST /%52PC2 HTTP/1.1\r\nContent-Length: 1\r\n\r\na", "HTTP/1.1 200 "},
	    {"POST /x HTTP/1.1\r\nContent-Length: 1\r\n\r\na", "HTTP/1.1 400 "},
	    {"OPTIONS /RPC2 HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
	    {"FROB /RPC2 HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
	    {"POST /events HTTP/1.1\r\nContent-Length: 1\r\n\r\na", "HTTP/1.1 405 "},
	    {"HEAD /x HTTP/1.1\r\n\r\n", "HTTP/1.1 404 "},
	    {"GET /logtailx HTTP/1.1\r\n\r\n", "HTTP/1.1 404 "},
	    {"GET /logtail/nobody HTTP/1.1\r\n\r\n", "HTTP/1.1 404 "},
	    {"GET /logtail HTTP/1.1\r\n\r\n", "HTTP/1.1 404 "},
	    {"POST /logtail/x HTTP/1.1\r\nContent-Length: 1\r\n\r\na", "HTTP/1.1 400 "},
	    {"GET /mainlogtail HTTP/1.1\r\n\r\n", "HTTP/1.1 404 "},
	};

	open_httpd(w);
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++)
		ask(w, samples[i][0], samples[i][1]);
}

/* The body of a method that has none is not taken for the next request. */
static void
test_unexpected_body(void **state)
{
	struct world *w = *state;
	static const char *const methods[] = {"GET", "OPTIONS", "HEAD", "FROB"};
	char request[200], *got;
	int fd;

	open_httpd(w);
	for (size_t i = 0; i < 4; i++) {
		snprintf(request, sizeof request,
			 "%s /x HTTP/1.1\r\nContent-Length: 43\r\n\r\nPOST /RPC2 HTTP/1.1\r\nContent-Length: "
			 "1\r\n\r\na",
			 methods[i]);
		fd = dial(w);
		say(w, fd, request, strlen(request));
		say(w, fd, POST("next", "4"), strlen(POST("next", "4")));
		got = hear(w, fd, "\r\n\r\nnext");
		assert_starts(got, "HTTP/1.1 40");
		assert_null(strstr(got, "Connection: close"));
		free(got);
		assert_int_equal(w->calls, i + 1);
		close(fd);
	}
}

/* What is no request is no talk, as for Supervisor. */
static void
test_no_request(void **state)
{
	struct world *w = *state;
	static const char *const samples[] = {
	    "rubbish\r\n\r\n",          "\r\n\r\n",
	    "GET /x HTTP/1.1 \r\n\r\n", "GET  /x HTTP/1.1\r\n\r\n",
	    "GET /x http/1.1\r\n\r\n",  "GET /x HTTP/1.1\r\n folded\r\n\r\n",
	};
	char *got;
	int fd;

	open_httpd(w);
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		fd = dial(w);
		say(w, fd, samples[i], strlen(samples[i]));
		got = hear(w, fd, NULL);
		assert_string_equal(got, "");
		free(got);
		close(fd);
	}
}

static void
send_body(struct world *w, int fd, size_t len)
{
	char head[100], *body = xcalloc(1, len);

	snprintf(head, sizeof head, "POST /RPC2 HTTP/1.1\r\nContent-Length: %zu\r\n\r\n", len);
	say(w, fd, head, strlen(head));
	say(w, fd, body, len);
	free(body);
}

static void
test_body_has_a_limit(void **state)
{
	struct world *w = *state;
	char *got;
	int fd;

	open_httpd(w);
	/* All of it is read before the refusal, which the client then sees. */
	fd = dial(w);
	send_body(w, fd, MAX_BODY + 1000000);
	got = hear(w, fd, NULL);
	assert_starts(got, "HTTP/1.1 413 ");
	free(got);
	close(fd);
	fd = dial(w);
	send_body(w, fd, MAX_BODY);
	got = hear(w, fd, "\r\n\r\n");
	assert_starts(got, "HTTP/1.1 200 ");
	assert_int_equal(w->calls, 1);
	free(got);
	close(fd);
}

static void
test_headers_have_a_limit(void **state)
{
	struct world *w = *state;
	struct buf b = BUF_INIT(1 << 20);
	char *got;
	int fd;

	open_httpd(w);
	buf_puts(&b, "GET /x HTTP/1.1\r\n");
	for (int i = 0; i < 2000; i++)
		buf_printf(&b, "X-Header-%d: %040d\r\n", i, i);
	for (int way = 0; way < 2; way++) {
		fd = dial(w);
		for (size_t i = 0; i < b.len && send(fd, b.data + i, 1000, MSG_NOSIGNAL) > 0; i += 1000)
			turn(w);
		got = hear(w, fd, NULL);
		assert_starts(got, "HTTP/1.1 431 Request Header Fields Too Large\r\nServer: ");
		assert_holds(got, "\r\nConnection: close\r\n\r\n");
		free(got);
		close(fd);
		/* One line without end. */
		buf_truncate(&b, strlen("GET /x HTTP/1.1"));
		for (int i = 0; i < 10000; i++)
			buf_puts(&b, "x: y, zzz ");
	}
	buf_release(&b);
}

static void
test_pipelining_and_cuts(void **state)
{
	struct world *w = *state;
	const char *request = POST("one", "3") POST("two", "3");
	size_t len = strlen(request);
	char *got;
	int fd;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, request, len);
	got = hear(w, fd, "two");
	assert_holds(got, "\r\n\r\noneHTTP/1.1 200 OK\r\n");
	free(got);
	for (size_t cut = 1; cut < len; cut++) {
		say(w, fd, request, cut);
		turns(w);
		say(w, fd, request + cut, len - cut);
		got = hear(w, fd, "two");
		assert_holds(got, "\r\n\r\noneHTTP/1.1 200 OK\r\n");
		free(got);
	}
	close(fd);
}

/* A client that says all it has to say and closes its side gets all answers, a large one too. */
static void
test_half_closed(void **state)
{
	struct world *w = *state;
	const char *requests = POST("one", "3") POST("big", "3") POST("two", "3");
	char *got;
	int fd;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, requests, strlen(requests));
	shutdown(fd, SHUT_WR);
	got = hear(w, fd, NULL);
	assert_holds(got, "\r\n\r\noneHTTP/1.1 200 OK\r\n");
	assert_string_equal(got + strlen(got) - 7, "\r\n\r\ntwo");
	assert_true(strlen(got) > 4 << 20);
	free(got);
	close(fd);
	/* In the middle of a request there is nothing to answer. */
	fd = dial(w);
	say(w, fd, requests, 30);
	shutdown(fd, SHUT_WR);
	got = hear(w, fd, NULL);
	assert_string_equal(got, "");
	free(got);
	close(fd);
}

/* A body that nobody wants: skipped when it is short, else the connection ends, and so it does when the client waits
   for leave to send it. */
static void
test_refused_body(void **state)
{
	struct world *w = *state;
	static const char *const long_ones[] = {
	    "POST /nope HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n",
	    "POST /nope HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
	    "POST /RPC2 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1048577\r\n\r\n",
	    "GET /nope HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
	};
	char *got;
	int fd;

	open_httpd(w);
	for (size_t i = 0; i < 4; i++) {
		fd = dial(w);
		say(w, fd, long_ones[i], strlen(long_ones[i]));
		got = hear(w, fd, NULL);
		assert_starts(got, "HTTP/1.1 4");
		assert_holds(got, "\r\nConnection: close\r\n\r\n");
		free(got);
		close(fd);
	}
	fd = dial(w);
	say(w, fd, "POST /nope HTTP/1.1\r\nContent-Length: 5\r\n\r\n", 42);
	free(hear(w, fd, "</body>\r\n"));
	say(w, fd, "POS", 3);
	turns(w);
	say(w, fd, "T ", 2);
	say(w, fd, POST("next", "4"), strlen(POST("next", "4")));
	free(hear(w, fd, "next"));
	close(fd);
	assert_int_equal(w->calls, 1);
}

static void
test_deferred(void **state)
{
	struct world *w = *state;
	char *got;
	int fd;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, POST("later", "5"), strlen(POST("later", "5")));
	wait_for(w, &w->calls, 1);
	/* What comes early waits for its turn. */
	say(w, fd, POST("next", "4"), strlen(POST("next", "4")));
	turns(w);
	assert_non_null(w->deferred);
	assert_int_equal(w->calls, 1);
	http_reply(w->deferred, 200, "text/xml", "done", 4);
	got = hear(w, fd, "next");
	assert_holds(got, "\r\n\r\ndoneHTTP/1.1 200 OK\r\n");
	free(got);
	assert_int_equal(w->closes, 0);
	close(fd);
}

/* A client that leaves while it waits: with and without junk before, by a reset, and by half. */
static void
test_deferred_client_leaves(void **state)
{
	struct world *w = *state;
	unsigned calls = 0;

	open_httpd(w);
	for (int way = 0; way < 4; way++) {
		int fd = dial(w);

		say(w, fd, POST("later", "5"), strlen(POST("later", "5")));
		wait_for(w, &w->calls, ++calls);
		if (way == 1) {
			say(w, fd, "junk", 4);
			turns(w);
			assert_non_null(w->deferred);
		}
		if (way == 2)
			shutdown(fd, SHUT_WR);
		if (way == 3)
			say(w, fd, "junk", 4);
		if (way != 2)
			close(fd);
		wait_for(w, &w->closes, calls);
		assert_null(w->deferred);
		if (way == 2)
			close(fd);
	}
	/* Closed from here while a client waits: told as well. */
	int fd = dial(w);

	say(w, fd, POST("later", "5"), strlen(POST("later", "5")));
	wait_for(w, &w->calls, ++calls);
	httpd_close(w->d.httpd, true);
	w->d.httpd = NULL;
	assert_int_equal(w->closes, calls);
	close(fd);
}

static void
test_stream(void **state)
{
	struct world *w = *state;
	char junk[4096], *got;
	int fd;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, "GET /events?x=1 HTTP/1.1\r\nConnection: close\r\n\r\n", 47);
	got = hear(w, fd, "\r\n\r\n");
	assert_holds(got, "\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
	free(got);
	turns(w);
	w->writables = 0; /* the head has gone out */
	http_stream_write(w->stream, "hello", 5);
	got = hear(w, fd, "hello");
	assert_string_equal(got, "5\r\nhello\r\n");
	free(got);
	wait_for(w, &w->writables, 1);
	assert_int_equal(http_stream_unsent(w->stream), 0);
	/* Junk of the reader is thrown away. */
	memset(junk, 'j', sizeof junk);
	for (int i = 0; i < 1000; i++)
		say(w, fd, junk, sizeof junk);
	http_stream_write(w->stream, "still", 5);
	free(hear(w, fd, "still"));
	/* A reader that does not read is seen by its unsent bytes. */
	for (int i = 0; i < 1000; i++) {
		http_stream_write(w->stream, junk, sizeof junk);
		turn(w);
	}
	assert_true(http_stream_unsent(w->stream) > 1 << 20);
	close(fd);
	wait_for(w, &w->closes, 1);
	assert_null(w->stream);
	/* One that ends from here: then the connection goes on. */
	fd = dial(w);
	say(w, fd, "GET /events HTTP/1.1\r\n\r\n", 24);
	free(hear(w, fd, "\r\n\r\n"));
	http_stream_write(w->stream, "bye", 3);
	http_stream_end(w->stream);
	got = hear(w, fd, "0\r\n\r\n");
	assert_string_equal(got, "3\r\nbye\r\n0\r\n\r\n");
	free(got);
	say(w, fd, POST("again", "5"), strlen(POST("again", "5")));
	free(hear(w, fd, "again"));
	close(fd);
	assert_int_equal(w->closes, 1);
}

/* From within its own callback, and cut from outside. */
static void
test_stream_ends(void **state)
{
	struct world *w = *state;
	char *got;
	int fd;

	open_httpd(w);
	w->end_stream = true;
	fd = dial(w);
	say(w, fd, "GET /events HTTP/1.1\r\n\r\n", 24);
	got = hear(w, fd, "0\r\n\r\n");
	assert_holds(got, "\r\n\r\n4\r\nlast\r\n0\r\n\r\n");
	free(got);
	say(w, fd, POST("again", "5"), strlen(POST("again", "5")));
	free(hear(w, fd, "again"));
	w->end_stream = true;
	say(w, fd, "GET /events HTTP/1.0\r\n\r\n", 24);
	got = hear(w, fd, NULL);
	assert_holds(got, "\r\n\r\nlast");
	free(got);
	close(fd);
	assert_int_equal(w->closes, 0);
	fd = dial(w);
	say(w, fd, "GET /events HTTP/1.1\r\n\r\n", 24);
	free(hear(w, fd, "\r\n\r\n"));
	http_stream_abort(w->stream);
	wait_for(w, &w->closes, 1);
	free(hear(w, fd, NULL));
	close(fd);
}

static void
test_stream_on_http_1_0(void **state)
{
	struct world *w = *state;
	char *got;
	int fd;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, "GET /events HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 48);
	got = hear(w, fd, "\r\n\r\n");
	assert_null(strstr(got, "Content-Length"));
	free(got);
	http_stream_write(w->stream, "raw", 3);
	http_stream_write(w->stream, " bytes", 6);
	got = hear(w, fd, "bytes");
	assert_string_equal(got, "raw bytes");
	free(got);
	http_stream_end(w->stream);
	free(hear(w, fd, NULL));
	close(fd);
	/* Ended while bytes are on their way. */
	fd = dial(w);
	say(w, fd, "GET /events HTTP/1.0\r\n\r\n", 24);
	free(hear(w, fd, "\r\n\r\n"));
	http_stream_write(w->stream, "all of it", 9);
	http_stream_end(w->stream);
	got = hear(w, fd, NULL);
	assert_string_equal(got, "all of it");
	free(got);
	close(fd);
}

/* A reader of chunks sees that the end is missing; the server goes on. */
static void
test_stream_is_cut(void **state)
{
	struct world *w = *state;
	char *got;
	int fd;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, "GET /events HTTP/1.1\r\n\r\n", 24);
	free(hear(w, fd, "\r\n\r\n"));
	http_stream_write(w->stream, "half", 4);
	free(hear(w, fd, "half\r\n"));
	http_stream_abort(w->stream);
	wait_for(w, &w->closes, 1);
	assert_null(w->stream);
	got = hear(w, fd, NULL);
	assert_string_equal(got, "");
	free(got);
	close(fd);
	fd = dial(w);
	say(w, fd, "GET /metrics HTTP/1.1\r\n\r\n", 25);
	free(hear(w, fd, "metrics"));
	close(fd);
}

/* Says that, and a request for metrics later; ends the stream that it has begun. What comes until the end, or until
   metrics have come; the caller frees. */
static char *
through_a_stream(struct world *w, const char *request, const char *until)
{
	static const char next[] = "GET /metrics HTTP/1.1\r\n\r\n";
	int fd = dial(w);
	char *got;

	w->calls = w->closes = 0;
	say(w, fd, request, strlen(request));
	say(w, fd, next, strlen(next));
	if (until == NULL)
		shutdown(fd, SHUT_WR);
	turns(w);
	assert_int_equal(w->closes, 0);
	http_stream_write(w->stream, "text", 4);
	http_stream_end(w->stream);
	got = hear(w, fd, until);
	assert_int_equal(w->calls, 0);
	close(fd);
	return got;
}

/* An answer that is made while it is sent is one like others: requests behind it are answered, its body is passed over,
   HEAD has none, and who closes his side gets it whole. */
static void
test_stream_that_ends(void **state)
{
	struct world *w = *state;
	char *got;

	open_httpd(w);
	got = through_a_stream(w, "GET /ok.html HTTP/1.1\r\n\r\n", "metrics");
	assert_holds(got, "\r\n\r\n4\r\ntext\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n");
	free(got);
	got = through_a_stream(w, "HEAD /ok.html HTTP/1.1\r\n\r\n", "metrics");
	assert_holds(got, "Transfer-Encoding: chunked\r\n\r\nHTTP/1.1 200 OK\r\n");
	free(got);
	got = through_a_stream(
	    w, "GET /ok.html HTTP/1.1\r\nContent-Length: 24\r\n\r\nGET /events HTTP/1.1\r\n\r\n", "metrics");
	assert_holds(got, "0\r\n\r\nHTTP/1.1 200 OK\r\n");
	free(got);
	got = through_a_stream(w, "GET /ok.html HTTP/1.1\r\n\r\n", NULL);
	assert_holds(got, "\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n");
	assert_holds(got, "metrics");
	free(got);
	got = through_a_stream(w, "GET /ok.html HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
			       "0\r\n\r\n");
	assert_holds(got, "Connection: close\r\n");
	assert_null(strstr(got, "metrics"));
	free(got);
}

/* Its body comes when it has ended. */
static void
test_late_body_of_a_stream(void **state)
{
	struct world *w = *state;
	const char *head = "GET /ok.html HTTP/1.1\r\nContent-Length: 24\r\n\r\n";
	const char *body = "GET /events HTTP/1.1\r\n\r\n";
	int fd;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, head, strlen(head));
	turns(w);
	http_stream_end(w->stream);
	free(hear(w, fd, "0\r\n\r\n"));
	say(w, fd, body, strlen(body));
	say(w, fd, "GET /metrics HTTP/1.1\r\n\r\n", 25);
	free(hear(w, fd, "metrics"));
	assert_int_equal(w->calls, 0);
	close(fd);
}

static void
test_streams_end_with_the_daemon(void **state)
{
	struct world *w = *state;
	int fd;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, "GET /events HTTP/1.1\r\n\r\n", 24);
	free(hear(w, fd, "\r\n\r\n"));
	httpd_close(w->d.httpd, true);
	w->d.httpd = NULL;
	assert_int_equal(w->closes, 1);
	close(fd);
}

static size_t
open_descriptors(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 2048; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* Gives the process a soft limit of n descriptors, and returns the old one. */
static rlim_t
limit_descriptors(rlim_t n)
{
	struct rlimit r;
	rlim_t old;

	getrlimit(RLIMIT_NOFILE, &r);
	old = r.rlim_cur;
	r.rlim_cur = n;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &r), 0);
	return old;
}

/* All at once, each with half a request that is then completed; afterwards no descriptor is left. */
static void
test_many_connections(void **state)
{
	enum { MANY = 500 };
	const char *request = POST("many", "4");
	struct world *w = *state;
	rlim_t old = limit_descriptors(2048);
	size_t before;
	int fds[MANY];

	open_httpd(w);
	turns(w);
	before = open_descriptors();
	for (int i = 0; i < MANY; i++) {
		fds[i] = dial(w);
		if (i % 50 == 0)
			turn(w);
	}
	for (int i = 0; i < MANY; i++)
		say(w, fds[i], request, 20);
	for (int i = 0; i < MANY; i++)
		say(w, fds[i], request + 20, strlen(request) - 20);
	for (int i = 0; i < MANY; i++)
		free(hear(w, fds[i], "\r\n\r\nmany"));
	for (int i = 0; i < MANY; i++)
		close(fds[i]);
	for (int i = 0; i < 500 && open_descriptors() != before; i++)
		turn(w);
	assert_int_equal(open_descriptors(), before);
	/* Those that never sent a whole request leave nothing behind either. */
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < MANY; i++) {
			fds[i] = dial(w);
			if (round == 1)
				say(w, fds[i], request, 20);
		}
		turns(w);
		for (int i = 0; i < MANY; i++)
			close(fds[i]);
		for (int i = 0; i < 500 && open_descriptors() != before; i++)
			turn(w);
		assert_int_equal(open_descriptors(), before);
	}
	limit_descriptors(old);
}

/* Every descriptor of a connection is close-on-exec. */
static void
test_close_on_exec(void **state)
{
	struct world *w = *state;
	bool inherited[64];
	int fd;

	for (int i = 0; i < 64; i++)
		inherited[i] = fcntl(i, F_GETFD) >= 0;
	open_httpd(w);
	fd = dial(w);
	say(w, fd, POST("x", "1"), strlen(POST("x", "1")));
	free(hear(w, fd, "\r\n\r\nx"));
	for (int i = 0; i < 64; i++)
		if (!inherited[i] && fcntl(i, F_GETFD) >= 0)
			assert_int_equal(fcntl(i, F_GETFD), FD_CLOEXEC);
	close(fd);
}

/* Turns the loop until n descriptors are open. */
static void
wait_for_descriptors(struct world *w, size_t n)
{
	struct now now;
	mono_us deadline;

	clock_read(&now);
	deadline = now.mono + DEADLINE;
	while (open_descriptors() != n && now.mono < deadline) {
		turn(w);
		clock_read(&now);
	}
	assert_int_equal(open_descriptors(), n);
}

/* Half a request, and an answer that is not read, come to an end; a connection without a request stays. */
static void
test_time_limit(void **state)
{
	struct world *w = *state;
	size_t before;
	int fds[4];
	char byte;

	open_httpd(w);
	w->d.httpd->time_limit = SECOND_US / 5;
	turns(w);
	before = open_descriptors();
	for (int i = 0; i < 4; i++)
		fds[i] = dial(w);
	say(w, fds[0], "POST /RP", 8);
	say(w, fds[1], POST("x", "2"), strlen(POST("x", "2")));
	say(w, fds[2], POST("big", "3"), strlen(POST("big", "3")));
	say(w, fds[3], POST("x", "1"), strlen(POST("x", "1")));
	free(hear(w, fds[3], "\r\n\r\nx"));
	wait_for_descriptors(w, before + 4 + 1);
	assert_int_equal(recv(fds[0], &byte, 1, MSG_DONTWAIT), 0);
	assert_int_equal(recv(fds[1], &byte, 1, MSG_DONTWAIT), 0);
	say(w, fds[3], POST("y", "1"), strlen(POST("y", "1")));
	free(hear(w, fds[3], "\r\n\r\ny"));
	for (int i = 0; i < 4; i++)
		close(fds[i]);
	wait_for_descriptors(w, before);
}

/* A stream whose reader takes nothing is cut if it is one that ends, and only then. */
static void
test_time_limit_of_streams(void **state)
{
	struct world *w = *state;
	struct http_stream *endless;
	char *big = xcalloc(1, 8 << 20);
	int fds[2];

	open_httpd(w);
	w->d.httpd->time_limit = SECOND_US / 5;
	fds[0] = dial(w);
	say(w, fds[0], "GET /events HTTP/1.1\r\n\r\n", 24);
	free(hear(w, fds[0], "\r\n\r\n"));
	endless = w->stream;
	http_stream_write(endless, big, 8 << 20);
	fds[1] = dial(w);
	say(w, fds[1], "GET /ok.html HTTP/1.1\r\n\r\n", 25);
	free(hear(w, fds[1], "\r\n\r\n"));
	http_stream_write(w->stream, big, 8 << 20);
	wait_for(w, &w->closes, 1);
	assert_null(w->stream);
	assert_true(http_stream_unsent(endless) > 0);
	close(fds[0]);
	wait_for(w, &w->closes, 2);
	close(fds[1]);
	free(big);
}

/* A client that leaves in the middle of its answer. */
static void
test_answer_is_not_awaited(void **state)
{
	struct world *w = *state;
	size_t before;
	char some[10000];
	int fd;

	open_httpd(w);
	turns(w);
	before = open_descriptors();
	fd = dial(w);
	say(w, fd, POST("big", "3"), strlen(POST("big", "3")));
	wait_for(w, &w->calls, 1);
	turns(w);
	assert_int_equal(recv(fd, some, sizeof some, MSG_DONTWAIT), sizeof some);
	close(fd);
	wait_for_descriptors(w, before);
}

/* A client that sends and does not read, while its answer is on the way: most of it stays in the kernel. */
static void
test_junk_during_an_answer(void **state)
{
	struct world *w = *state;
	char junk[65536];
	size_t sent = 0;
	int fd, full = 0;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, POST("big", "3"), strlen(POST("big", "3")));
	wait_for(w, &w->calls, 1);
	memset(junk, 'j', sizeof junk);
	while (full < 100 && sent < 4 << 20) {
		ssize_t n = send(fd, junk, sizeof junk, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n > 0)
			sent += (size_t)n;
		full = n > 0 ? 0 : full + 1;
		turn(w);
	}
	assert_true(sent < 1 << 20);
	close(fd);
}

static void
timer_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd, (void)what;
	*(bool *)arg = true;
}

/* Somebody who says more than is read ahead, while there is no answer yet, keeps nobody busy. */
static void
test_more_than_is_read_ahead(void **state)
{
	const struct timeval moment = {.tv_usec = 20000};
	struct world *w = *state;
	char *junk = xcalloc(1, HTTP_MAX_EARLY + 1);
	unsigned turned = 0;
	struct event *timer;
	bool over = false;
	int fd;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, POST("later", "5"), strlen(POST("later", "5")));
	wait_for(w, &w->calls, 1);
	memset(junk, 'j', HTTP_MAX_EARLY);
	say(w, fd, junk, HTTP_MAX_EARLY);
	turns(w);
	timer = evtimer_new(w->d.base, timer_cb, &over);
	evtimer_add(timer, &moment);
	for (; !over; turned++)
		event_base_loop(w->d.base, EVLOOP_ONCE);
	assert_true(turned < 10);
	event_free(timer);
	/* What it said is read when it has its answer. */
	http_reply(w->deferred, 200, "text/xml", "x", 1);
	free(hear(w, fd, "431 "));
	close(fd);
	free(junk);
}

static void
test_expect_continue(void **state)
{
	struct world *w = *state;
	char *got;
	int fd;

	open_httpd(w);
	fd = dial(w);
	say(w, fd, "POST /RPC2 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n", 64);
	free(hear(w, fd, "100 Continue\r\n\r\n"));
	say(w, fd, "later", 5);
	wait_for(w, &w->calls, 1);
	say(w, fd, "junk", 4);
	turns(w);
	http_reply(w->deferred, 200, "text/xml", "done", 4);
	got = hear(w, fd, "done");
	assert_starts(got, "HTTP/1.1 200 ");
	free(got);
	close(fd);
}

/* Requests with bytes changed, left out and doubled, cut anywhere: whatever is answered, the next client is
   served. */
static void
test_rubbish(void **state)
{
	static const char *const seeds[] = {
	    POST("later", "5") POST("big", "3"),
	    "GET /events?a=b&c=%41 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" POST("x", "1"),
	    "POST /RPC2 HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
	    "POST /RPC2 HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nlater",
	    "HEAD /logtail/a/b HTTP/1.1\r\nAuthorization: Basic dXNlcjpwYXNz\r\n\r\n",
	};
	struct world *w = *state;
	unsigned random = 1;
	char request[400];
	int fd;

	open_httpd(w);
	for (unsigned round = 0; round < 3000; round++) {
		const char *seed = seeds[round % 5];
		size_t len = strlen(seed), cut;

		memcpy(request, seed, len);
		for (int i = 0; i < 2; i++) {
			random = random * 1103515245 + 12345;
			request[(random >> 8) % len] = (char)(random >> 24);
		}
		random = random * 1103515245 + 12345;
		cut = (random >> 8) % (len + 1);
		fd = dial(w);
		if (send(fd, request, cut, MSG_NOSIGNAL) >= 0)
			turns(w);
		if (send(fd, request + cut, len - cut, MSG_NOSIGNAL) >= 0)
			turns(w);
		if (w->deferred != NULL && random % 3 == 0) {
			http_reply(w->deferred, 200, "text/xml", "late", 4);
			w->deferred = NULL;
		}
		if (w->stream != NULL)
			http_stream_write(w->stream, "data", 4);
		turn(w);
		close(fd);
		turns(w);
	}
	ask(w, POST("x", "1"), "HTTP/1.1 200 OK\r\n");
}

/* At the limit the connection that idled longest makes room. */
static void
test_limit_of_connections(void **state)
{
	enum { LIMIT = 32 };
	struct world *w = *state;
	rlim_t old = limit_descriptors(2 * LIMIT);
	int fds[LIMIT + 1];
	char byte;

	open_httpd(w);
	limit_descriptors(old);
	for (int i = 0; i < LIMIT; i++) {
		fds[i] = dial(w);
		say(w, fds[i], POST("x", "1"), strlen(POST("x", "1")));
		free(hear(w, fds[i], "\r\n\r\nx"));
	}
	/* The first one becomes the last. */
	say(w, fds[0], POST("y", "1"), strlen(POST("y", "1")));
	free(hear(w, fds[0], "\r\n\r\ny"));
	fds[LIMIT] = dial(w);
	say(w, fds[LIMIT], POST("z", "1"), strlen(POST("z", "1")));
	free(hear(w, fds[LIMIT], "\r\n\r\nz"));
	assert_int_equal(recv(fds[1], &byte, 1, MSG_DONTWAIT), 0);
	assert_int_equal(recv(fds[0], &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(recv(fds[2], &byte, 1, MSG_DONTWAIT), -1);
	for (int i = 0; i <= LIMIT; i++)
		close(fds[i]);
}

/* No descriptor for a client that waits: accepting rests, the loop does not spin, and it goes on when one is
   free. */
static void
test_no_descriptors(void **state)
{
	struct world *w = *state;
	int fd, first, spare;
	rlim_t old;

	open_httpd(w);
	first = dial(w);
	say(w, first, POST("x", "1"), strlen(POST("x", "1")));
	free(hear(w, first, "\r\n\r\nx"));
	fd = dial(w);
	spare = dup(fd);
	old = limit_descriptors((rlim_t)spare);
	turns(w);
	/* Nothing to do for the loop: not a single event is active. */
	assert_int_equal(event_base_get_num_events(w->d.base, EVENT_BASE_COUNT_ACTIVE), 0);
	limit_descriptors(old);
	close(spare);
	close(first);
	say(w, fd, POST("y", "1"), strlen(POST("y", "1")));
	free(hear(w, fd, "\r\n\r\ny"));
	close(fd);
}

static void
test_auth(void **state)
{
	struct world *w = *state;
	char user[] = "user", pass[] = "pass";
	char *got;
	int fd;

	w->server.username = user;
	w->server.password = pass;
	open_httpd(w);
	assert_null(strstr(buf_str(&w->log), "without any HTTP authentication"));
	fd = dial(w);
	say(w, fd, POST("x", "1"), strlen(POST("x", "1")));
	got = hear(w, fd, NULL);
	assert_starts(got, "HTTP/1.1 401 Unauthorized\r\nServer: ");
	assert_holds(got, " GMT\r\nConnection: close\r\nWWW-Authenticate: Basic "
			  "realm=\"default\"\r\nContent-Length: 137\r\n"
			  "Content-Type: text/html\r\n\r\n<head>");
	free(got);
	close(fd);
	ask(w, "GET /events HTTP/1.1\r\n\r\n", "HTTP/1.1 401 ");
	ask(w, "GET /nothing HTTP/1.1\r\n\r\n", "HTTP/1.1 401 ");
	ask(w, "GET /nothing HTTP/1.1\r\nAuthorization: Basic x\r\n\r\n", "HTTP/1.1 400 ");
	ask(w, "GET /nothing HTTP/1.1\r\nAuthorization: Basic dXNlcjpwYXNz\r\n\r\n", "HTTP/1.1 404 ");
	assert_int_equal(w->calls, 0);
}

static void
test_who_may_call(void **state)
{
	struct world *w = *state;

	open_httpd(w);
	ask(w, "GET /x HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\n\r\n", "HTTP/1.1 404 ");
	ask(w, "GET /x HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n\r\n", "HTTP/1.1 403 Forbidden\r\n");
	ask(w, "GET /x HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: cross-site\r\n\r\n", "HTTP/1.1 403 ");
	ask(w, "GET /x HTTP/1.1\r\nHost: a\r\nSec-Fetch-Site: same-origin\r\n\r\n", "HTTP/1.1 404 ");
	ask(w, "GET /x HTTP/1.1\r\nHost: evil.example\r\n\r\n",
	    "HTTP/1.1 404 "); /* no name service leads to a UNIX socket */
}

static int
dial_tcp(int port)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&sin, sizeof sin), 0);
	return fd;
}

/* A port that is free, and is given to nobody else while *held is open: who has SO_REUSEADDR may listen on it. */
static int
free_port(int *held)
{
	struct sockaddr_in sin = {.sin_family = AF_INET};
	socklen_t len = sizeof sin;
	int one = 1;

	*held = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(setsockopt(*held, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one), 0);
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(*held, (struct sockaddr *)&sin, sizeof sin), 0);
	getsockname(*held, (struct sockaddr *)&sin, &len);
	return ntohs(sin.sin_port);
}

static void
ask_tcp(struct world *w, int port, const char *request, const char *want)
{
	int fd = dial_tcp(port);
	char *got;

	say(w, fd, request, strlen(request));
	got = hear(w, fd, "\r\n\r\n");
	assert_starts(got, want);
	free(got);
	close(fd);
}

static void
test_tcp(void **state)
{
	struct world *w = *state;
	struct linger hard = {.l_onoff = 1};
	char host[] = "127.0.0.1", *want;
	struct err err = ERR_INIT;
	int fd, port, held;

	w->server.family = SERVER_INET;
	w->server.host = host;
	w->server.port = port = free_port(&held);
	open_httpd(w);
	ask_tcp(w, port, "GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", "HTTP/1.1 404 ");
	ask_tcp(w, port, "GET /x HTTP/1.1\r\n\r\n", "HTTP/1.1 404 ");
	ask_tcp(w, port, "GET /x HTTP/1.1\r\nHost: evil.example\r\n\r\n", "HTTP/1.1 403 ");
	/* A client that waits is reset: seen at once, and the loop does not spin. */
	fd = dial_tcp(port);
	say(w, fd, "POST /RPC2 HTTP/1.1\r\nContent-Length: 5\r\n\r\nlater", 47);
	wait_for(w, &w->calls, 1);
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	close(fd);
	wait_for(w, &w->closes, 1);
	/* Twice on one port. */
	assert_null(httpd_open(&w->d, &w->config, &err));
	want = xasprintf("Another program is already listening on a port that one of our HTTP servers is "
			 "configured to use.  Shut this program down first before starting supervisord. "
			 "([unix_http_server] port '127.0.0.1:%d')",
			 port);
	assert_string_equal(err_text(&err), want);
	free(want);
	err_release(&err);
	close(held);
}

static void
test_socket_file(void **state)
{
	struct world *w = *state;
	struct sockaddr_un sun = {.sun_family = AF_UNIX};
	char socket_path[sizeof w->path], missing[] = "/nonexistent/dir/sock";
	struct err err = ERR_INIT;
	struct stat st;
	int fd, saved;

	/* A socket that nobody listens on is removed. */
	strcpy(sun.sun_path, w->path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	close(fd);
	w->server.chmod = 0770;
	saved = dup(STDERR_FILENO);
	fd = open("/dev/null", O_WRONLY);
	dup2(fd, STDERR_FILENO);
	open_httpd(w);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(fd);
	assert_int_equal(stat(w->path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0770);
	httpd_close(w->d.httpd, true);
	w->d.httpd = NULL;
	assert_int_not_equal(stat(w->path, &st), 0);
	/* A regular file is not. */
	close(open(w->path, O_WRONLY | O_CREAT, 0600));
	assert_null(httpd_open(&w->d, &w->config, &err));
	assert_holds(err_text(&err), "' exists and is not a socket");
	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(unlink(w->path), 0);
	/* One that listens is another daemon, silent or not. */
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof sun), 0);
	assert_int_equal(listen(fd, 5), 0);
	assert_null(httpd_open(&w->d, &w->config, &err));
	assert_starts(err_text(&err), "Another program is already listening on a port");
	close(fd);
	assert_int_equal(unlink(w->path), 0);
	memcpy(socket_path, w->path, sizeof socket_path);
	w->server.file = missing;
	assert_null(httpd_open(&w->d, &w->config, &err));
	assert_string_equal(err_text(&err),
			    "Cannot open an HTTP server: socket.error reported errno.ENOENT (2) "
			    "([unix_http_server] file '/nonexistent/dir/sock')");
	err_release(&err);
}

/* Two servers, the second of which cannot be opened: the first one's socket is gone. */
static void
test_failed_start_leaves_nothing(void **state)
{
	struct world *w = *state;
	struct server_config two[2];
	char missing[] = "/nonexistent/dir/sock";
	struct err err = ERR_INIT;
	struct stat st;

	two[0] = two[1] = w->server;
	two[1].file = missing;
	w->config.servers = two;
	w->config.nservers = 2;
	assert_null(httpd_open(&w->d, &w->config, &err));
	assert_int_not_equal(stat(w->path, &st), 0);
	err_release(&err);
}

/*
 * Tails, with the real log pump.
 */

static struct process *
add_process(struct world *w, char *log)
{
	static char name[] = "prog";
	struct group *group;

	w->process_config.name = name;
	w->group_config.name = name;
	w->group_config.refs = 1; /* the test's */
	w->group_config.nprocs = 1;
	w->group_config.procs = &w->process_config;
	group = process_table_add(&w->d.table, &w->group_config);
	group->procs[0].logpath[CHANNEL_STDOUT] = xstrdup(log);
	return &group->procs[0];
}

static void
put_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static int
start_tail(struct world *w, const char *request, char **head)
{
	int fd = dial(w);

	say(w, fd, request, strlen(request));
	*head = hear(w, fd, "\r\n\r\n");
	return fd;
}

static void
assert_heard(struct world *w, int fd, const char *until, const char *want)
{
	char *got = hear(w, fd, until);

	assert_string_equal(got, want);
	free(got);
}

static void
say_child(struct world *w, int fd, const char *text)
{
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	turns(w);
}

static void
test_tail(void **state)
{
	struct world *w = *state;
	struct logpump_channel *c;
	char log[128], moved[160], *head;
	struct process *p;
	int fd, fds[2];

	snprintf(log, sizeof log, "%s/x.log", w->dir);
	snprintf(moved, sizeof moved, "%s.1", log);
	put_file(log, "old\n");
	p = add_process(w, log);
	open_httpd(w);
	fd = start_tail(w, "GET /logtail/prog:prog/stdout HTTP/1.1\r\n\r\n", &head);
	assert_holds(head, " GMT\r\nLast-Modified: ");
	assert_holds(head, " GMT\r\nContent-Type: text/plain;charset=utf-8\r\nX-Accel-Buffering: no\r\n"
			   "Transfer-Encoding: chunked\r\n\r\n");
	if (strstr(head, "\r\n\r\n4\r\nold\n\r\n") == NULL)
		assert_heard(w, fd, "old\n\r\n", "4\r\nold\n\r\n");
	free(head);
	/* Written by the program, at once. */
	c = logpump_open(w->d.logpump, p, CHANNEL_STDOUT);
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	logpump_start(c, fds[0]);
	say_child(w, fds[1], "new\n");
	assert_heard(w, fd, "new\n\r\n", "4\r\nnew\n\r\n");
	/* Rotated by somebody else: what the new file gets. */
	assert_int_equal(rename(log, moved), 0);
	say_child(w, fds[1], "in the old one\n");
	assert_heard(w, fd, "one\n\r\n", "f\r\nin the old one\n\r\n");
	logpump_reopen_all(w->d.logpump);
	say_child(w, fds[1], "in the new one\n");
	assert_heard(w, fd, "one\n\r\n", "f\r\nin the new one\n\r\n");
	/* Cut in place. */
	assert_int_equal(truncate(log, 0), 0);
	say_child(w, fds[1], "after\n");
	assert_heard(w, fd, "after\n\r\n", "17\r\n==> File truncated <==\n\r\n6\r\nafter\n\r\n");
	/* Cleared. */
	assert_true(logpump_clear(w->d.logpump, p));
	say_child(w, fds[1], "clean\n");
	assert_heard(w, fd, "clean\n\r\n", "6\r\nclean\n\r\n");
	/* Deleted: on with the old one, until there is a new one. */
	assert_int_equal(unlink(log), 0);
	say_child(w, fds[1], "nowhere\n");
	assert_heard(w, fd, "nowhere\n\r\n", "8\r\nnowhere\n\r\n");
	logpump_reopen_all(w->d.logpump);
	say_child(w, fds[1], "somewhere\n");
	assert_heard(w, fd, "somewhere\n\r\n", "a\r\nsomewhere\n\r\n");
	logpump_close(c);
	close(fds[1]);
	close(fd);
	turns(w);
}

/* A reader that does not read costs no memory, and gets all of the file when it reads again. */
static void
test_tail_of_a_slow_reader(void **state)
{
	enum { CHUNKS = 400 };
	struct world *w = *state;
	struct logpump_channel *c;
	char log[128], chunk[16384], *head, piece[65536];
	size_t got = 0;
	ssize_t n;
	int fd, fds[2], idle = 0;

	snprintf(log, sizeof log, "%s/x.log", w->dir);
	put_file(log, "");
	c = logpump_open(w->d.logpump, add_process(w, log), CHANNEL_STDOUT);
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	logpump_start(c, fds[0]);
	open_httpd(w);
	fd = start_tail(w, "GET /logtail/prog HTTP/1.0\r\n\r\n", &head);
	free(head);
	memset(chunk, 's', sizeof chunk);
	for (int i = 0; i < CHUNKS; i++) {
		assert_int_equal(write(fds[1], chunk, sizeof chunk), sizeof chunk);
		turn(w);
		turn(w);
	}
	while (got < CHUNKS * sizeof chunk && idle < 1000) {
		n = recv(fd, piece, sizeof piece, MSG_DONTWAIT);
		got += n > 0 ? (size_t)n : 0;
		idle = n > 0 ? 0 : idle + 1;
		turn(w);
	}
	assert_int_equal(got, CHUNKS * sizeof chunk);
	say_child(w, fds[1], "at the end");
	assert_heard(w, fd, "end", "at the end");
	logpump_close(c);
	close(fds[1]);
	close(fd);
	turns(w);
}

static void
test_tail_begins_with_the_last_1024_bytes(void **state)
{
	struct world *w = *state;
	char log[128], text[2001], *head, *got;
	int fd;

	for (int i = 0; i < 2000; i++)
		text[i] = (char)('a' + i % 26);
	text[2000] = '\0';
	snprintf(log, sizeof log, "%s/x.log", w->dir);
	put_file(log, text);
	add_process(w, log);
	open_httpd(w);
	fd = start_tail(w, "GET /logtail/prog?x HTTP/1.1\r\n\r\n", &head);
	got = strstr(head, "\r\n\r\n")[4] == '\0' ? hear(w, fd, text + 1990)
						  : xstrdup(strstr(head, "\r\n\r\n") + 4);
	assert_starts(got, "400\r\n");
	assert_int_equal(memcmp(got + 5, text + 2000 - 1024, 1024), 0);
	free(got);
	free(head);
	close(fd);
	ask(w, "GET /logtail/prog/stderr HTTP/1.1\r\n\r\n", "HTTP/1.1 404 ");
	ask(w, "GET /logtail/prog/stdout/x HTTP/1.1\r\n\r\n", "HTTP/1.1 404 ");
	ask(w, "GET /logtail/prog:* HTTP/1.1\r\n\r\n", "HTTP/1.1 404 ");
	ask(w, "GET /logtail/prog%3Aprog HTTP/1.1\r\n\r\n", "HTTP/1.1 200 ");
	assert_int_equal(unlink(log), 0);
	ask(w, "GET /logtail/prog HTTP/1.1\r\n\r\n", "HTTP/1.1 404 ");
}

/* A client that reads in the daemon's loop, so that it is as quick as that, and a request that it has sent. */
struct reader {
	int fd;
	size_t most; /* what it takes at a time */
	size_t got;
	unsigned end;
	struct event *event;
};

static void
reader_cb(evutil_socket_t fd, short what, void *arg)
{
	struct reader *r = arg;
	char piece[65536];
	ssize_t n = recv(fd, piece, r->most, MSG_DONTWAIT);

	(void)what;
	if (n > 0) {
		r->got += (size_t)n;
	} else if (n == 0) {
		r->end = 1;
		event_del(r->event);
	}
}

static void
reader_open(struct reader *r, struct world *w, const char *request, unsigned calls)
{
	*r = (struct reader){.fd = dial(w), .most = 65536};
	r->event = event_new(w->d.base, r->fd, EV_READ | EV_PERSIST, reader_cb, r);
	say(w, r->fd, request, strlen(request));
	wait_for(w, &w->calls, calls);
}

static void
reader_close(struct reader *r)
{
	event_free(r->event);
	close(r->fd);
}

/* At the end an answer goes out whole, and nobody else is answered. */
static void
test_drain(void **state)
{
	struct world *w = *state;
	struct reader r;
	int idle;

	open_httpd(w);
	w->d.httpd->patience = w->d.httpd->drain_limit = DEADLINE;
	idle = dial(w);
	reader_open(&r, w, POST("big", "3") POST("never", "5"), 1);
	say(w, idle, POST("", "5"), strlen(POST("", "5")));
	turns(w);
	assert_true(send(idle, "never", 5, MSG_NOSIGNAL) == 5);
	event_add(r.event, NULL);
	httpd_drain(w->d.httpd);
	wait_for(w, &r.end, 1);
	assert_true(r.got > 4 << 20);
	assert_int_equal(w->calls, 1);
	assert_int_equal(recv(idle, &(char){0}, 1, MSG_DONTWAIT), -1);
	reader_close(&r);
	close(idle);
}

/* An answer that is made while it is sent, and what a stream has said. */
static void
test_drain_of_streams(void **state)
{
	struct world *w = *state;
	char *text = xcalloc(1, 4 << 20);
	struct reader r;

	memset(text, 's', 4 << 20);
	open_httpd(w);
	w->d.httpd->patience = w->d.httpd->drain_limit = DEADLINE;
	reader_open(&r, w, "GET /events HTTP/1.0\r\n\r\n", 1);
	http_stream_write(w->stream, text, 4 << 20);
	event_add(r.event, NULL);
	httpd_drain(w->d.httpd);
	assert_int_equal(r.end, 0);
	httpd_close(w->d.httpd, true);
	w->d.httpd = NULL;
	wait_for(w, &r.end, 1);
	assert_true(r.got > 4 << 20);
	reader_close(&r);
	free(text);
}

/* Who takes nothing, or takes for ever, holds nobody up for long. A drain that waits would never end here. */
static void
test_drain_is_bounded(void **state)
{
	const mono_us moment = SECOND_US / 20, never = 1000 * SECOND_US;
	struct world *w = *state;
	struct reader r;

	open_httpd(w);
	reader_open(&r, w, POST("big", "3"), 1);
	w->d.httpd->patience = moment;
	w->d.httpd->drain_limit = never;
	httpd_drain(w->d.httpd);
	w->d.httpd->patience = never;
	w->d.httpd->drain_limit = moment;
	r.most = 1;
	event_add(r.event, NULL);
	httpd_drain(w->d.httpd);
	assert_true(r.got < 4 << 20);
	reader_close(&r);
}

/* Neither a connection nor a stream with nothing to say, nor an answer that is not there yet. */
static void
test_drain_of_nothing(void **state)
{
	struct world *w = *state;
	struct reader idle, stream, later;

	open_httpd(w);
	w->d.httpd->patience = w->d.httpd->drain_limit = 1000 * SECOND_US;
	reader_open(&idle, w, POST("a", "1"), 1);
	reader_open(&stream, w, "GET /events HTTP/1.1\r\n\r\n", 2);
	reader_open(&later, w, POST("later", "5"), 3);
	turns(w);
	httpd_drain(w->d.httpd);
	reader_close(&idle);
	reader_close(&stream);
	reader_close(&later);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_answer_is_supervisors),
	    TEST(test_versions_and_closing),
	    TEST(test_methods_and_lengths),
	    TEST(test_unexpected_body),
	    TEST(test_no_request),
	    TEST(test_body_has_a_limit),
	    TEST(test_headers_have_a_limit),
	    TEST(test_pipelining_and_cuts),
	    TEST(test_half_closed),
	    TEST(test_refused_body),
	    TEST(test_deferred),
	    TEST(test_deferred_client_leaves),
	    TEST(test_stream),
	    TEST(test_stream_ends),
	    TEST(test_stream_on_http_1_0),
	    TEST(test_stream_is_cut),
	    TEST(test_stream_that_ends),
	    TEST(test_late_body_of_a_stream),
	    TEST(test_streams_end_with_the_daemon),
	    TEST(test_drain),
	    TEST(test_drain_of_streams),
	    TEST(test_drain_is_bounded),
	    TEST(test_drain_of_nothing),
	    TEST(test_many_connections),
	    TEST(test_close_on_exec),
	    TEST(test_time_limit),
	    TEST(test_time_limit_of_streams),
	    TEST(test_answer_is_not_awaited),
	    TEST(test_junk_during_an_answer),
	    TEST(test_more_than_is_read_ahead),
	    TEST(test_expect_continue),
	    TEST(test_rubbish),
	    TEST(test_limit_of_connections),
	    TEST(test_no_descriptors),
	    TEST(test_auth),
	    TEST(test_who_may_call),
	    TEST(test_tcp),
	    TEST(test_socket_file),
	    TEST(test_failed_start_leaves_nothing),
	    TEST(test_tail),
	    TEST(test_tail_of_a_slow_reader),
	    TEST(test_tail_begins_with_the_last_1024_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
