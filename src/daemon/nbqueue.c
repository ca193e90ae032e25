/* nbqueue.c: see nbqueue.h. One event enters: the output takes bytes again. */
#include "autoconf.h"

#include "daemon/nbqueue.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/timefmt.h"
#include "base/xmalloc.h"
#include "daemon/daemon.h"

#define QUEUE_MAX (256 * 1024)
#define NOTE_MAX 256 /* room for the line about a loss */

struct nbqueue {
	struct daemon *daemon;
	struct nbout out;
	const char *name;
	struct buf unsent;
	struct event *writable;   /* NULL: before the loop exists, or a device that cannot be polled */
	unsigned long lost_lines; /* since the last line about it */
};

static void nbqueue_flush(struct nbqueue *q);

static void
writable_cb(evutil_socket_t fd, short what, void *arg)
{
	struct nbqueue *q = arg;

	(void)fd;
	(void)what;
	nbqueue_flush(q);
}

struct nbqueue *
nbqueue_new(struct daemon *d, struct nbout *out, const char *name)
{
	struct nbqueue *q = xcalloc(1, sizeof *q);

	q->daemon = d;
	q->out = *out;
	*out = (struct nbout)NBOUT_INIT;
	q->name = name;
	buf_init(&q->unsent, QUEUE_MAX);
	return q;
}

void
nbqueue_free(struct nbqueue *q)
{
	if (q == NULL)
		return;
	nbqueue_flush(q);
	if (q->writable != NULL)
		event_free(q->writable);
	nbout_close(&q->out);
	buf_release(&q->unsent);
	free(q);
}

/* The loop may not exist yet when the first lines are written: then the next line tries again. */
static void
wait_writable(struct nbqueue *q)
{
	if (q->writable == NULL && q->daemon->base != NULL)
		q->writable = event_new(q->daemon->base, q->out.fd, EV_WRITE, writable_cb, q);
	if (q->writable != NULL)
		event_add(q->writable, NULL);
}

static void
nbqueue_flush(struct nbqueue *q)
{
	size_t done;

	if (q->unsent.len == 0)
		return;
	done = nbout_write(&q->out, q->unsent.data, q->unsent.len);
	if (done < q->unsent.len && errno != EAGAIN) {
		/* The reader has gone: nobody misses the rest. */
		buf_clear(&q->unsent);
		return;
	}
	buf_consume(&q->unsent, done);
	if (q->unsent.len > 0)
		wait_writable(q);
}

static void
note_loss(struct nbqueue *q)
{
	char head[TIMEFMT_MAX];
	struct now now;

	clock_read(&now);
	timefmt_log(head, now.wall);
	buf_printf(&q->unsent, "%s WARN %lu lines of the log are missing here: %s did not take them\n", head,
		   q->lost_lines, q->name);
	q->lost_lines = 0;
}

void
nbqueue_line(struct nbqueue *q, const char *line, size_t len)
{
	if (q->out.fd < 0)
		return;
	if (q->unsent.len > 0)
		nbqueue_flush(q);
	if (len > QUEUE_MAX - NOTE_MAX || q->unsent.len > QUEUE_MAX - NOTE_MAX - len) {
		q->lost_lines++;
		return;
	}
	if (q->lost_lines > 0)
		note_loss(q);
	buf_append(&q->unsent, line, len);
	q->unsent.failed = false;
	nbqueue_flush(q);
}

bool
nbqueue_is_at(const struct nbqueue *q, const char *path)
{
	return nbout_is_at(&q->out, path);
}
