/*
 * fuzz_http_conn.c: the bytes of a connection, without a socket: cut in pieces, read no further than the server wants,
 * answers taken in pieces. However they are cut, the same handlers are called with the same requests, and the same
 * bytes go out. Handlers are played: they answer at once, later, piece by piece, or for ever.
 *
 * The first byte says how the world is (enum world_bits; digits and letters give all of them), the second seeds the cuts.
 * A byte \1 stands for 8 KiB of a letter, so that short inputs reach the limits.
 */
#include "autoconf.h"

#include "daemon/http_internal.h"

#include <event2/buffer.h>

#include "base/xmalloc.h"
#include "tests/fuzz/fuzz.h"

enum world_bits {
	WORLD_TCP = 1 << 0,
	WORLD_GUARDED = 1 << 1,   /* with a name and a password */
	WORLD_NARROW = 1 << 2,    /* bodies have at most 64 bytes */
	WORLD_LEAVES = 1 << 3,    /* the client closes its side at the end */
	WORLD_IMPATIENT = 1 << 4, /* it does so while an answer is awaited */
	WORLD_ENDING = 1 << 6,    /* at the end the daemon does */
};

static struct {
	struct daemon d;
	struct httpd h;
	struct http_server server;
	struct fuzz_cut cut;
	struct buf calls, sent;
	struct http_request *later;
	unsigned pieces; /* of the stream that ends, still to be written */
	struct http_stream *stream;
	int open; /* requests that wait and streams: what must be told of the end of its connection */
} world;

void
daemon_tick(struct daemon *d)
{
	d->now = (struct now){.mono = SECOND_US, .wall = SECOND_US};
}

static void
no_log(void *arg, enum log_level level, const char *line, size_t len)
{
	(void)arg, (void)level, (void)line, (void)len;
}

/*
 * Handlers.
 */

static void
note(const struct http_request *r, const char *handler)
{
	size_t len;
	const char *body = http_request_body(r, &len);

	FUZZ_CHECK(len <= world.server.max_body);
	buf_printf(&world.calls, "%s %d %s ", handler, (int)http_request_method(r), http_request_path(r));
	buf_append(&world.calls, body, len);
	buf_putc(&world.calls, '\n');
}

static void
request_closed(void *arg)
{
	(void)arg;
	world.later = NULL;
	world.open--;
}

void
rpc_handle(struct daemon *d, struct http_request *r)
{
	size_t len;
	const char *body = http_request_body(r, &len);

	(void)d;
	note(r, "rpc");
	if (len > 0 && body[0] == 'l') {
		world.later = r;
		world.open++;
		http_request_on_close(r, request_closed, NULL);
		return;
	}
	http_reply(r, 200, "text/xml", body, len);
}

static void
stream_closed(void *arg)
{
	(void)arg;
	world.stream = NULL;
	world.open--;
}

static void
stream_writable(void *arg)
{
	(void)arg;
	if (world.pieces-- > 0) {
		http_stream_write(world.stream, "piece", 5);
		return;
	}
	http_stream_end(world.stream);
	stream_closed(NULL);
}

static void
start_stream(struct http_request *r, bool has_end)
{
	const struct http_stream_callbacks cb = {
	    .has_end = has_end, .writable = has_end ? stream_writable : NULL, .closed = stream_closed};

	world.open++;
	world.pieces = 2;
	world.stream = http_stream_start(r, "text/plain", NULL, &cb, NULL);
	http_stream_write(world.stream, "first", 5);
}

void
metrics_handle(struct daemon *d, struct http_request *r)
{
	(void)d;
	note(r, "metrics");
	start_stream(r, true);
}

void
push_handle(struct daemon *d, struct http_request *r)
{
	(void)d;
	note(r, "events");
	start_stream(r, false);
}

void
tail_handle(struct daemon *d, struct http_request *r)
{
	push_handle(d, r);
}

void
tail_handle_mainlog(struct daemon *d, struct http_request *r)
{
	push_handle(d, r);
}

void
page_handle(struct daemon *d, struct http_request *r)
{
	const char *action = http_request_form(r, "action");

	(void)d;
	note(r, "page");
	if (action != NULL)
		http_reply_headers(r, 303, (const char *[]){"Location", action, NULL}, NULL, 0);
	else
		http_reply(r, 200, "text/plain", "page", 4);
}

void
page_handle_tail(struct daemon *d, struct http_request *r)
{
	page_handle(d, r);
}

void
page_handle_ok(struct daemon *d, struct http_request *r)
{
	page_handle(d, r);
}

void
page_handle_asset(struct daemon *d, struct http_request *r)
{
	note(r, "asset");
	(void)d;
	http_reply_error(r, 404);
}

/*
 * The kernel's part.
 */

/* The connection; NULL: it has ended. */
static struct http_conn *
conn(void)
{
	struct http_conn *c = TAILQ_FIRST(&world.h.waiting);

	return c != NULL ? c : TAILQ_FIRST(&world.h.busy);
}

static void
turn(void)
{
	while (event_base_get_num_events(world.d.base, EVENT_BASE_COUNT_ACTIVE) > 0)
		event_base_loop(world.d.base, EVLOOP_NONBLOCK);
}

/* How much the server is willing to read. */
static size_t
room(struct http_conn *c)
{
	size_t len = evbuffer_get_length(bufferevent_get_input(c->bev)), high = 0;

	bufferevent_getwatermark(c->bev, EV_READ, NULL, &high);
	return (bufferevent_get_enabled(c->bev) & EV_READ) != 0 && len < high ? high - len : 0;
}

