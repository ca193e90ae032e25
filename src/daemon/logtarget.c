/*
 * logtarget.c: see logtarget.h. Events that enter: a FIFO or terminal that was full is writable, or a second has passed
 * for a disk; a second has passed since a loss was told. Who calls out: the followers, the bus when output was lost, and
 * the pump when there is room again.
 */
#include "autoconf.h"

#include "daemon/logtarget.h"

#include <errno.h>
#include <event2/event.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/xmalloc.h"
#include "core/process_table.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/logfile.h"
#include "daemon/logfollow.h"

#define LOSS_LOG_INTERVAL (60 * SECOND_US)
#define RETRY_SECONDS 1

struct logtarget {
	struct daemon *daemon;
	struct process *process;
	enum channel channel;
	char *log;            /* "GROUP:NAME:stdout" */
	struct logfile *file; /* NULL: no file */
	uint64_t files;       /* of it when the place was noted last */
	logtarget_fn *room;
	void *arg;
	struct buf pending;  /* what the file did not take */
	struct event *retry; /* the file takes output again */
	struct event *told;  /* a second after a loss was told on the bus */
	uint64_t told_bytes; /* of lost_bytes of the process then */
	struct log_limit loss_limit;
	uint64_t unlogged; /* bytes lost that no log line has counted yet */
	int loss_error;    /* errno of the last loss */
	bool waiting_logged;
	struct logfile_identity before; /* a reopening */
};

static void target_tell_loss(struct logtarget *t);

static void
retry_cb(evutil_socket_t fd, short what, void *arg)
{
	struct logtarget *t = arg;

	(void)fd;
	(void)what;
	daemon_tick(t->daemon);
	logtarget_flush(t);
}

static void
told_cb(evutil_socket_t fd, short what, void *arg)
{
	struct logtarget *t = arg;

	(void)fd;
	(void)what;
	daemon_tick(t->daemon);
	target_tell_loss(t);
}

static void
target_tell(struct logtarget *t, int64_t offset, const char *data, size_t len, bool rotated)
{
	struct log_chunk chunk = {
	    .log = t->log,
	    .time = t->daemon->now.wall,
	    .offset = offset,
	    .data = data,
	    .len = len,
	    .rotated = rotated,
	};

	if (len > 0 || rotated)
		logfollow_tell(t->daemon->logfollow, &chunk);
}

static void
target_log_loss(struct logtarget *t)
{
	unsigned long silent;

	if (t->unlogged == 0 || !log_limit_pass(&t->loss_limit, t->daemon->now.mono, &silent))
		return;
	log_error(&t->daemon->log, "%" PRIu64 " bytes of the %s of '%s' are lost: cannot write log '%s': %s",
		  t->unlogged, channel_name(t->channel), t->process->name, logfile_path(t->file),
		  strerror(t->loss_error));
	t->unlogged = 0;
}

static uint64_t
target_lost(const struct logtarget *t)
{
	return t->process->lost_bytes[t->channel];
}

/* The first loss is told at once, further ones once a second. */
static void
target_tell_loss(struct logtarget *t)
{
	static const struct timeval second = {.tv_sec = 1};
	struct daemon *d = t->daemon;
	struct bus_event ev = {.type = BUS_LOSS, .now = &d->now, .process = t->process};

	if (target_lost(t) == t->told_bytes || (t->told != NULL && event_pending(t->told, EV_TIMEOUT, NULL)))
		return;
	t->told_bytes = target_lost(t);
	if (t->told == NULL)
		t->told = event_new(d->base, -1, 0, told_cb, t);
	if (t->told != NULL)
		event_add(t->told, &second);
	if (d->bus != NULL)
		eventbus_fire(d->bus, &ev);
}

static void
target_lose(struct logtarget *t, size_t lost, int error)
{
	t->process->lost_bytes[t->channel] += lost;
	t->unlogged += lost;
	t->loss_error = error;
	target_log_loss(t);
	target_tell_loss(t);
}

