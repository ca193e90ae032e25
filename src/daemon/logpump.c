/*
 * logpump.c: see logpump.h.
 *
 * Events that enter: a pipe is readable; a target that was full takes output again. Who calls out: the targets, with
 * their followers; the bus, about output and messages; the reader of a channel. None of them may start or remove a
 * process, which would end the channel that is just read, and fill the buffer anew.
 *
 * Each turn of the loop reads once from each pipe that has something, so a child that floods its pipe delays
 * the others by one read and one write. A channel whose target is full keeps the rest of its last read and is
 * not read until that is written: the pipe fills, and its children wait, nobody else.
 */
#include "autoconf.h"

#include "daemon/logpump.h"

#include <errno.h>
#include <event2/event.h>
#include <poll.h>
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
#include "base/xmalloc.h"
#include "core/ansi.h"
#include "core/capture.h"
#include "core/event.h"
#include "core/process_table.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/logfile.h"
#include "daemon/logsyslog.h"
#include "daemon/logtarget.h"
#include "daemon/pipe_log.h"

#define READ_SIZE 131072
/* What may be held back of the read before comes before the place that is read into: an ESC, or the beginning of a tag (and
   an ESC before that, within a message). */
#define ROOM (1 + CAPTURE_HELD_MAX)
#define BUFFER_SIZE (ROOM + READ_SIZE)

#define SYSLOG_IDENT "supervisord"

TAILQ_HEAD(channel_list, logpump_channel);

struct logpump {
	struct daemon *daemon;
	struct logfiles *files;
	struct logsyslog *syslog;     /* NULL until a program wants it */
	struct intmap *by_process;    /* process id and channel -> struct logpump_channel */
	struct channel_list channels; /* all open ones */
	char *buffer; /* BUFFER_SIZE bytes, shared by all channels: empty between two callbacks */
};

struct logpump_channel {
	TAILQ_ENTRY(logpump_channel) link;
	struct logpump *pump;
	struct process *process;
	enum channel channel;
	struct logtarget *target;
	log_reader_fn *reader; /* NULL: none */
	void *reader_arg;
	int fd; /* the pipe, -1: not started or closed */
	struct event *readable;
	struct ansi ansi;
	struct capture capture;
	pid_t pid; /* of the child that was reaped, for what its grandchildren still write */
};

static void channel_read(struct logpump_channel *c);

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
room_cb(void *arg)
{
	struct logpump_channel *c = arg;

	if (c->readable != NULL)
		event_add(c->readable, NULL);
}

static int64_t
process_key(const struct process *p, enum channel channel)
{
	return (int64_t)(p->id * NCHANNELS + channel);
}

/* What an event listener says on its stdout is the protocol's, and nobody else's (spec/events.md 5). */
static bool
is_protocol(const struct process *p, enum channel channel)
{
	return channel == CHANNEL_STDOUT && p->group != NULL && p->group->config->kind == GROUP_LISTENER;
}

static const struct channel_config *
channel_options(const struct logpump_channel *c)
{
	return &c->process->config->channel[c->channel];
}

/*
 * Output on its way to the sinks.
 */

static void
channel_to_syslog(struct logpump_channel *c, const char *data, size_t len)
{
	struct logpump *lp = c->pump;

	if (!channel_options(c)->syslog)
		return;
	if (lp->syslog == NULL)
		lp->syslog = logsyslog_new(lp->daemon, LOGSYSLOG_PATH, SYSLOG_IDENT);
	logsyslog_lines(lp->syslog, c->process->name, data, len);
}

/* At debug the main log shows what children write (spec/daemon.md 8.8). */
static void
channel_to_mainlog(struct logpump_channel *c, const char *data, size_t len)
{
	struct log *log = &c->pump->daemon->log;
	struct buf text = BUF_INIT(16 * READ_SIZE);

	if (!log_wants(log, LOG_LEVEL_DEBUG))
		return;
	pyrepr_append(&text, c->process->name, strlen(c->process->name));
	buf_printf(&text, " %s output:\n", channel_name(c->channel));
	if (is_protocol(c->process, c->channel))
		pyrepr_bytes(&text, data, len);
	else
		event_append_data(&text, data, len);
	log_text(log, LOG_LEVEL_DEBUG, buf_str(&text), text.len);
	buf_release(&text);
}

