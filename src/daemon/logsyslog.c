/*
 * logsyslog.c: see logsyslog.h. syslog(3) waits when the logger is slow, so the datagrams are made here.
 * Without a logger messages are lost in silence, as with syslog(3); it is looked for again in each turn of the loop that
 * has messages.
 */
#include "autoconf.h"

#include "daemon/logsyslog.h"

#include <errno.h>
#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/timefmt.h"
#include "base/xmalloc.h"
#include "daemon/daemon.h"

#define QUEUE_MAX (256 * 1024)
#define MESSAGE_MAX 65536
#define LINE_MAX_LENGTH 65000 /* of a program's line in one message, with a name before it */

struct message {
	STAILQ_ENTRY(message) link;
	size_t len;
	char text[];
};

struct logsyslog {
	struct daemon *daemon;
	char *path;
	char *ident;
	int fd; /* -1: not connected */
	struct event *writable;
	STAILQ_HEAD(, message) queue;
	size_t queued;      /* bytes */
	mono_us absent;     /* when there was no logger, 0: never */
	unsigned long lost; /* messages, since it was last said */
};

static void flush_queue(struct logsyslog *s);

static void
writable_cb(evutil_socket_t fd, short what, void *arg)
{
	struct logsyslog *s = arg;

	(void)fd;
	(void)what;
	daemon_tick(s->daemon);
	flush_queue(s);
}

struct logsyslog *
logsyslog_new(struct daemon *d, const char *path, const char *ident)
{
	struct logsyslog *s = xcalloc(1, sizeof *s);

	s->daemon = d;
	s->path = xstrdup(path);
	s->ident = xstrdup(ident);
	s->fd = -1;
	STAILQ_INIT(&s->queue);
	return s;
}

static void
disconnect(struct logsyslog *s)
{
	if (s->writable != NULL)
		event_free(s->writable);
	s->writable = NULL;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
}

/* Not looked for again in the same turn of the loop, which may have a thousand lines for it. */
static bool
connect_logger(struct logsyslog *s)
{
	struct sockaddr_un sun = {.sun_family = AF_UNIX};

	if (s->fd >= 0)
		return true;
	if (s->absent == s->daemon->now.mono)
		return false;
	if (strlen(s->path) >= sizeof sun.sun_path)
		return false;
	memcpy(sun.sun_path, s->path, strlen(s->path) + 1);
	s->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd >= 0 && connect(s->fd, (struct sockaddr *)&sun, sizeof sun) == 0)
		return true;
	disconnect(s);
	s->absent = s->daemon->now.mono;
	return false;
}

static void
drop_first(struct logsyslog *s)
{
	struct message *m = STAILQ_FIRST(&s->queue);

	STAILQ_REMOVE_HEAD(&s->queue, link);
	s->queued -= m->len;
	free(m);
}

void
logsyslog_free(struct logsyslog *s)
{
	if (s == NULL)
		return;
	flush_queue(s);
	while (!STAILQ_EMPTY(&s->queue))
		drop_first(s);
	disconnect(s);
	free(s->path);
	free(s->ident);
	free(s);
}

/* False with errno EAGAIN: the logger is slow. A logger that was restarted is connected to once more. */
static bool
send_message(struct logsyslog *s, const struct message *m)
{
	for (int attempt = 0; attempt < 2; attempt++) {
		if (!connect_logger(s)) {
			errno = ENOTCONN;
			return false;
		}
		if (send(s->fd, m->text, m->len, MSG_NOSIGNAL) >= 0)
			return true;
		if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == EMSGSIZE)
			return false;
		disconnect(s);
	}
	errno = ENOTCONN;
	return false;
}

static void
wait_writable(struct logsyslog *s)
{
	if (s->writable == NULL && s->daemon->base != NULL)
		s->writable = event_new(s->daemon->base, s->fd, EV_WRITE, writable_cb, s);
	if (s->writable != NULL)
		event_add(s->writable, NULL);
}

static void
flush_queue(struct logsyslog *s)
{
	struct message *m;

	while ((m = STAILQ_FIRST(&s->queue)) != NULL) {
		if (!send_message(s, m)) {
			if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS) {
				wait_writable(s);
				return;
			}
			s->lost++;
		}
		drop_first(s);
	}
}

/* "<14>Nov 24 20:02:54 supervisord: TEXT", as syslog(3) makes it. NULL: no memory. */
static struct message *
make_message(const struct logsyslog *s, const char *text, size_t len)
{
	char time[TIMEFMT_MAX], head[2 * TIMEFMT_MAX];
	struct message *m;
	int n;

	timefmt_syslog(time, wall_seconds(s->daemon->now.wall));
	n = snprintf(head, sizeof head, "<%d>%s %.32s: ", LOG_USER | LOG_INFO, time, s->ident);
	m = malloc(sizeof *m + (size_t)n + len);
	if (m == NULL)
		return NULL;
	m->len = (size_t)n + len;
	memcpy(m->text, head, (size_t)n);
	memcpy(m->text + n, text, len);
	return m;
}

static void
enqueue(struct logsyslog *s, const char *text, size_t len)
{
	struct message *m;

	if (s->queued + len > QUEUE_MAX || (m = make_message(s, text, len)) == NULL) {
		s->lost++;
		return;
	}
	STAILQ_INSERT_TAIL(&s->queue, m, link);
	s->queued += m->len;
}

void
logsyslog_send(struct logsyslog *s, const char *text, size_t len)
{
	char note[96];
	int n;

	if (s->lost > 0 && STAILQ_EMPTY(&s->queue) && connect_logger(s)) {
		n = snprintf(note, sizeof note, "%lu messages were lost before this one", s->lost);
		s->lost = 0;
		enqueue(s, note, (size_t)n);
	}
	enqueue(s, text, len < MESSAGE_MAX ? len : MESSAGE_MAX);
	flush_queue(s);
}

static void
send_line(struct logsyslog *s, struct buf *message, const char *name, const char *line, size_t len)
{
	buf_clear(message);
	buf_puts(message, name);
	buf_putc(message, ' ');
	buf_append(message, line, len);
	if (message->failed)
		s->lost++;
	else
		logsyslog_send(s, message->data, message->len);
}

void
logsyslog_lines(struct logsyslog *s, const char *name, const char *data, size_t len)
{
	struct buf message = BUF_INIT(strlen(name) + 1 + LINE_MAX_LENGTH);
	const char *newline;
	size_t line, n;

	if (len == 0)
		return;
	while (len > 0 && data[len - 1] == '\n')
		len--;
	do {
		newline = memchr(data, '\n', len);
		line = newline != NULL ? (size_t)(newline - data) : len;
		n = line < LINE_MAX_LENGTH ? line : LINE_MAX_LENGTH;
		send_line(s, &message, name, data, n);
		if (n == line && newline != NULL)
			n++;
		data += n;
		len -= n;
	} while (len > 0);
	buf_release(&message);
}