static void
target_wait(struct logtarget *t)
{
	static const struct timeval later = {.tv_sec = RETRY_SECONDS};
	struct event_base *base = t->daemon->base;

	if (t->retry != NULL)
		event_free(t->retry);
	/* A device that cannot be polled (epoll refuses it) is tried again like a disk. */
	if (!logfile_is_regular(t->file)) {
		t->retry = event_new(base, logfile_fd(t->file), EV_WRITE, retry_cb, t);
		if (t->retry != NULL && event_add(t->retry, NULL) == 0)
			return;
		if (t->retry != NULL)
			event_free(t->retry);
	}
	t->retry = event_new(base, -1, 0, retry_cb, t);
	if (t->retry != NULL)
		event_add(t->retry, &later);
}

static void
target_go_on(struct logtarget *t)
{
	if (t->retry != NULL)
		event_free(t->retry);
	t->retry = NULL;
	t->waiting_logged = false;
	t->room(t->arg);
}

/* What is left after a write that did not take all: does the child wait for it? */
static bool
is_waiting(const struct logtarget *t, int error)
{
	if (!logfile_is_regular(t->file))
		return error == EAGAIN;
	return t->process->config->channel[t->channel].full_action == FULL_BLOCK;
}

static void
log_waiting(struct logtarget *t, int error)
{
	if (t->waiting_logged || !logfile_is_regular(t->file))
		return;
	t->waiting_logged = true;
	log_error(&t->daemon->log, "'%s' waits with its %s: cannot write log '%s': %s", t->process->name,
		  channel_name(t->channel), logfile_path(t->file), strerror(error));
}

static void
target_check_rotation(struct logtarget *t)
{
	int error = logfile_take_error(t->file);

	if (error != 0)
		log_crit(&t->daemon->log, "cannot rotate log '%s': %s; it grows beyond its maximum",
			 logfile_path(t->file), strerror(error));
}

/* Writes to the file and tells the followers what it took. Returns how much that was; the rest is up to the
   caller. */
static size_t
target_write(struct logtarget *t, const char *data, size_t len, int *error)
{
	bool rotated = false;
	size_t lost;

	if (logfile_write(t->file, data, len, &lost, &rotated))
		*error = 0;
	else
		*error = errno;
	t->process->logged_bytes[t->channel] += len - lost;
	target_tell(t, logfile_last(t->file), data, len - lost, rotated);
	target_check_rotation(t);
	if (*error == 0)
		target_log_loss(t);
	return len - lost;
}

/* Keeps what the target did not take, or counts it as lost. */
static void
target_keep(struct logtarget *t, const char *data, size_t len, int error)
{
	if (is_waiting(t, error) && buf_append(&t->pending, data, len)) {
		log_waiting(t, error);
		target_wait(t);
		return;
	}
	t->pending.failed = false;
	/* Followers see what the disk could not take. */
	target_tell(t, -1, data, len, false);
	target_lose(t, len, error);
}

void
logtarget_write(struct logtarget *t, const char *data, size_t len)
{
	size_t done;
	int error;

	if (len == 0)
		return;
	if (t->file == NULL) {
		target_tell(t, -1, data, len, false);
		return;
	}
	/* Further pieces of the read that made it full, or what was held back. */
	if (t->pending.len > 0) {
		target_keep(t, data, len, EAGAIN);
		return;
	}
	done = target_write(t, data, len, &error);
	if (done < len)
		target_keep(t, data + done, len - done, error);
}

/* Tries to write what the target did not take. False: it still does not. */
static bool
target_write_pending(struct logtarget *t, int *error)
{
	size_t done;

	if (t->pending.len == 0)
		return true;
	done = target_write(t, t->pending.data, t->pending.len, error);
	buf_consume(&t->pending, done);
	return t->pending.len == 0;
}