static void
channel_fire(struct logpump_channel *c, enum bus_type type, const char *data, size_t len)
{
	struct daemon *d = c->pump->daemon;
	struct bus_event ev = {
	    .type = type,
	    .now = &d->now,
	    .process = c->process,
	    .pid = c->process->pid != 0 ? c->process->pid : c->pid,
	    .channel = c->channel,
	    .data = data,
	    .len = len,
	};

	if (d->bus != NULL)
		eventbus_fire(d->bus, &ev);
}

/* A piece of output goes to its sinks, in Supervisor's order (spec/events.md 7.3). */
static void
channel_output(struct logpump_channel *c, const char *data, size_t len, bool inside)
{
	if (is_protocol(c->process, c->channel)) {
		logtarget_write(c->target, data, len);
		return;
	}
	if (inside) {
		capture_keep(&c->capture, data, len);
	} else {
		logtarget_write(c->target, data, len);
		channel_to_syslog(c, data, len);
	}
	channel_to_mainlog(c, data, len);
	if (channel_options(c)->events_enabled)
		channel_fire(c, BUS_PROCESS_LOG, data, len);
}

static bool
strips_ansi(const struct logpump_channel *c)
{
	const struct config *config = c->pump->daemon->config;

	return config != NULL && config->supervisord.strip_ansi;
}

/* in has a byte of room before it. What is nothing but sequences is still a piece, if an empty one (spec/daemon.md 8.4). */
static void
channel_piece(struct logpump_channel *c, char *in, size_t len, bool inside)
{
	if (len == 0)
		return;
	if (!strips_ansi(c)) {
		channel_output(c, in, len, inside);
		return;
	}
	len = ansi_strip(&c->ansi, in, len, in - 1);
	if (len > 0 || !ansi_holds(&c->ansi))
		channel_output(c, in - 1, len, inside);
}

/* What ends here is not continued behind a tag, or ever: an ESC that was held back goes out. */
static void
channel_end_ansi(struct logpump_channel *c, bool inside)
{
	if (ansi_end(&c->ansi))
		channel_output(c, "\033", 1, inside);
}

static void
channel_message(struct logpump_channel *c)
{
	struct log *log = &c->pump->daemon->log;
	char *name;

	channel_fire(c, BUS_PROCESS_COMM, buf_str(&c->capture.message), c->capture.message.len);
	capture_forget(&c->capture);
	if (!log_wants(log, LOG_LEVEL_DEBUG))
		return;
	name = pyrepr(c->process->name);
	log_debug(log, "%s %s emitted a comm event", name, channel_name(c->channel));
	free(name);
}

/* Cuts what was read at the tags. in has ROOM bytes of room before it. */
static void
channel_captured(struct logpump_channel *c, char *in, size_t len)
{
	size_t held = capture_join(&c->capture, in);
	struct capture_piece piece;

	in -= held;
	len += held;
	while (len > 0) {
		size_t n = capture_scan(&c->capture, in, len, &piece);

		channel_piece(c, piece.text, piece.len, piece.inside);
		if (piece.tag)
			channel_end_ansi(c, piece.inside);
		if (piece.tag && piece.inside)
			channel_message(c);
		in += n;
		len -= n;
	}
}

/* The loop's clock is good enough: nothing is asked, so that output costs no more than before. */
static void
note_output(struct logpump_channel *c, size_t len)
{
	c->process->output_bytes += len;
	c->process->last_output = c->pump->daemon->now.wall;
	c->process->last_read[c->channel] = c->process->last_output;
}

/* What is read is changed in its place, so that the reader, who gets the bytes as they came, may need a copy. */
static void
channel_take(struct logpump_channel *c, char *in, size_t len)
{
	char *raw = c->reader != NULL && strips_ansi(c) ? xmemdup(in, len) : NULL;

	note_output(c, len);
	/* The main log, too, has the words of a listener as they came. */
	if (is_protocol(c->process, c->channel))
		channel_to_mainlog(c, in, len);
	if (c->capture.maxbytes > 0)
		channel_captured(c, in, len);
	else
		channel_piece(c, in, len, false);
	if (logtarget_is_full(c->target) && c->readable != NULL)
		event_del(c->readable);
	if (c->reader != NULL)
		c->reader(c->reader_arg, raw != NULL ? raw : in, len);
	free(raw);
}

