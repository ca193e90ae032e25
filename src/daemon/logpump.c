/*
 * logpump.c: see logpump.h.
 *
 * Events that enter: a pipe is readable; a target that was full takes output again (a FIFO or terminal is
 * writable, or a second has passed for a disk); a second has passed since a loss was told. Who calls out: the
 * taps of a log, and the bus when output was lost.
 *
 * Each turn of the loop reads once from each pipe that has something, so a child that floods its pipe delays
 * the others by one read and one write. A channel whose target is full keeps the rest of its last read and is
 * not read until that is written: the pipe fills, and its children wait, nobody else.
 */
#include "autoconf.h"

#include "daemon/logpump.h"

#include <errno.h>
#include <event2/event.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/queue.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/map.h"
#include "base/pyrepr.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "core/ansi.h"
#include "core/process_table.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/logfile.h"
#include "daemon/pipe_log.h"
#include "daemon/logfollow.h"

#define READ_SIZE 131072
/* One byte before the place that is read into, for an ESC that ansi_strip has held back. */
#define BUFFER_SIZE (1 + READ_SIZE)

#define LOSS_LOG_INTERVAL (60 * SECOND_US)
#define RETRY_SECONDS 1

TAILQ_HEAD(channel_list, logpump_channel);

struct logpump {
	struct daemon *daemon;
	struct logfiles *files;
	struct intmap *by_process;    /* process id and channel -> struct logpump_channel */
	struct channel_list channels; /* all open ones */
	char *buffer; /* BUFFER_SIZE bytes, shared by all channels: empty between two callbacks */
};

struct logpump_channel {
	TAILQ_ENTRY(logpump_channel) link;
	struct logpump *pump;
	struct process *process;
	enum channel channel;
	char *log;             /* "GROUP:NAME:stdout" */
	struct logfile *file;  /* NULL: no file */
	log_reader_fn *reader; /* NULL: none */
	void *reader_arg;
	int fd; /* the pipe, -1: not started or closed */
	struct event *readable;
	struct ansi ansi;
	struct buf pending;  /* what the target did not take; while there is some, the pipe is not read */
	struct event *retry; /* the target takes output again */
	struct event *told;  /* a second after a loss was told on the bus */
	uint64_t told_bytes; /* process->lost_bytes then */
	struct log_limit loss_limit;
	uint64_t unlogged; /* bytes lost that no log line has counted yet */
	int loss_error;    /* errno of the last loss */
	bool waiting_logged;
};

static void channel_read(struct logpump_channel *c);
static void channel_flush(struct logpump_channel *c);
static void channel_tell_loss(struct logpump_channel *c);

static void
readable_cb(evutil_socket_t fd, short what, void *arg)
{
	struct logpump_channel *c = arg;

	(void)fd;
	(void)what;
	daemon_tick(c->pump->daemon);
	channel_read(c);
}

static void
retry_cb(evutil_socket_t fd, short what, void *arg)
{
	struct logpump_channel *c = arg;

	(void)fd;
	(void)what;
	daemon_tick(c->pump->daemon);
	channel_flush(c);
}

static void
told_cb(evutil_socket_t fd, short what, void *arg)
{
	struct logpump_channel *c = arg;

	(void)fd;
	(void)what;
	daemon_tick(c->pump->daemon);
	channel_tell_loss(c);
}

static int64_t
process_key(const struct process *p, enum channel channel)
{
	return (int64_t)(p->id * NCHANNELS + channel);
}

static void
channel_tell(struct logpump_channel *c, int64_t offset, const char *data, size_t len, bool rotated)
{
	struct log_chunk chunk = {
	    .log = c->log,
	    .time = c->pump->daemon->now.wall,
	    .offset = offset,
	    .data = data,
	    .len = len,
	    .rotated = rotated,
	};

	if (len > 0 || rotated)
		logfollow_tell(c->pump->daemon->logfollow, &chunk);
}

/*
 * Losses.
 */

