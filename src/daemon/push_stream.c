/*
 * push_stream.c: one reader of the push stream, and what it gets when.
 *
 * A stream begins with a snapshot (or resumes from the ring), catches up with what happened meanwhile, and is
 * then live: each event is written when it happens. What can be made later is made only when less than
 * PUSH_LOW_WATER is unsent. A live stream that reaches PUSH_LIMIT is behind: it gets nothing more until all
 * is sent, then it begins anew with a snapshot. So the memory of a stream is bounded, and nobody waits for
 * it.
 *
 *     SNAPSHOT --(table done)--> CATCH_UP --(ring done)--> LIVE --(limit)--> BEHIND --(all sent)--> SNAPSHOT
 *                                   \--(ring overrun)--> SNAPSHOT
 *
 * Entered by: push.c (a record, a request), the HTTP stream (room again), the sampler. Calls out:
 * http_stream_write.
 */
#include "autoconf.h"

#include "daemon/push_stream.h"

#include <stdlib.h>

#include "core/sse.h"
#include "daemon/daemon.h"
#include "daemon/http_stream.h"
#include "daemon/sampler.h"

/* Sends what is in the frame, whatever is unsent: the caller has looked. */
static void
send_frame(struct push_stream *s, const struct buf *frame)
{
	if (frame->len > 0)
		http_stream_write(s->http, frame->data, frame->len);
}

static struct buf *
empty_frame(struct push_stream *s)
{
	buf_clear(&s->push->frame);
	return &s->push->frame;
}

static void
send_mark(struct push_stream *s, const char *event, uint64_t seq)
{
	struct buf *frame = empty_frame(s);
	char id[PUSH_ID_MAX];

	push_id(s->push, seq, id);
	sse_write(frame, event, id, "{}", 2);
	send_frame(s, frame);
}

static void
begin_snapshot(struct push_stream *s)
{
	s->coalesce = true;
	if ((s->kinds & PUSH_PROCESS) == 0) {
		s->phase = PHASE_CATCH_UP;
		return;
	}
	s->sent = history_newest(s->push->d->history);
	s->cursor = (struct push_cursor){0};
	if (s->told != NULL)
		push_metrics_forget(s->told);
	s->phase = PHASE_SNAPSHOT;
	send_mark(s, "snapshot-begin", 0);
}

static bool
continue_snapshot(struct push_stream *s)
{
	struct buf *frame = empty_frame(s);

	if (push_render_batch(s->push, &s->cursor, frame)) {
		send_frame(s, frame);
		return true;
	}
	send_mark(s, "snapshot-end", s->sent);
	s->phase = PHASE_CATCH_UP;
	return true;
}

/* The logs that the request named: after the first snapshot, so that a long past does not delay it. */
static void
enter_live(struct push_stream *s)
{
	char **wanted = s->wanted;
	size_t n = s->nwanted;

	s->phase = PHASE_LIVE;
	s->wanted = NULL;
	s->nwanted = 0;
	if (n > 0)
		push_logs_follow(s, (const char *const *)wanted, n);
	for (size_t i = 0; i < n; i++)
		free(wanted[i]);
	free(wanted);
}

static bool
catch_up(struct push_stream *s)
{
	const struct history *h = s->push->d->history;
	struct buf *frame;

	if (s->sent + 1 < history_oldest(h)) {
		s->sent = history_oldest(h) - 1;
		begin_snapshot(s);
		return true;
	}
	if (s->sent == history_newest(h)) {
		enter_live(s);
		return true;
	}
	s->sent++;
	if (s->coalesce && history_superseded(h, s->sent))
		return true;
	frame = empty_frame(s);
	if (!push_render_record(s->push, s->sent, s->kinds, !s->coalesce, frame)) {
		begin_snapshot(s);
		return true;
	}
	send_frame(s, frame);
	return true;
}

static bool
send_metrics(struct push_stream *s)
{
	struct buf *frame;

	if (!s->metrics_ready)
		return false;
	frame = empty_frame(s);
	s->metrics_ready = push_render_metrics(s, frame);
	send_frame(s, frame);
	return s->metrics_ready;
}

/* One step; false: there is nothing to do now. */
static bool
step(struct push_stream *s)
{
	switch (s->phase) {
	case PHASE_SNAPSHOT:
		return continue_snapshot(s);
	case PHASE_CATCH_UP:
		return catch_up(s);
	case PHASE_LIVE:
		return send_metrics(s);
	case PHASE_BEHIND:
		if (http_stream_unsent(s->http) > 0)
			return false;
		begin_snapshot(s);
		return true;
	}
	return false;
}

void
push_stream_pump(struct push_stream *s)
{
	if (http_stream_unsent(s->http) < PUSH_LOW_WATER)
		push_logs_tell_skipped(s);
	while (http_stream_unsent(s->http) < PUSH_LOW_WATER && step(s))
		;
}

void
push_stream_live(struct push_stream *s, uint64_t seq, const struct buf *frame)
{
	size_t unsent = http_stream_unsent(s->http);

	if (s->phase != PHASE_LIVE)
		return; /* it will find the record in the ring */
	if (frame == NULL) {
		begin_snapshot(s);
		push_stream_pump(s);
	} else if (unsent > 0 && unsent + frame->len > PUSH_LIMIT) {
		s->phase = PHASE_BEHIND;
	} else {
		s->sent = seq;
		send_frame(s, frame);
	}
}

/* A reader that is still busy with the sample before gets the rest of this one. */
static void
sample_cb(void *arg)
{
	struct push_stream *s = arg;

	if (!s->metrics_ready)
		s->metrics_cursor = (struct push_cursor){0};
	s->metrics_ready = true;
	push_stream_pump(s);
}

void
push_stream_begin(struct push_stream *s, uint64_t resume_from)
{
	const struct history *h = s->push->d->history;
	struct buf *frame = empty_frame(s);

	s->sent = history_newest(h);
	s->resumed =
	    resume_from > 0 && resume_from <= history_newest(h) && resume_from + 1 >= history_oldest(h);
	if (s->resumed)
		s->sent = resume_from;
	push_render_hello(s, frame);
	send_frame(s, frame);
	if (s->resumed)
		s->phase = PHASE_CATCH_UP;
	else
		begin_snapshot(s);
	push_stream_pump(s);
	if (s->metrics <= 0 || (s->kinds & PUSH_METRICS) == 0)
		return;
	s->told = push_metrics_new();
	s->sampler = sampler_subscribe(s->push->d->sampler, s->metrics, sample_cb, s);
}

static void
cursor_group_leaves(struct push_cursor *at, size_t index)
{
	if (at->group > index)
		at->group--;
	else if (at->group == index)
		at->process = 0; /* the next group moves here */
}

void
push_stream_group_leaves(struct push_stream *s, size_t index)
{
	cursor_group_leaves(&s->cursor, index);
	cursor_group_leaves(&s->metrics_cursor, index);
	if (s->told != NULL)
		push_metrics_group_leaves(s->told, s->push->d->table.groups[index]);
}

void
push_stream_free(struct push_stream *s)
{
	sampler_unsubscribe(s->sampler);
	push_metrics_free(s->told);
	push_logs_release(s);
	for (size_t i = 0; i < s->nwanted; i++)
		free(s->wanted[i]);
	free(s->wanted);
	free(s->caller);
	free(s);
}