/* The output has ended: what was held back goes out. A message that is not whole is no message. */
static void
channel_end_output(struct logpump_channel *c)
{
	char room[1 + CAPTURE_HELD_MAX];
	struct capture_piece piece;

	if (capture_end(&c->capture, room + 1, &piece))
		channel_piece(c, piece.text, piece.len, piece.inside);
	channel_end_ansi(c, c->capture.inside);
	capture_forget(&c->capture);
}

/*
 * Pipes.
 */

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
	char *in = c->pump->buffer + ROOM;
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
	channel_take(c, in, (size_t)n);
	return (size_t)n;
}

static void
channel_read(struct logpump_channel *c)
{
	pipe_log_ready(&c->pump->daemon->log, c->process, channel_pipe_end(c), c);
	channel_read_once(c, READ_SIZE);
}

/* The pipe is empty, and nobody can write to it any more. */
static bool
has_ended(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	return poll(&p, 1, 0) == 1 && (p.revents & POLLHUP) != 0 && (p.revents & POLLIN) == 0;
}

/*
 * Channels.
 */

struct logpump_channel *
logpump_open(struct logpump *lp, struct process *p, enum channel channel)
{
	struct logpump_channel *c = xcalloc(1, sizeof *c);
	int64_t capture = is_protocol(p, channel) ? 0 : p->config->channel[channel].capture_maxbytes;

	c->target = logtarget_open(lp->daemon, lp->files, p, channel, 2 * BUFFER_SIZE, room_cb, c);
	if (c->target == NULL) {
		free(c);
		return NULL;
	}
	c->pump = lp;
	c->process = p;
	c->channel = channel;
	c->fd = -1;
	capture_init(&c->capture, capture, BUFFER_SIZE);
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
logpump_note_place(struct logpump_channel *c)
{
	logtarget_note_place(c->target);
}

void
logpump_drain(struct logpump_channel *c)
{
	int held;
	size_t n;

	if (c->process->pid != 0)
		c->pid = c->process->pid;
	if (logtarget_is_full(c->target))
		logtarget_flush(c->target);
	if (c->fd < 0 || ioctl(c->fd, FIONREAD, &held) != 0)
		return;
	/* A full disk is not waited for: the rest stays in the pipe, which goes on being read. */
	while (held > 0 && c->fd >= 0 && !logtarget_is_full(c->target)) {
		n = channel_read_once(c, (size_t)held);
		if (n == 0)
			break;
		held -= (int)n;
	}
	/* What was held back belongs before the event of the end, too. */
	if (c->fd >= 0 && (c->capture.held > 0 || ansi_holds(&c->ansi)) && has_ended(c->fd))
		channel_eof(c);
}

void
logpump_close(struct logpump_channel *c)
{
	if (c == NULL)
		return;
	if (c->fd >= 0)
		logpump_drain(c);
	channel_close_pipe(c);
	channel_end_output(c);
	logtarget_close(c->target);
	TAILQ_REMOVE(&c->pump->channels, c, link);
	if (intmap_get(c->pump->by_process, process_key(c->process, c->channel)) == c)
		intmap_del(c->pump->by_process, process_key(c->process, c->channel));
	capture_release(&c->capture);
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
	logsyslog_free(lp->syslog);
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

void
logpump_reopen_all(struct logpump *lp)
{
	struct logpump_channel *c;

	TAILQ_FOREACH(c, &lp->channels, link)
		logtarget_before_reopen(c->target);
	logfiles_each(lp->files, reopen_file, lp);
	TAILQ_FOREACH(c, &lp->channels, link)
		logtarget_reopened(c->target);
}

static bool
clear_open(struct logpump_channel *c)
{
	capture_forget(&c->capture);
	return logtarget_clear(c->target);
}

/* The log of a program that does not run. Another program may have it open. */
static bool
clear_closed(struct process *p, enum channel channel)
{
	const char *path = p->logpath[channel];
	struct stat st;

	if (path == NULL || stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return true;
	if (truncate(path, 0) != 0)
		return false;
	log_place_emptied(&p->log_place[channel]);
	return true;
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
