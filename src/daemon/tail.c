/*
 * tail.c: see tail.h.
 *
 * A tail is told by the log pump what is written, and by the kernel what others do to the file (nothing is
 * polled). The former is sent on as long as it is what follows in its file. Whatever else happens (a reader
 * that is slow, a rotation, a file that was cut, emptied, replaced or is written by others too) is handled in
 * one place: it goes on from the file, at the offset that it has reached. So nothing is kept for a slow reader
 * but the few bytes in its connection.
 */
#include "autoconf.h"

#include "daemon/tail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "base/xmalloc.h"
#include "core/process_table.h"
#include "daemon/daemon.h"
#include "daemon/filewatch.h"
#include "daemon/http_stream.h"
#include "daemon/logfollow.h"
#include "daemon/mainlog.h"

#define PAST_BYTES 1024
#define UNSENT_MAX (256 * 1024) /* beyond it a reader is slow */
#define READ_SIZE 65536
#define MAX_BACKUPS 1000
#define TRUNCATED_TEXT "==> File truncated <==\n"

struct tail {
	struct http_stream *stream;
	struct log_tap *tap;
	struct filewatch *watches;
	struct file_watch *watch; /* of the open file; NULL: it cannot be told what others do to it */
	char *path;
	int fd;
	int64_t offset; /* in the open file, of the next byte to send */
	bool behind;    /* the reader is slow: the file is read on when it has taken what it has got */
};

static void tail_go_on(struct tail *t, bool cut);

static void
tail_free(struct tail *t)
{
	logfollow_untap(t->tap);
	filewatch_remove(t->watch);
	close(t->fd);
	free(t->path);
	free(t);
}

static void
closed_cb(void *arg)
{
	tail_free(arg);
}

static void
writable_cb(void *arg)
{
	struct tail *t = arg;

	if (t->behind)
		tail_go_on(t, false);
}

/* What the log pump says has been written. */
static void
tap_cb(void *arg, const struct log_chunk *chunk)
{
	struct tail *t = arg;
	bool cut = false;

	if (t->behind)
		return;
	/* What is not in the file, for want of a disk, cannot be seen in it. */
	if (chunk->len > 0 && chunk->offset < 0)
		return;
	if (chunk->len > 0 && chunk->offset == t->offset) {
		http_stream_write(t->stream, chunk->data, chunk->len);
		t->offset += (int64_t)chunk->len;
		if (!chunk->rotated) {
			t->behind = http_stream_unsent(t->stream) > UNSENT_MAX;
			return;
		}
	} else {
		cut = chunk->len > 0 && chunk->offset < t->offset;
	}
	tail_go_on(t, cut);
}

/* Somebody has written to the file, or cut it; mostly the log pump, who has told so already. */
static void
changed_cb(void *arg)
{
	struct tail *t = arg;
	struct stat st;

	if (!t->behind && fstat(t->fd, &st) == 0 && st.st_size != t->offset)
		tail_go_on(t, false);
}