/* Some of the bytes come. Their number. */
static size_t
feed(const char *data, size_t len)
{
	struct http_conn *c = conn();
	struct evbuffer *input = bufferevent_get_input(c->bev);
	size_t most = room(c), n = len > 0 ? fuzz_piece(&world.cut, len) : 0;

	if (n > most)
		n = most;
	if (n == 0)
		return 0;
	evbuffer_unfreeze(input, 0);
	FUZZ_CHECK(evbuffer_add(input, data, n) == 0);
	evbuffer_freeze(input, 0);
	bufferevent_trigger(c->bev, EV_READ, 0);
	turn();
	return n;
}

/* Some of what is to be sent goes out. */
static bool
take(void)
{
	struct http_conn *c = conn();
	struct evbuffer *output = bufferevent_get_output(c->bev);
	size_t len = evbuffer_get_length(output), n = len > 0 ? fuzz_piece(&world.cut, len) : 0;

	if (n == 0)
		return false;
	buf_append(&world.sent, (const char *)evbuffer_pullup(output, (ssize_t)n), n);
	evbuffer_unfreeze(output, 1);
	evbuffer_drain(output, n);
	evbuffer_freeze(output, 1);
	if (n == len)
		bufferevent_trigger(c->bev, EV_WRITE, 0);
	turn();
	return true;
}

static bool
answer_later(void)
{
	struct http_request *r = world.later;

	if (r == NULL)
		return false;
	request_closed(NULL);
	http_request_on_close(r, NULL, NULL);
	http_reply(r, 200, "text/xml", "later", 5);
	turn();
	return true;
}

static void
leave(void)
{
	bufferevent_trigger_event(conn()->bev, BEV_EVENT_EOF, 0);
	turn();
}

/* Who is neither read nor answered has been forgotten. */
static void
check_not_forgotten(void)
{
	struct http_conn *c = conn();

	if (c->phase == HTTP_IDLE || c->phase == HTTP_READING || c->phase == HTTP_LINGERING)
		FUZZ_CHECK(room(c) > 0);
	else
		FUZZ_CHECK(c->phase == HTTP_STREAMING && !c->has_end);
}

static void
talk(const char *data, size_t len, unsigned bits)
{
	size_t n;
	bool moved = true;

	while (conn() != NULL && moved) {
		n = feed(data, len);
		data += n;
		len -= n;
		moved = n > 0;
		if (conn() != NULL && world.later != NULL && (bits & WORLD_IMPATIENT) != 0)
			leave();
		if (conn() != NULL)
			moved |= take();
		if (conn() != NULL)
			moved |= answer_later();
	}
	if (conn() != NULL)
		check_not_forgotten();
	if (conn() != NULL && (bits & WORLD_LEAVES) != 0)
		leave();
	FUZZ_CHECK((bits & WORLD_LEAVES) == 0 || conn() == NULL);
}

static void
run(const struct buf *input, unsigned bits, struct fuzz_cut cut)
{
	world.cut = cut;
	world.h.ending = false;
	buf_clear(&world.calls);
	buf_clear(&world.sent);
	daemon_tick(&world.d);
	http_conn_new(&world.server, -1, NULL, 0);
	talk(buf_str(input), input->len, bits);
	if ((bits & WORLD_ENDING) != 0) {
		world.h.drain_limit = 0;
		httpd_drain(&world.h);
	}
	http_conns_release(&world.h);
	turn();
	FUZZ_CHECK(world.h.nconns == 0 && world.open == 0);
}

static void
make_world(void)
{
	world.d.base = event_base_new();
	world.d.log = (struct log){.level = LOG_LEVEL_TRACE, .write = no_log, .now = &world.d.now};
	world.h.daemon = &world.d;
	world.h.nodename = xstrdup("node");
	http_conns_init(&world.h);
	buf_init(&world.calls, FUZZ_MAX);
	buf_init(&world.sent, FUZZ_MAX);
	world.server = (struct http_server){.httpd = &world.h, .section = xstrdup("fuzz")};
}

static void
expand(struct buf *input, const char *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (data[i] != '\1')
			buf_putc(input, data[i]);
		for (int n = 0; data[i] == '\1' && n < 8192; n++)
			buf_putc(input, 'x');
	}
}

/* Whether the client is told to send the body depends on whether it has begun to, and so on the cuts. */
static bool
may_differ(const struct buf *input, unsigned bits)
{
	return (bits & WORLD_IMPATIENT) != 0 || strcasestr(buf_str(input), "100-continue") != NULL ||
	       memchr(buf_str(input), '\0', input->len) != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf input = BUF_INIT(FUZZ_MAX), calls = BUF_INIT(FUZZ_MAX), sent = BUF_INIT(FUZZ_MAX);
	unsigned bits;

	if (size < 2)
		return 0;
	if (world.d.base == NULL)
		make_world();
	bits = data[0];
	world.server.is_unix = (bits & WORLD_TCP) == 0;
	world.server.username = (bits & WORLD_GUARDED) != 0 ? (char[]){"user"} : NULL;
	world.server.password = (char[]){"secret"};
	world.server.max_body = (bits & WORLD_NARROW) != 0 ? 64 : 1 << 20;
	expand(&input, (const char *)data + 2, size - 2);
	run(&input, bits, (struct fuzz_cut){.whole = true});
	buf_append(&calls, buf_str(&world.calls), world.calls.len);
	buf_append(&sent, buf_str(&world.sent), world.sent.len);
	run(&input, bits, (struct fuzz_cut){.seed = data[1]});
	if (!may_differ(&input, bits)) {
		fuzz_check_equal(&calls, &world.calls);
		fuzz_check_equal(&sent, &world.sent);
	}
	buf_release(&input);
	buf_release(&calls);
	buf_release(&sent);
	return 0;
}