static void
channel_log_loss(struct logpump_channel *c)
{
	unsigned long silent;

	if (c->unlogged == 0 || !log_limit_pass(&c->loss_limit, c->pump->daemon->now.mono, &silent))
		return;
	log_error(&c->pump->daemon->log,
		  "%" PRIu64 " bytes of the %s of '%s' are lost: cannot write log '%s': %s", c->unlogged,
		  channel_name(c->channel), c->process->name, logfile_path(c->file), strerror(c->loss_error));
	c->unlogged = 0;
}

/* The first loss is told at once, further ones once a second. */
static void
channel_tell_loss(struct logpump_channel *c)
{
	static const struct timeval second = {.tv_sec = 1};
	struct daemon *d = c->pump->daemon;
	struct bus_event ev = {.type = BUS_LOSS, .now = &d->now, .process = c->process};

	if (c->process->lost_bytes == c->told_bytes ||
	    (c->told != NULL && event_pending(c->told, EV_TIMEOUT, NULL)))
		return;
	c->told_bytes = c->process->lost_bytes;
	if (c->told == NULL)
		c->told = event_new(d->base, -1, 0, told_cb, c);
	if (c->told != NULL)
		event_add(c->told, &second);
	if (d->bus != NULL)
		eventbus_fire(d->bus, &ev);
}

static void
channel_lose(struct logpump_channel *c, size_t lost, int error)
{
	c->process->lost_bytes += lost;
	c->unlogged += lost;
	c->loss_error = error;
	channel_log_loss(c);
	channel_tell_loss(c);
}

/*
 * Waiting for a target.
 */

static void
channel_wait(struct logpump_channel *c)
{
	static const struct timeval later = {.tv_sec = RETRY_SECONDS};
	struct event_base *base = c->pump->daemon->base;

	if (c->readable != NULL)
		event_del(c->readable);
	if (c->retry != NULL)
		event_free(c->retry);
	/* A device that cannot be polled (epoll refuses it) is tried again like a disk. */
	if (!logfile_is_regular(c->file)) {
		c->retry = event_new(base, logfile_fd(c->file), EV_WRITE, retry_cb, c);
		if (c->retry != NULL && event_add(c->retry, NULL) == 0)
			return;
		if (c->retry != NULL)
			event_free(c->retry);
	}
	c->retry = event_new(base, -1, 0, retry_cb, c);
	if (c->retry != NULL)
		event_add(c->retry, &later);
}

static void
channel_go_on(struct logpump_channel *c)
{
	if (c->retry != NULL)
		event_free(c->retry);
	c->retry = NULL;
	c->waiting_logged = false;
	if (c->readable != NULL)
		event_add(c->readable, NULL);
}

/* What is left after a write that did not take all: does the child wait for it? */
static bool
is_waiting(const struct logpump_channel *c, int error)
{
	if (!logfile_is_regular(c->file))
		return error == EAGAIN;
	return c->process->config->channel[c->channel].full_action == FULL_BLOCK;
}

static void
log_waiting(struct logpump_channel *c, int error)
{
	if (c->waiting_logged || !logfile_is_regular(c->file))
		return;
	c->waiting_logged = true;
	log_error(&c->pump->daemon->log, "'%s' waits with its %s: cannot write log '%s': %s",
		  c->process->name, channel_name(c->channel), logfile_path(c->file), strerror(error));
}

/*
 * Output on its way to the sinks.
 */

static void
channel_check_rotation(struct logpump_channel *c)
{
	int error = logfile_take_error(c->file);

	if (error != 0)
		log_crit(&c->pump->daemon->log, "cannot rotate log '%s': %s; it grows beyond its maximum",
			 logfile_path(c->file), strerror(error));
}

/* Writes to the file and tells the followers what it took. Returns how much that was; the rest is up to the
   caller. */
static size_t
channel_write(struct logpump_channel *c, const char *data, size_t len, int *error)
{
	bool rotated = false;
	size_t lost;

	if (logfile_write(c->file, data, len, &lost, &rotated))
		*error = 0;
	else
		*error = errno;
	channel_tell(c, logfile_last(c->file), data, len - lost, rotated);
	channel_check_rotation(c);
	if (*error == 0)
		channel_log_loss(c);
	return len - lost;
}

