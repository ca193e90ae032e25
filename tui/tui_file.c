/* tui_file.c: see tui_file.h. */
#include "autoconf.h"

#include "tui/tui_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"

#define PIECE 65536 /* bytes read at once */

char *
tui_file_path(const char *variable, const char *fallback, const char *name)
{
	const char *given = getenv(variable), *home = getenv("HOME");

	/* The XDG specification wants a relative path to be ignored. */
	if (given != NULL && given[0] == '/')
		return xasprintf("%s/cvisor/%s", given, name);
	if (home != NULL && home[0] == '/')
		return xasprintf("%s/%s/cvisor/%s", home, fallback, name);
	return NULL;
}

void
tui_file_make_folders(const char *path)
{
	char *copy = xstrdup(path);

	for (char *slash = copy + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
		*slash = '\0';
		mkdir(copy, 0700);
		*slash = '/';
	}
	free(copy);
}

/* Closes, and leaves errno alone. */
static void
close_quietly(int fd)
{
	int error = errno;

	close(fd);
	errno = error;
}

bool
tui_file_read(const char *path, struct buf *out)
{
	/* Not waiting: it might be a pipe that nobody writes to. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	ssize_t n = 1;

	if (fd < 0)
		return false;
	while (n > 0) {
		char *at = buf_reserve(out, PIECE);

		if (at == NULL) {
			errno = EFBIG;
			n = -1;
		} else if ((n = read(fd, at, PIECE)) > 0)
			buf_added(out, (size_t)n);
	}
	close_quietly(fd);
	return n == 0;
}

bool
tui_file_write(int fd, const void *data, size_t len)
{
	const char *at = data;

	while (len > 0) {
		ssize_t n = write(fd, at, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		at += n;
		len -= (size_t)n;
	}
	return true;
}

/* Whom the file belonged to and who could read it stays: who uses sudo must not take it from its owner. That its group or
   owner cannot be kept is no reason to fail. */
static bool
keep_owner(int fd, const struct stat *before)
{
	if (fchown(fd, before->st_uid, before->st_gid) != 0 && fchown(fd, (uid_t)-1, before->st_gid) != 0)
		return true;
	return fchmod(fd, before->st_mode & 07777) == 0;
}

bool
tui_file_replace(const char *path, const struct buf *text)
{
	char *temporary;
	struct stat before;
	bool existed = stat(path, &before) == 0, made, ok;
	int fd, error;

	if (existed && !S_ISREG(before.st_mode)) {
		errno = S_ISDIR(before.st_mode) ? EISDIR : EEXIST;
		return false;
	}
	temporary = xasprintf("%s.XXXXXX", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	made = fd >= 0;
	ok = made && tui_file_write(fd, text->data, text->len) && (!existed || keep_owner(fd, &before)) &&
	     fsync(fd) == 0;
	if (ok)
		ok = close(fd) == 0 && rename(temporary, path) == 0;
	else if (made)
		close_quietly(fd);
	if (!ok && made) {
		error = errno;
		unlink(temporary);
		errno = error;
	}
	free(temporary);
	return ok;
}
