/* child_stdin.c: see child_stdin.h. Enters: requests, and the pipe when it takes more. */
#include "autoconf.h"

#include "daemon/child_stdin.h"

#include <errno.h>
#include <event2/event.h>
#include <unistd.h>

#include "core/process.h"
#include "daemon/daemon.h"
#include "daemon/pipe_log.h"

#define QUEUE_MAX ((size_t)4 << 20)

void
child_stdin_init(struct child_stdin *in, struct daemon *d, const struct process *p)
{
	*in = (struct child_stdin){
	    .d = d,
	    .process = p,
	    .fd = -1,
	    .queue = BUF_INIT(SIZE_MAX / 2),
	};
}

static void
drop_queue(struct child_stdin *in)
{
	if (in->writable != NULL)
		event_free(in->writable);
	in->writable = NULL;
	buf_release(&in->queue);
}

void
child_stdin_close(struct child_stdin *in)
{
	drop_queue(in);
	if (in->fd >= 0)
		close(in->fd);
	in->fd = -1;
}

/* The child has closed it. */
static void
closed_by_child(struct child_stdin *in)
{
	int fd = in->fd;

	child_stdin_close(in);
	pipe_log_closed(&in->d->log, in->process, PIPE_STDIN, in, fd);
}

/* Writes what the pipe takes. False: the child has closed it. */
static bool
flush(struct child_stdin *in)
{
	while (in->queue.len > 0) {
		ssize_t n = write(in->fd, in->queue.data, in->queue.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN;
		buf_consume(&in->queue, (size_t)n);
	}
	return true;
}

static void
writable_cb(evutil_socket_t fd, short what, void *arg)
{
	struct child_stdin *in = arg;

	(void)fd, (void)what;
	daemon_tick(in->d);
	pipe_log_ready(&in->d->log, in->process, PIPE_STDIN, in);
	if (!flush(in))
		closed_by_child(in);
	if (in->queue.len > 0)
		return;
	drop_queue(in);
	if (in->drained != NULL)
		in->drained(in->drained_arg);
}

static void
watch(struct child_stdin *in)
{
	if (in->queue.len == 0 || in->writable != NULL)
		return;
	in->writable = event_new(in->d->base, in->fd, EV_WRITE | EV_PERSIST, writable_cb, in);
	event_add(in->writable, NULL);
}

enum fault
child_stdin_write(struct child_stdin *in, const char *data, size_t len, struct err *err)
{
	if (in->fd < 0)
		return FAULT_NO_FILE;
	if ((in->queue.len > 0 && in->queue.len + len > QUEUE_MAX) || !buf_append(&in->queue, data, len)) {
		in->queue.failed = false;
		err_set(err, "'%s' has not read its input: %zu bytes wait already, %zu is the most",
			in->process->name, in->queue.len, QUEUE_MAX);
		return FAULT_FAILED;
	}
	if (in->writable == NULL && !flush(in)) {
		closed_by_child(in);
		return FAULT_NO_FILE;
	}
	watch(in);
	return FAULT_NONE;
}