/* Keeps what the target did not take, or counts it as lost. */
static void
channel_keep(struct logpump_channel *c, const char *data, size_t len, int error)
{
	if (is_waiting(c, error) && buf_append(&c->pending, data, len)) {
		log_waiting(c, error);
		channel_wait(c);
		return;
	}
	c->pending.failed = false;
	/* Followers see what the disk could not take. */
	channel_tell(c, -1, data, len, false);
	channel_lose(c, len, error);
}

static void
channel_to_file(struct logpump_channel *c, const char *data, size_t len)
{
	size_t done;
	int error;

	if (c->file == NULL) {
		channel_tell(c, -1, data, len, false);
		return;
	}
	/* Only an ESC that was held back can come while something waits. */
	if (c->pending.len > 0) {
		channel_keep(c, data, len, EAGAIN);
		return;
	}
	done = channel_write(c, data, len, &error);
	if (done < len)
		channel_keep(c, data + done, len - done, error);
}

/* At debug the main log shows what children write (spec/daemon.md 8.8). */
static void
channel_to_mainlog(struct logpump_channel *c, const char *data, size_t len)
{
	struct log *log = &c->pump->daemon->log;
	bool listener = c->process->group != NULL && c->process->group->config->kind == GROUP_LISTENER;
	struct buf text = BUF_INIT(16 * READ_SIZE);

	if (!log_wants(log, LOG_LEVEL_DEBUG))
		return;
	pyrepr_append(&text, c->process->name, strlen(c->process->name));
	buf_printf(&text, " %s output:\n", channel_name(c->channel));
	if (listener && c->channel == CHANNEL_STDOUT) {
		pyrepr_bytes(&text, data, len);
	} else if (utf8_valid(data, len)) {
		buf_append(&text, data, len);
	} else {
		buf_puts(&text, "Undecodable: ");
		pyrepr_bytes(&text, data, len);
	}
	log_text(log, LOG_LEVEL_DEBUG, buf_str(&text), text.len);
	buf_release(&text);
}

/* A piece of output goes to its sinks, in Supervisor's order. */
static void
channel_output(struct logpump_channel *c, const char *data, size_t len)
{
	if (len == 0)
		return;
	channel_to_file(c, data, len);
	channel_to_mainlog(c, data, len);
}

static bool
strips_ansi(const struct logpump_channel *c)
{
	const struct config *config = c->pump->daemon->config;

	return config != NULL && config->supervisord.strip_ansi;
}

/* The output has ended: what was held back goes out. */
static void
channel_end_output(struct logpump_channel *c)
{
	if (ansi_end(&c->ansi))
		channel_output(c, "\033", 1);
}

