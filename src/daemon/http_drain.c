/*
 * http_drain.c: what is still in our buffers at the daemon's end goes out. An answer may be larger than what its socket
 * takes at once; the client that reads it gets it whole, the one that does not is not waited for. Nobody else is
 * answered any more.
 */
#include "autoconf.h"

#include "daemon/http_internal.h"

#include <event2/buffer.h>

/* Something is to be sent, or to be made and sent. */
static bool
is_sending(const struct http_conn *c)
{
	return c->has_end || evbuffer_get_length(bufferevent_get_output(c->bev)) > 0;
}

/* Nobody has been waiting for the reader of an answer, however long he has not moved. A stream is not an answer, and its
   reader may have stopped hours ago. */
static void
begin(struct httpd *h)
{
	struct http_conn *c;

	h->ending = true;
	http_accept_no_more(h);
	daemon_tick(h->daemon);
	TAILQ_FOREACH(c, &h->busy, link)
		if (c->phase == HTTP_WRITING || c->has_end)
			c->progress = h->daemon->now.mono;
}

/* How long somebody may still be waited for, at most; 0 or less: nobody. */
static mono_us
time_left(const struct httpd *h)
{
	mono_us now = h->daemon->now.mono, most = 0;
	const struct http_conn *c;

	TAILQ_FOREACH(c, &h->busy, link) {
		mono_us left = c->progress + h->patience - now;

		if (is_sending(c) && left > most)
			most = left;
	}
	return most;
}

static void
wake_cb(evutil_socket_t fd, short what, void *arg)
{
	struct httpd *h = arg;

	(void)fd, (void)what;
	daemon_tick(h->daemon);
}

void
httpd_drain(struct httpd *h)
{
	struct event *wake = evtimer_new(h->daemon->base, wake_cb, h);
	mono_us end, left;

	begin(h);
	end = h->daemon->now.mono + h->drain_limit;
	while (wake != NULL && (left = time_left(h)) > 0 && h->daemon->now.mono < end) {
		struct timeval tv;

		if (left > end - h->daemon->now.mono)
			left = end - h->daemon->now.mono;
		tv = (struct timeval){.tv_sec = left / SECOND_US, .tv_usec = left % SECOND_US};
		evtimer_add(wake, &tv);
		event_base_loop(h->daemon->base, EVLOOP_ONCE);
		daemon_tick(h->daemon);
	}
	if (wake != NULL)
		event_free(wake);
}
