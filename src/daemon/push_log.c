/*
 * push_log.c: the logs that a stream follows.
 *
 * Text goes out as it comes from the log pump, in pieces, repaired to UTF-8; a character that a read has cut
 * waits for the next one. While too much is unsent bytes are only counted, and the next event of that log
 * says how many.
 */
#include "autoconf.h"

#include "daemon/push_stream.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/xmalloc.h"
#include "core/snapshot.h"
#include "daemon/daemon.h"
#include "daemon/http_stream.h"
#include "daemon/logfollow.h"
#include "daemon/mainlog.h"
#include "daemon/push.h"

/* The channel that a log's name ends in; false: it has no such end. *len is the length without it. */
static bool
channel_of(const char *log, enum channel *channel, size_t *len)
{
	static const char *const ends[NCHANNELS] = {
	    [CHANNEL_STDOUT] = ":stdout",
	    [CHANNEL_STDERR] = ":stderr",
	};
	const size_t n = strlen(ends[0]);

	*len = strlen(log) > n ? strlen(log) - n : 0;
	for (int i = 0; *len > 0 && i < NCHANNELS; i++)
		if (strcmp(log + *len, ends[i]) == 0) {
			*channel = (enum channel)i;
			return true;
		}
	return false;
}

bool
push_log_is_valid(const char *log)
{
	enum channel channel;
	const char *colon;
	size_t len;

	if (strcmp(log, ":main") == 0)
		return true;
	if (!channel_of(log, &channel, &len))
		return false;
	colon = memchr(log, ':', len);
	return colon != NULL && colon > log && colon + 1 < log + len;
}

/* The process whose log it is, NULL: none (now), or the daemon's own. */
static const struct process *
process_of(const struct daemon *d, const char *log, enum channel *channel)
{
	const struct process *p;
	char *group, *name;
	size_t len;

	if (!channel_of(log, channel, &len))
		return NULL;
	group = xstrndup(log, len);
	name = strchr(group, ':');
	*name++ = '\0';
	p = process_table_find(&d->table, group, name);
	free(group);
	return p;
}

/* The file behind a log, NULL when there is none. */
static const char *
path_of(const struct daemon *d, const char *log)
{
	enum channel channel;
	const struct process *p;

	if (strcmp(log, ":main") == 0)
		return d->mainlog != NULL ? mainlog_path(d->mainlog) : NULL;
	p = process_of(d, log, &channel);
	return p != NULL ? p->logpath[channel] : NULL;
}

/* When something came for a log last. A file may be older than the daemon. 0: not known. */
static wall_us
written_at(const struct daemon *d, const char *log, const char *path)
{
	enum channel channel;
	const struct process *p = process_of(d, log, &channel);
	struct stat st;

	if (p != NULL && p->last_read[channel] > 0)
		return p->last_read[channel];
	if (stat(path, &st) != 0)
		return 0;
	return st.st_mtim.tv_sec * SECOND_US + st.st_mtim.tv_nsec / 1000;
}

struct piece {
	wall_us time;
	int64_t offset; /* of data; -1: no file */
	const char *data;
	size_t len;
	bool rotated;    /* the file ends after it */
	bool tail;       /* from before the following began */
	wall_us written; /* ... when the last of it came; 0: not known */
};

static void
write_event(struct push_log *log, const struct piece *piece, int64_t offset)
{
	struct push *push = log->stream->push;
	json_t *data = json_object();

	json_object_set_new_nocheck(data, "log", snapshot_text(log->name, strlen(log->name)));
	json_object_set_new_nocheck(data, "time", json_real((double)piece->time / (double)SECOND_US));
	json_object_set_new_nocheck(data, "offset", json_integer(offset));
	json_object_set_new_nocheck(data, "text", json_stringn_nocheck(buf_str(&push->text), push->text.len));
	if (piece->rotated)
		json_object_set_new_nocheck(data, "rotated", json_true());
	if (log->skipped > 0)
		json_object_set_new_nocheck(data, "skipped", json_integer((int64_t)log->skipped));
	if (piece->tail)
		json_object_set_new_nocheck(data, "tail", json_true());
	if (piece->written > 0)
		json_object_set_new_nocheck(data, "written",
					    json_real((double)piece->written / (double)SECOND_US));
	buf_clear(&push->frame);
	push_render(push, &push->frame, "log", NULL, data);
	json_decref(data);
	if (push->frame.len > 0)
		http_stream_write(log->stream->http, push->frame.data, push->frame.len);
	log->skipped = 0;
}

static void
skip(struct push_log *log, const struct piece *piece)
{
	log->skipped += piece->len + log->carry.len;
	log->carry.len = 0;
	log->rotated = log->rotated || piece->rotated;
}

/* What was skipped and how it ended is told before what follows. */
static void
tell_skipped(struct push_log *log)
{
	const struct piece piece = {
	    .time = log->stream->push->d->now.wall,
	    .rotated = log->rotated,
	};

	buf_clear(&log->stream->push->text);
	write_event(log, &piece, -1);
	log->rotated = false;
}

