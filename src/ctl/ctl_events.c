/* ctl_events.c: see ctl_events.h. */
#include "autoconf.h"

#include "ctl/ctl_events.h"

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "client/client_stream.h"
#include "core/sse.h"

#define EVENT_MAX (8 * 1024 * 1024) /* bytes of one event */
#define SILENCE 40 /* seconds: a comment comes every 15, so that long means that nobody is there */

struct ctl_events {
	struct client_stream *stream;
	struct sse_parser parser;
	struct event *silence;
	const struct ctl_events_ops *ops;
	void *arg;
	char *last_id; /* owned */
};

static void
events_one(void *arg, const struct sse_event *ev)
{
	struct ctl_events *events = arg;
	json_t *data = json_loadb(ev->data, ev->data_len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

	if (ev->id != NULL && (events->last_id == NULL || strcmp(events->last_id, ev->id) != 0)) {
		free(events->last_id);
		events->last_id = xstrdup(ev->id);
	}
	if (data != NULL)
		events->ops->event(events->arg, ev->event, data);
	json_decref(data);
}

/* Ends it for a reason that the connection does not know of. */
static void
events_fail(struct ctl_events *events, enum client_error_kind kind, const char *text)
{
	struct client_error e = CLIENT_ERROR_INIT;

	client_stream_close(events->stream);
	events->stream = NULL;
	event_del(events->silence);
	client_error_set(&e, kind, 0, "%s", text);
	events->ops->end(events->arg, &e);
	client_error_release(&e);
}

static void
events_heard(struct ctl_events *events)
{
	event_add(events->silence, &(struct timeval){.tv_sec = SILENCE});
}

static void
events_open(void *arg)
{
	events_heard(arg);
}

static void
events_data(void *arg, const char *data, size_t len)
{
	struct ctl_events *events = arg;

	events_heard(events);
	if (!sse_parser_feed(&events->parser, data, len))
		events_fail(events, CLIENT_TOO_BIG, "the daemon sent an event that is too long");
}

static void
events_end(void *arg, const struct client_error *e)
{
	struct ctl_events *events = arg;

	event_del(events->silence);
	events->ops->end(events->arg, e);
}

static void
events_silence_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	events_fail(arg, CLIENT_TIMEOUT, "the daemon has said nothing for long");
}

static const struct client_stream_ops stream_ops = {
    .open = events_open,
    .data = events_data,
    .end = events_end,
};

struct ctl_events *
ctl_events_open(struct ctl *ctl, const char *last_id, const struct ctl_events_ops *ops, void *arg)
{
	struct client_options options = ctl_client_options(ctl);
	struct ctl_events *events = xcalloc(1, sizeof(*events));

	events->ops = ops;
	events->arg = arg;
	events->last_id = last_id != NULL ? xstrdup(last_id) : NULL;
	events->silence = evtimer_new(ctl->base, events_silence_cb, events);
	sse_parser_init(&events->parser, EVENT_MAX, events_one, events);
	events->stream = client_stream_open(ctl->base, &options, "/events?events=process,group",
					    "text/event-stream", last_id, &stream_ops, events);
	return events;
}

void
ctl_events_close(struct ctl_events *events)
{
	if (events == NULL)
		return;
	client_stream_close(events->stream);
	event_free(events->silence);
	sse_parser_release(&events->parser);
	free(events->last_id);
	free(events);
}

const char *
ctl_events_last_id(const struct ctl_events *events)
{
	return events->last_id;
}
