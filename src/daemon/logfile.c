/*
 * logfile.c: see logfile.h. Rotation follows spec/daemon.md 8.2, with its mends: always O_APPEND, never
 * anything but a regular file is rotated or removed, and a rotation that fails leaves the old file in use.
 *
 * Nothing here logs: who writes decides what a failure means.
 */
#include "autoconf.h"

#include "daemon/logfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "base/xmalloc.h"
#include "daemon/nbout.h"

struct logfiles {
	struct map *by_path; /* struct logfile, which their users hold */
};

struct logfile {
	struct logfiles *all;
	char *path;
	unsigned refs;
	struct nbout out;
	bool ours; /* a regular file that is opened by its name: only such a one is rotated, reopened and
		      removed */
	struct logfile_identity identity;
	mode_t mode;      /* permissions, for the file that follows this one */
	int64_t offset;   /* of the next byte; -1: not ours */
	uint64_t files;   /* that it has been; an emptied one is another */
	int64_t last;     /* where the last write began */
	int64_t maxbytes; /* <= 0: no rotation */
	int backups;
	int64_t retry_at; /* after a failed rotation: the size that makes the next attempt */
	int error;        /* errno of a failed rotation, until somebody has asked */
};

struct logfiles *
logfiles_new(void)
{
	struct logfiles *all = xcalloc(1, sizeof *all);

	all->by_path = map_new();
	return all;
}

void
logfiles_free(struct logfiles *all)
{
	if (all == NULL)
		return;
	map_free(all->by_path);
	free(all);
}

void
logfiles_each(struct logfiles *all, void (*fn)(void *arg, struct logfile *f), void *arg)
{
	size_t pos = 0;
	void *f;

	while (map_next(all->by_path, &pos, NULL, &f))
		fn(arg, f);
}

/* Puts a freshly opened output in the place of the old one. */
static void
install(struct logfile *f, struct nbout *out)
{
	struct stat st;

	nbout_close(&f->out);
	f->out = *out;
	f->ours = out->regular && out->way == NBOUT_OWN;
	f->retry_at = 0;
	if (fstat(out->fd, &st) != 0) {
		f->offset = -1;
		f->files++;
		return;
	}
	if (st.st_dev != f->identity.dev || st.st_ino != f->identity.ino || st.st_size < f->offset)
		f->files++;
	f->identity = (struct logfile_identity){.dev = st.st_dev, .ino = st.st_ino};
	f->offset = -1;
	if (f->ours) {
		f->offset = st.st_size;
		f->mode = st.st_mode & 0777;
	}
}

/* A file that follows another one keeps its permissions: an AUTO log stays private when it is rotated. */
static bool
open_again(struct logfile *f)
{
	struct nbout out = NBOUT_INIT;

	if (!nbout_open(&out, f->path, f->mode))
		return false;
	install(f, &out);
	return true;
}

struct logfile *
logfile_open(struct logfiles *all, const char *path, int64_t maxbytes, int backups)
{
	struct logfile *f = map_get(all->by_path, path);

	if (f == NULL) {
		struct nbout out = NBOUT_INIT;

		if (!nbout_open(&out, path, 0666))
			return NULL;
		f = xcalloc(1, sizeof *f);
		f->all = all;
		f->path = xstrdup(path);
		f->out.fd = -1;
		f->mode = 0666;
		f->last = -1;
		install(f, &out);
		map_put(all->by_path, path, f);
	} else if (f->ours && !logfile_reopen(f)) {
		/* As if each program had the file for itself, a start looks at the path again. */
		return NULL;
	}
	f->refs++;
	f->maxbytes = maxbytes;
	f->backups = backups;
	return f;
}

void
logfile_close(struct logfile *f)
{
	if (f == NULL || --f->refs > 0)
		return;
	map_del(f->all->by_path, f->path);
	nbout_close(&f->out);
	free(f->path);
	free(f);
}

const char *
logfile_path(const struct logfile *f)
{
	return f->path;
}

int64_t
logfile_offset(const struct logfile *f)
{
	return f->offset;
}

uint64_t
logfile_files(const struct logfile *f)
{
	return f->files;
}

int64_t
logfile_last(const struct logfile *f)
{
	return f->last;
}

bool
logfile_is_regular(const struct logfile *f)
{
	return f->out.regular;
}

int
logfile_fd(const struct logfile *f)
{
	return f->out.fd;
}

struct logfile_identity
logfile_identity(const struct logfile *f)
{
	return f->identity;
}

int
logfile_take_error(struct logfile *f)
{
	int error = f->error;

	f->error = 0;
	return error;
}

/* Moves PATH.FROM to PATH.TO, whatever is there; from 0 is the file itself. What is missing need not be
   moved. */
static bool
shift(const char *path, int from, int to)
{
	char *old = from == 0 ? xstrdup(path) : xasprintf("%s.%d", path, from);
	char *new = to == 0 ? xstrdup(path) : xasprintf("%s.%d", path, to);
	bool ok = rename(old, new) == 0 || errno == ENOENT;

	free(old);
	free(new);
	return ok;
}

static bool
rotate_backups(struct logfile *f)
{
	for (int i = f->backups - 1; i >= 1; i--)
		if (!shift(f->path, i, i + 1))
			return false;
	if (!shift(f->path, 0, 1))
		return false;
	if (!open_again(f)) {
		int saved = errno;

		/* No new file: the old one, which is still open, gets its name back. */
		shift(f->path, 1, 0);
		errno = saved;
		return false;
	}
	return true;
}

static bool
empty(struct logfile *f)
{
	if (ftruncate(f->out.fd, 0) != 0)
		return false;
	f->offset = 0;
	f->files++;
	f->retry_at = 0;
	return true;
}

static bool
rotate_if_due(struct logfile *f)
{
	if (!f->ours || f->maxbytes <= 0 || f->offset < f->maxbytes || f->offset < f->retry_at)
		return false;
	if (f->backups > 0 ? rotate_backups(f) : empty(f))
		return true;
	f->error = errno;
	f->retry_at = f->offset + f->maxbytes;
	return false;
}

/* The end of the file after a write: others may append to it or cut it, too. */
static void
note_written(struct logfile *f, size_t done)
{
	off_t end;

	if (!f->ours) {
		f->last = -1;
		return;
	}
	end = done > 0 ? lseek(f->out.fd, 0, SEEK_CUR) : -1;
	if (end >= 0 && end < f->offset + (int64_t)done)
		f->files++;
	f->offset = end >= 0 ? end : f->offset + (int64_t)done;
	f->last = f->offset - (int64_t)done;
}

bool
logfile_write(struct logfile *f, const char *data, size_t len, size_t *lost, bool *rotated)
{
	size_t done = nbout_write(&f->out, data, len);
	int saved = errno;

	note_written(f, done);
	*lost = len - done;
	if (rotated != NULL)
		*rotated = false;
	if (rotate_if_due(f) && rotated != NULL)
		*rotated = true;
	errno = saved;
	return done == len;
}

bool
logfile_reopen(struct logfile *f)
{
	if (!f->out.regular && nbout_is_at(&f->out, f->path))
		return true;
	return open_again(f);
}

bool
logfile_clear(struct logfile *f)
{
	struct stat st;

	if (!f->ours)
		return true;
	if (lstat(f->path, &st) == 0) {
		if (S_ISLNK(st.st_mode))
			return empty(f);
		if (S_ISDIR(st.st_mode)) {
			errno = EISDIR;
			return false;
		}
		if (!S_ISREG(st.st_mode))
			return true;
		if (unlink(f->path) != 0 && errno != ENOENT)
			return false;
	}
	return open_again(f);
}
