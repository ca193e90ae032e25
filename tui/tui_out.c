/* tui_out.c: see tui_out.h. Event: the terminal takes bytes again (writable_cb). Calls out: drained, gone. */
#include "autoconf.h"

#include "tui/tui_out.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xmalloc.h"

#define PIECE 256 /* so much a terminal takes without waiting when poll says that it takes anything */

struct tui_out {
	const struct tui_out_ops *ops;
	void *arg;
	int fd;
	bool own; /* fd is ours, and does not block */
	struct buf waiting;
	struct event *writable;
	mono_us since; /* when it began to wait */
	mono_us took;
	uint64_t total;
	bool gone;
};

static mono_us
now_us(void)
{
	struct now now;

	clock_read(&now);
	return now.mono;
}

/* The same terminal, without blocking; -1 when it cannot be opened again (another user's, after su). */
static int
open_again(int fd)
{
	char path[32];
	int again;

	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	again = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (again < 0)
		again = open("/dev/tty", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	return again;
}

/* Writes what the terminal takes now. False: it has gone. */
static bool
push(struct tui_out *out)
{
	while (out->waiting.len > 0) {
		size_t len = out->waiting.len;
		struct pollfd ready = {.fd = out->fd, .events = POLLOUT};
		ssize_t n;

		if (!out->own) {
			if (poll(&ready, 1, 0) <= 0)
				return true;
			len = len > PIECE ? PIECE : len;
		}
		n = write(out->fd, out->waiting.data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK;
		out->total += (uint64_t)n;
		buf_consume(&out->waiting, (size_t)n);
	}
	return true;
}

static void
end(struct tui_out *out)
{
	out->gone = true;
	buf_release(&out->waiting);
	out->ops->gone(out->arg);
}

static void
writable_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_out *out = arg;

	(void)fd;
	(void)what;
	if (!push(out))
		end(out);
	else if (out->waiting.len > 0)
		event_add(out->writable, NULL);
	else {
		out->took = now_us() - out->since;
		out->ops->drained(out->arg);
	}
}

struct tui_out *
tui_out_new(struct event_base *base, int fd, const struct tui_out_ops *ops, void *arg)
{
	struct tui_out *out = xcalloc(1, sizeof(*out));

	out->ops = ops;
	out->arg = arg;
	buf_init(&out->waiting, TUI_OUT_MAX);
	out->fd = open_again(fd);
	out->own = out->fd >= 0;
	if (!out->own)
		out->fd = fd;
	out->writable = event_new(base, out->fd, EV_WRITE, writable_cb, out);
	return out;
}

void
tui_out_free(struct tui_out *out)
{
	if (out == NULL)
		return;
	event_free(out->writable);
	if (out->own)
		close(out->fd);
	buf_release(&out->waiting);
	free(out);
}

bool
tui_out_write(struct tui_out *out, const char *bytes, size_t len)
{
	bool waited = out->waiting.len > 0;

	if (out->gone || len > TUI_OUT_MAX - out->waiting.len || !buf_append(&out->waiting, bytes, len))
		return false;
	if (waited)
		return true;
	out->took = 0;
	if (!push(out)) {
		/* Who called is in the middle of something: told from the loop. */
		event_active(out->writable, EV_WRITE, 1);
	} else if (out->waiting.len > 0) {
		out->since = now_us();
		event_add(out->writable, NULL);
	}
	return true;
}

bool
tui_out_is_empty(const struct tui_out *out)
{
	return out->waiting.len == 0;
}

void
tui_out_finish(struct tui_out *out, int ms)
{
	mono_us end_at = now_us() + (mono_us)ms * 1000;

	event_del(out->writable);
	while (push(out) && out->waiting.len > 0) {
		struct pollfd ready = {.fd = out->fd, .events = POLLOUT};
		mono_us left = end_at - now_us();

		if (left <= 0 || poll(&ready, 1, (int)(left / 1000) + 1) < 0)
			break;
	}
	buf_clear(&out->waiting);
}

mono_us
tui_out_took(const struct tui_out *out)
{
	return out->took;
}

uint64_t
tui_out_total(const struct tui_out *out)
{
	return out->total;
}