static int
open_log(const char *path)
{
	return open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* The file that came after old: of a reader that is slow, the log may have been rotated more than once, and old is one
   of the backups then. The caller frees. */
static char *
successor(const struct tail *t, const struct stat *old)
{
	char *newer = xstrdup(t->path), *backup;
	struct stat st;

	for (int n = 1; n <= MAX_BACKUPS; n++) {
		backup = xasprintf("%s.%d", t->path, n);
		if (stat(backup, &st) != 0) {
			free(backup);
			break;
		}
		if (is_same_file(&st, old)) {
			free(backup);
			return newer;
		}
		free(newer);
		newer = backup;
	}
	/* It has been removed. */
	free(newer);
	return xstrdup(t->path);
}

/* Whether path is another file by now. Then the one that came next is open in the place of the old one. */
static bool
follow_replacement(struct tail *t)
{
	struct stat old, new;
	char *name;
	int fd;

	if (fstat(t->fd, &old) != 0 || stat(t->path, &new) != 0 || is_same_file(&old, &new))
		return false;
	name = successor(t, &old);
	fd = open_log(name);
	if (fd >= 0) {
		filewatch_remove(t->watch);
		t->watch = filewatch_add(t->watches, name, changed_cb, t);
	}
	free(name);
	if (fd < 0)
		return false;
	close(t->fd);
	t->fd = fd;
	t->offset = 0;
	return true;
}

/* The file has been cut in place: it is shorter than what was sent, or somebody wrote before that (cut). */
static void
check_truncation(struct tail *t, bool cut)
{
	struct stat st, named;

	if (fstat(t->fd, &st) != 0 || !S_ISREG(st.st_mode))
		return;
	/* A write to the file that has come in its place says nothing about this one. */
	if (cut && stat(t->path, &named) == 0 && (named.st_dev != st.st_dev || named.st_ino != st.st_ino))
		cut = false;
	if (st.st_size >= t->offset && !cut)
		return;
	http_stream_write(t->stream, TRUNCATED_TEXT, strlen(TRUNCATED_TEXT));
	t->offset = 0;
}

/* Sends one piece from the file. False: it has no more. */
static bool
send_piece(struct tail *t)
{
	char buffer[READ_SIZE];
	ssize_t n;

	do
		n = pread(t->fd, buffer, sizeof buffer, t->offset);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return false;
	http_stream_write(t->stream, buffer, (size_t)n);
	t->offset += n;
	return true;
}

/* Sends what is in the file from the offset on, and then in the one that has come in its place, until the
   reader has enough. */
static void
tail_go_on(struct tail *t, bool cut)
{
	do {
		check_truncation(t, cut);
		cut = false;
		do {
			t->behind = http_stream_unsent(t->stream) > UNSENT_MAX;
			if (t->behind)
				return;
		} while (send_piece(t));
	} while (follow_replacement(t));
}

/* Answers with the tail of path, and follows log. accel: say X-Accel-Buffering, as /logtail does. */
static void
tail_start(struct daemon *d, struct http_request *r, const char *path, const char *log, bool accel)
{
	static const struct http_stream_callbacks callbacks = {.writable = writable_cb, .closed = closed_cb};
	char modified[TIMEFMT_MAX];
	const char *headers[] = {"Last-Modified",
				 modified,
				 "Content-Type",
				 "text/plain;charset=utf-8",
				 accel ? "X-Accel-Buffering" : NULL,
				 "no",
				 NULL};
	struct stat st;
	struct tail *t;
	int fd;

	fd = open_log(path);
	if (fd < 0 || fstat(fd, &st) != 0 || S_ISDIR(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		http_reply_error(r, 404);
		return;
	}
	timefmt_http(modified, st.st_mtime);
	t = xcalloc(1, sizeof *t);
	t->fd = fd;
	t->path = xstrdup(path);
	t->offset = S_ISREG(st.st_mode) && st.st_size > PAST_BYTES ? st.st_size - PAST_BYTES : 0;
	t->stream = http_stream_start(r, NULL, headers, &callbacks, t);
	t->tap = logfollow_tap(d->logfollow, log, tap_cb, t);
	t->watches = d->filewatch;
	/* What was written to a device or FIFO cannot be read again. */
	if (!S_ISREG(st.st_mode)) {
		t->offset = -1;
		return;
	}
	t->watch = filewatch_add(t->watches, path, changed_cb, t);
	tail_go_on(t, false);
}

/* NAME or NAME/CHANNEL; false: something else. name is cut out of path. */
static bool
parse_path(char *path, enum channel *channel)
{
	char *slash = strchr(path, '/');

	*channel = CHANNEL_STDOUT;
	if (slash == NULL)
		return true;
	*slash = '\0';
	if (strcmp(slash + 1, "stderr") == 0)
		*channel = CHANNEL_STDERR;
	else if (strcmp(slash + 1, "stdout") != 0)
		return false;
	return true;
}

void
tail_handle(struct daemon *d, struct http_request *r)
{
	const char *path = http_request_path(r) + strlen("/logtail");
	char *name = xstrdup(path[0] == '/' ? path + 1 : path), *log;
	enum channel channel;
	struct process *p = NULL;

	if (parse_path(name, &channel))
		p = process_table_lookup(&d->table, name).process;
	free(name);
	if (p == NULL || p->logpath[channel] == NULL) {
		http_reply_error(r, 404);
		return;
	}
	log = xasprintf("%s:%s:%s", p->group->name, p->name, channel_name(channel));
	tail_start(d, r, p->logpath[channel], log, true);
	free(log);
}

void
tail_handle_mainlog(struct daemon *d, struct http_request *r)
{
	const char *path = d->mainlog != NULL ? mainlog_path(d->mainlog) : NULL;

	if (path == NULL)
		http_reply_error(r, 404);
	else
		tail_start(d, r, path, ":main", false);
}