static void
target_drop_pending(struct logtarget *t, int error)
{
	size_t len = t->pending.len;

	if (len == 0)
		return;
	target_tell(t, -1, t->pending.data, len, false);
	buf_release(&t->pending);
	target_lose(t, len, error);
}

void
logtarget_flush(struct logtarget *t)
{
	int error = 0;

	if (target_write_pending(t, &error)) {
		target_go_on(t);
		return;
	}
	if (is_waiting(t, error)) {
		target_wait(t);
		return;
	}
	target_drop_pending(t, error);
	target_go_on(t);
}

static struct log_place *
target_place(const struct logtarget *t)
{
	return &t->process->log_place[t->channel];
}

static void
target_begin_place(struct logtarget *t)
{
	struct logfile_identity id;

	if (t->file == NULL || logfile_offset(t->file) < 0) {
		*target_place(t) = (struct log_place){0};
		return;
	}
	id = logfile_identity(t->file);
	log_place_opened(target_place(t), id.dev, id.ino, logfile_offset(t->file));
	t->files = logfile_files(t->file);
}

void
logtarget_note_place(struct logtarget *t)
{
	struct logfile_identity id;

	if (t->file == NULL || logfile_offset(t->file) < 0)
		return;
	id = logfile_identity(t->file);
	log_place_reached(target_place(t), id.dev, id.ino, logfile_offset(t->file),
			  logfile_files(t->file) != t->files);
	t->files = logfile_files(t->file);
}

struct logtarget *
logtarget_open(struct daemon *d, struct logfiles *files, struct process *p, enum channel channel, size_t most,
	       logtarget_fn *room, void *arg)
{
	const struct channel_config *config = &p->config->channel[channel];
	struct logfile *file = NULL;
	struct logtarget *t;

	if (p->logpath[channel] != NULL) {
		file = logfile_open(files, p->logpath[channel], config->maxbytes, config->backups);
		if (file == NULL)
			return NULL;
	}
	t = xcalloc(1, sizeof *t);
	t->daemon = d;
	t->process = p;
	t->channel = channel;
	t->log = xasprintf("%s:%s:%s", p->group->name, p->name, channel_name(channel));
	t->file = file;
	t->room = room;
	t->arg = arg;
	t->loss_limit.interval = LOSS_LOG_INTERVAL;
	t->told_bytes = target_lost(t);
	buf_init(&t->pending, most);
	target_begin_place(t);
	return t;
}

void
logtarget_close(struct logtarget *t)
{
	int error = EAGAIN;

	if (!target_write_pending(t, &error))
		target_drop_pending(t, error);
	logtarget_note_place(t);
	/* The last count is logged whatever the brake says: nobody else would. */
	t->loss_limit.next = 0;
	target_log_loss(t);
	if (t->retry != NULL)
		event_free(t->retry);
	if (t->told != NULL)
		event_free(t->told);
	logfile_close(t->file);
	buf_release(&t->pending);
	free(t->log);
	free(t);
}

bool
logtarget_is_full(const struct logtarget *t)
{
	return t->pending.len > 0;
}

bool
logtarget_clear(struct logtarget *t)
{
	if (t->file == NULL)
		return true;
	if (!logfile_clear(t->file))
		return false;
	target_tell(t, logfile_offset(t->file), "", 0, true);
	return true;
}

/* An event on a descriptor must be gone before that is closed. */
void
logtarget_before_reopen(struct logtarget *t)
{
	if (t->retry != NULL)
		event_free(t->retry);
	t->retry = NULL;
	if (t->file != NULL)
		t->before = logfile_identity(t->file);
}

void
logtarget_reopened(struct logtarget *t)
{
	struct logfile_identity now;

	if (t->file == NULL)
		return;
	now = logfile_identity(t->file);
	if (t->before.dev != now.dev || t->before.ino != now.ino)
		target_tell(t, -1, "", 0, true);
	if (t->pending.len > 0)
		logtarget_flush(t);
}