static void
send_piece(struct push_log *log, const struct piece *piece)
{
	struct push *push = log->stream->push;
	int64_t offset = piece->offset - (int64_t)log->carry.len;

	if (http_stream_unsent(log->stream->http) >= PUSH_LOG_LIMIT) {
		skip(log, piece);
		return;
	}
	if (log->rotated)
		tell_skipped(log);
	buf_clear(&push->text);
	utf8_repair(&push->text, piece->data, piece->len, &log->carry, piece->rotated);
	if (push->text.len > 0 || piece->rotated || log->skipped > 0)
		write_event(log, piece, piece->offset < 0 || offset < 0 ? piece->offset : offset);
}

static void
send_text(struct push_log *log, const struct piece *whole)
{
	struct piece piece = *whole;
	size_t left = whole->len;

	do {
		piece.len = left < PUSH_LOG_PIECE ? left : PUSH_LOG_PIECE;
		left -= piece.len;
		piece.rotated = left == 0 && whole->rotated;
		send_piece(log, &piece);
		piece.data += piece.len;
		if (piece.offset >= 0)
			piece.offset += (int64_t)piece.len;
	} while (left > 0);
}

static void
tap_cb(void *arg, const struct log_chunk *chunk)
{
	const struct piece piece = {
	    .time = chunk->time,
	    .offset = chunk->offset,
	    .data = chunk->data,
	    .len = chunk->len,
	    .rotated = chunk->rotated,
	};

	send_text(arg, &piece);
}

/* The past of a log. It begins with a whole character: what was cut off there is no bad byte. */
static void
send_tail(struct push_log *log)
{
	struct daemon *d = log->stream->push->d;
	const char *path = path_of(d, log->name);
	struct piece piece = {.time = d->now.wall, .tail = true};
	char *data;

	if (path == NULL || log->stream->log_tail == 0)
		return;
	data = logfollow_read_tail(path, log->stream->log_tail, &piece.len, &piece.offset);
	if (data == NULL)
		return;
	piece.data = data;
	piece.written = written_at(d, log->name, path);
	for (int i = 0; i < 3 && piece.offset > 0 && piece.len > 0 && (*piece.data & 0xc0) == 0x80; i++) {
		piece.data++;
		piece.len--;
		piece.offset++;
	}
	if (piece.len > 0)
		send_text(log, &piece);
	free(data);
}

static struct push_log *
open_log(struct push_stream *s, const char *name)
{
	struct push_log *log = xcalloc(1, sizeof(*log));

	log->stream = s;
	log->name = xstrdup(name);
	log->tap = logfollow_tap(s->push->d->logfollow, name, tap_cb, log);
	return log;
}

static void
close_log(struct push_log *log)
{
	logfollow_untap(log->tap);
	free(log->name);
	free(log);
}

/* Takes a log out of those that were followed so far; NULL: it was not among them. */
static struct push_log *
take_log(struct push_log **logs, size_t n, const char *name)
{
	struct push_log *log;

	for (size_t i = 0; i < n; i++)
		if (logs[i] != NULL && strcmp(logs[i]->name, name) == 0) {
			log = logs[i];
			logs[i] = NULL;
			return log;
		}
	return NULL;
}

static bool
has_log(const struct push_stream *s, const char *name)
{
	for (size_t i = 0; i < s->nlogs; i++)
		if (strcmp(s->logs[i]->name, name) == 0)
			return true;
	return false;
}

static void
add_log(struct push_stream *s, struct push_log **old, size_t nold, const char *name)
{
	struct push_log *log;

	if (has_log(s, name))
		return; /* named twice */
	log = take_log(old, nold, name);
	if (log != NULL) {
		s->logs[s->nlogs++] = log;
		return;
	}
	log = open_log(s, name);
	s->logs[s->nlogs++] = log;
	send_tail(log);
}

void
push_logs_follow(struct push_stream *s, const char *const *names, size_t n)
{
	struct push_log **old = s->logs;
	size_t nold = s->nlogs;

	if ((s->kinds & PUSH_LOG) == 0)
		n = 0;
	s->logs = xcalloc(n, sizeof(struct push_log *));
	s->nlogs = 0;
	for (size_t i = 0; i < n; i++)
		add_log(s, old, nold, names[i]);
	for (size_t i = 0; i < nold; i++)
		if (old[i] != NULL)
			close_log(old[i]);
	free(old);
}

void
push_logs_release(struct push_stream *s)
{
	for (size_t i = 0; i < s->nlogs; i++)
		close_log(s->logs[i]);
	free(s->logs);
	s->logs = NULL;
	s->nlogs = 0;
}

void
push_logs_tell_skipped(struct push_stream *s)
{
	for (size_t i = 0; i < s->nlogs; i++)
		if (s->logs[i]->skipped > 0 || s->logs[i]->rotated)
			tell_skipped(s->logs[i]);
}