static void
channel_close_pipe(struct logpump_channel *c)
{
	if (c->readable != NULL)
		event_free(c->readable);
	c->readable = NULL;
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/* In place, so that the reader, who gets the bytes as they came, needs a copy. */
static void
channel_strip(struct logpump_channel *c, char *in, size_t n)
{
	char *raw = c->reader != NULL ? xmemdup(in, n) : NULL;

	channel_output(c, c->pump->buffer, ansi_strip(&c->ansi, in, n, c->pump->buffer));
	if (c->reader != NULL)
		c->reader(c->reader_arg, raw, n);
	free(raw);
}

static enum pipe_end
channel_pipe_end(const struct logpump_channel *c)
{
	return c->channel == CHANNEL_STDOUT ? PIPE_STDOUT : PIPE_STDERR;
}

static void
channel_eof(struct logpump_channel *c)
{
	int fd = c->fd;

	channel_close_pipe(c);
	channel_end_output(c);
	if (c->reader != NULL)
		c->reader(c->reader_arg, "", 0);
	pipe_log_closed(&c->pump->daemon->log, c->process, channel_pipe_end(c), c, fd);
}

/* One read of at most max bytes, passed on. Returns how many came: 0 when there is nothing now, or never
   again. */
static size_t
channel_read_once(struct logpump_channel *c, size_t max)
{
	char *in = c->pump->buffer + 1;
	ssize_t n;

	do
		n = read(c->fd, in, max < READ_SIZE ? max : READ_SIZE);
	while (n < 0 && errno == EINTR);
	if (n < 0 && errno == EAGAIN)
		return 0;
	if (n <= 0) {
		channel_eof(c);
		return 0;
	}
	if (strips_ansi(c))
		channel_strip(c, in, (size_t)n);
	else
		channel_output(c, in, (size_t)n);
	if (c->reader != NULL && !strips_ansi(c))
		c->reader(c->reader_arg, in, (size_t)n);
	return (size_t)n;
}

static void
channel_read(struct logpump_channel *c)
{
	pipe_log_ready(&c->pump->daemon->log, c->process, channel_pipe_end(c), c);
	channel_read_once(c, READ_SIZE);
}

/* Tries to write what the target did not take. False: it still does not. */
static bool
channel_write_pending(struct logpump_channel *c, int *error)
{
	size_t done;

	if (c->pending.len == 0)
		return true;
	done = channel_write(c, c->pending.data, c->pending.len, error);
	buf_consume(&c->pending, done);
	return c->pending.len == 0;
}

static void
channel_drop_pending(struct logpump_channel *c, int error)
{
	size_t len = c->pending.len;

	if (len == 0)
		return;
	channel_tell(c, -1, c->pending.data, len, false);
	buf_release(&c->pending);
	channel_lose(c, len, error);
}

static void
channel_flush(struct logpump_channel *c)
{
	int error = 0;

	if (channel_write_pending(c, &error)) {
		channel_go_on(c);
		return;
	}
	if (is_waiting(c, error)) {
		channel_wait(c);
		return;
	}
	channel_drop_pending(c, error);
	channel_go_on(c);
}

/*
 * Channels.
 */

struct logpump_channel *
logpump_open(struct logpump *lp, struct process *p, enum channel channel)
{
	const struct channel_config *config = &p->config->channel[channel];
	struct logpump_channel *c = xcalloc(1, sizeof *c);

	if (p->logpath[channel] != NULL) {
		c->file = logfile_open(lp->files, p->logpath[channel], config->maxbytes, config->backups);
		if (c->file == NULL) {
			free(c);
			return NULL;
		}
	}
	c->pump = lp;
	c->process = p;
	c->channel = channel;
	c->log = xasprintf("%s:%s:%s", p->group->name, p->name, channel_name(channel));
	c->fd = -1;
	c->loss_limit.interval = LOSS_LOG_INTERVAL;
	c->told_bytes = p->lost_bytes;
	buf_init(&c->pending, BUFFER_SIZE);
	TAILQ_INSERT_TAIL(&lp->channels, c, link);
	intmap_put(lp->by_process, process_key(p, channel), c);
	return c;
}

void
logpump_read_by(struct logpump_channel *c, log_reader_fn *fn, void *arg)
{
	c->reader = fn;
	c->reader_arg = arg;
}

void
logpump_start(struct logpump_channel *c, int fd)
{
	c->fd = fd;
	c->readable = event_new(c->pump->daemon->base, fd, EV_READ | EV_PERSIST, readable_cb, c);
	if (c->readable == NULL || event_add(c->readable, NULL) != 0)
		log_crit(&c->pump->daemon->log, "cannot read the %s of '%s': %s", channel_name(c->channel),
			 c->process->name, strerror(errno));
}

void
logpump_drain(struct logpump_channel *c)
{
	int held, error = 0;
	size_t n;

	if (c->pending.len > 0)
		channel_flush(c);
	if (c->fd < 0 || ioctl(c->fd, FIONREAD, &held) != 0)
		return;
	/* A full disk is not waited for: the rest stays in the pipe, which goes on being read. */
	while (held > 0 && c->fd >= 0 && channel_write_pending(c, &error)) {
		n = channel_read_once(c, (size_t)held);
		if (n == 0)
			break;
		held -= (int)n;
	}
}

void
logpump_close(struct logpump_channel *c)
{
	int error = EAGAIN;

	if (c == NULL)
		return;
	if (c->fd >= 0)
		logpump_drain(c);
	channel_close_pipe(c);
	channel_end_output(c);
	if (!channel_write_pending(c, &error))
		channel_drop_pending(c, error);
	/* The last count is logged whatever the brake says: nobody else would. */
	c->loss_limit.next = 0;
	channel_log_loss(c);
	if (c->retry != NULL)
		event_free(c->retry);
	if (c->told != NULL)
		event_free(c->told);
	TAILQ_REMOVE(&c->pump->channels, c, link);
	if (intmap_get(c->pump->by_process, process_key(c->process, c->channel)) == c)
		intmap_del(c->pump->by_process, process_key(c->process, c->channel));
	logfile_close(c->file);
	buf_release(&c->pending);
	free(c->log);
	free(c);
}

struct logpump *
logpump_new(struct daemon *d)
{
	struct logpump *lp = xcalloc(1, sizeof *lp);

	lp->daemon = d;
	lp->files = logfiles_new();
	lp->by_process = intmap_new();
	lp->buffer = xmalloc(BUFFER_SIZE);
	TAILQ_INIT(&lp->channels);
	return lp;
}

void
logpump_free(struct logpump *lp)
{
	struct logpump_channel *c;

	if (lp == NULL)
		return;
	while ((c = TAILQ_FIRST(&lp->channels)) != NULL)
		logpump_close(c);
	intmap_free(lp->by_process);
	logfiles_free(lp->files);
	free(lp->buffer);
	free(lp);
}

/*
 * USR2 and clear.
 */

static void
reopen_file(void *arg, struct logfile *f)
{
	struct logpump *lp = arg;

	if (!logfile_reopen(f))
		log_crit(&lp->daemon->log, "cannot reopen log '%s': %s; its old file goes on",
			 logfile_path(f), strerror(errno));
}

static bool
is_same_file(struct logfile_identity a, struct logfile_identity b)
{
	return a.dev == b.dev && a.ino == b.ino;
}

void
logpump_reopen_all(struct logpump *lp)
{
	struct logfile_identity *before;
	struct logpump_channel *c;
	size_t n = 0;

	/* An event on a descriptor must be gone before that is closed. */
	TAILQ_FOREACH(c, &lp->channels, link)
	{
		if (c->retry != NULL)
			event_free(c->retry);
		c->retry = NULL;
		n++;
	}
	before = xcalloc(n + 1, sizeof *before);
	n = 0;
	TAILQ_FOREACH(c, &lp->channels, link)
	before[n++] = c->file != NULL ? logfile_identity(c->file) : (struct logfile_identity){0};
	logfiles_each(lp->files, reopen_file, lp);
	n = 0;
	TAILQ_FOREACH(c, &lp->channels, link)
	{
		if (c->file != NULL && !is_same_file(before[n], logfile_identity(c->file)))
			channel_tell(c, -1, "", 0, true);
		n++;
		if (c->pending.len > 0)
			channel_flush(c);
	}
	free(before);
}

static bool
clear_open(struct logpump_channel *c)
{
	if (c->file == NULL)
		return true;
	if (!logfile_clear(c->file))
		return false;
	channel_tell(c, logfile_offset(c->file), "", 0, true);
	return true;
}

/* The log of a program that does not run. Another program may have it open. */
static bool
clear_closed(struct process *p, enum channel channel)
{
	const char *path = p->logpath[channel];
	struct stat st;

	if (path == NULL || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return true;
	return truncate(path, 0) == 0;
}

bool
logpump_clear(struct logpump *lp, struct process *p)
{
	bool ok = true;
	int error = 0;

	for (int i = 0; i < NCHANNELS; i++) {
		struct logpump_channel *c = intmap_get(lp->by_process, process_key(p, (enum channel)i));

		if (c != NULL ? clear_open(c) : clear_closed(p, (enum channel)i))
			continue;
		ok = false;
		error = errno;
	}
	errno = error;
	return ok;
}
