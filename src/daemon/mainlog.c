/*
 * mainlog.c: see mainlog.h. A line goes to stdout first (with -n), then to the file or syslog, then to those
 * who follow the log.
 *
 * A line may be written while another one is being told to the followers (a follower that logs): it is
 * written, and not told; followers see from the offsets that something is missing.
 */
#include "autoconf.h"

#include "daemon/mainlog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/timefmt.h"
#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/logfile.h"
#include "daemon/logfollow.h"
#include "daemon/logsyslog.h"
#include "daemon/nbqueue.h"

#define IDENT "supervisord"

struct mainlog {
	struct daemon *daemon;
	struct logfiles *files;
	struct logfile *file;   /* a regular file; NULL: one of the next two */
	struct nbqueue *target; /* logfile= is a terminal, FIFO, ... */
	struct logsyslog *syslog;
	struct nbqueue *copy; /* on stdout; NULL: none */
	char *path;           /* NULL: syslog */
	uint64_t lost;        /* bytes that the disk did not take, and that no line has counted yet */
	bool telling;
};

/* A target that is not a regular file gets a queue in the place of the log file. */
static bool
open_target(struct mainlog *m, const struct supervisord_config *config, struct err *err)
{
	struct nbout out = NBOUT_INIT;

	if (strcmp(config->logfile, "syslog") == 0) {
		m->syslog = logsyslog_new(m->daemon, LOGSYSLOG_PATH, IDENT);
		return true;
	}
	m->path = xstrdup(config->logfile);
	m->file = logfile_open(m->files, m->path, config->logfile_maxbytes, config->logfile_backups);
	if (m->file != NULL && logfile_is_regular(m->file))
		return true;
	if (m->file != NULL) {
		logfile_close(m->file);
		m->file = NULL;
		if (nbout_open(&out, m->path, 0666)) {
			m->target = nbqueue_new(m->daemon, &out, m->path);
			return true;
		}
	}
	return err_set(err, "cannot open log '%s': %s", m->path, strerror(errno));
}

struct mainlog *
mainlog_open(struct daemon *d, const struct supervisord_config *config, bool with_stdout, struct err *err)
{
	struct mainlog *m = xcalloc(1, sizeof *m);
	struct nbout out = NBOUT_INIT;

	m->daemon = d;
	m->files = logfiles_new();
	if (!open_target(m, config, err)) {
		mainlog_close(m);
		return NULL;
	}
	if (with_stdout && nbout_inherit(&out, STDOUT_FILENO))
		m->copy = nbqueue_new(d, &out, "stdout");
	return m;
}

void
mainlog_close(struct mainlog *m)
{
	if (m == NULL)
		return;
	nbqueue_free(m->copy);
	nbqueue_free(m->target);
	logsyslog_free(m->syslog);
	logfile_close(m->file);
	logfiles_free(m->files);
	free(m->path);
	free(m);
}

static void
tell(struct mainlog *m, const char *line, size_t len, int64_t offset, bool rotated)
{
	struct daemon *d = m->daemon;
	struct log_chunk chunk = {
	    .log = ":main",
	    .time = d->now.wall,
	    .offset = offset,
	    .data = line,
	    .len = len,
	    .rotated = rotated,
	};

	if (m->telling)
		return;
	m->telling = true;
	logfollow_tell(d->logfollow, &chunk);
	m->telling = false;
}

static void
write_file(struct mainlog *m, const char *line, size_t len)
{
	bool rotated = false;
	size_t lost;

	if (!logfile_write(m->file, line, len, &lost, &rotated)) {
		m->lost += lost;
		tell(m, line, len - lost, logfile_last(m->file), rotated);
		tell(m, line + len - lost, lost, -1, false);
		return;
	}
	tell(m, line, len, logfile_last(m->file), rotated);
}

/* A line about the log itself, which no loglevel hides. */
static void
write_note(struct mainlog *m, const char *text)
{
	char head[TIMEFMT_MAX];
	struct now now;
	char *line;

	clock_read(&now);
	timefmt_log(head, now.wall);
	line = xasprintf("%s %s %s\n", head, log_level_tag(LOG_LEVEL_CRITICAL), text);
	write_file(m, line, strlen(line));
	if (m->copy != NULL)
		nbqueue_line(m->copy, line, strlen(line));
	free(line);
}

static void
report_rotation(struct mainlog *m)
{
	int error = logfile_take_error(m->file);
	char *text;

	if (error != 0) {
		text = xasprintf("cannot rotate log '%s': %s; it grows beyond its maximum", m->path,
				 strerror(error));
		write_note(m, text);
		free(text);
	}
}

/* The disk takes lines again: says how much it did not. before is m->lost before the line that was just
   written. */
static void
report_loss(struct mainlog *m, uint64_t before)
{
	char *text;

	if (before == 0 || m->lost != before)
		return;
	text = xasprintf("%" PRIu64 " bytes of this log are lost: '%s' did not take them", m->lost, m->path);
	m->lost = 0;
	write_note(m, text);
	free(text);
}

void
mainlog_write(void *arg, enum log_level level, const char *line, size_t len)
{
	struct mainlog *m = arg;
	uint64_t before = m->lost;

	(void)level;
	if (m->copy != NULL)
		nbqueue_line(m->copy, line, len);
	if (m->file != NULL) {
		write_file(m, line, len);
		report_loss(m, before);
		report_rotation(m);
		return;
	}
	if (m->syslog != NULL)
		logsyslog_send(m->syslog, line, len);
	if (m->target != NULL)
		nbqueue_line(m->target, line, len);
	tell(m, line, len, -1, false);
}

static void
reopen_target(struct mainlog *m)
{
	struct nbout out = NBOUT_INIT;

	if (nbqueue_is_at(m->target, m->path))
		return;
	if (!nbout_open(&out, m->path, 0666)) {
		log_crit(&m->daemon->log, "cannot reopen log '%s': %s; the old one goes on", m->path,
			 strerror(errno));
		return;
	}
	nbqueue_free(m->target);
	m->target = nbqueue_new(m->daemon, &out, m->path);
}

void
mainlog_reopen(struct mainlog *m)
{
	struct logfile_identity before, after;

	if (m->target != NULL)
		reopen_target(m);
	if (m->file == NULL)
		return;
	before = logfile_identity(m->file);
	if (!logfile_reopen(m->file)) {
		log_crit(&m->daemon->log, "cannot reopen log '%s': %s; the old one goes on", m->path,
			 strerror(errno));
		return;
	}
	after = logfile_identity(m->file);
	if (before.dev != after.dev || before.ino != after.ino)
		tell(m, "", 0, -1, true);
}

bool
mainlog_clear(struct mainlog *m)
{
	if (m->file == NULL)
		return true;
	/* Supervisor's words, once for each place that is written to; in the file they go with it. */
	for (int i = 0; i < (m->copy != NULL ? 2 : 1); i++)
		log_info(&m->daemon->log, "reopening log file");
	if (!logfile_clear(m->file))
		return false;
	tell(m, "", 0, -1, true);
	return true;
}

const char *
mainlog_path(const struct mainlog *m)
{
	return m->path;
}
