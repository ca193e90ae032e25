/* nbout.c: see nbout.h. */
#include "autoconf.h"

#include "daemon/nbout.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPEN_FLAGS (O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

/* Number of the inherited descriptor that path names; -1: it names none. */
static int
named_descriptor(const char *path)
{
	static const char *const heads[] = {"/dev/fd/", "/proc/self/fd/"};

	if (strcmp(path, "/dev/stdout") == 0)
		return STDOUT_FILENO;
	if (strcmp(path, "/dev/stderr") == 0)
		return STDERR_FILENO;
	for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
		size_t len = strlen(heads[i]);
		char *end;
		long n;

		if (strncmp(path, heads[i], len) != 0 || path[len] < '0' || path[len] > '9')
			continue;
		n = strtol(path + len, &end, 10);
		if (*end == '\0' && n <= INT_MAX)
			return (int)n;
	}
	return -1;
}

static bool
take(struct nbout *o, int fd, enum nbout_way way)
{
	struct stat st;

	*o = (struct nbout){.fd = fd, .way = way};
	o->regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	return true;
}

static bool
is_fifo(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISFIFO(st.st_mode);
}

static bool
inherit_copy(struct nbout *o, int from)
{
	struct stat st;
	int fd = fcntl(from, F_DUPFD_CLOEXEC, 3);

	if (fd < 0)
		return false;
	return take(o, fd, fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode) ? NBOUT_SOCKET : NBOUT_SHARED);
}

/* "supervisord -n > file" with programs that log to /dev/stdout: opened again, the file would have two
   offsets, and one would overwrite what the other has written. */
static bool
is_inherited_file(int named)
{
	struct stat st;

	return named >= 0 && fstat(named, &st) == 0 && S_ISREG(st.st_mode);
}

bool
nbout_open(struct nbout *o, const char *path, mode_t mode)
{
	int named = named_descriptor(path), fd, saved;

	if (is_inherited_file(named))
		return inherit_copy(o, named);
	fd = open(path, O_WRONLY | OPEN_FLAGS, mode);
	saved = errno;
	/* Nobody reads the FIFO yet. Opened for both it takes a pipeful, and then makes its writer wait. */
	if (fd < 0 && errno == ENXIO && is_fifo(path))
		fd = open(path, O_RDWR | OPEN_FLAGS, mode);
	if (fd >= 0)
		return take(o, fd, NBOUT_OWN);
	/* Sockets cannot be opened through /dev/stdout, and after a change of user a terminal or pipe may be
	   forbidden. */
	if (named >= 0 && (saved == ENXIO || saved == EACCES || saved == EPERM) && inherit_copy(o, named))
		return true;
	errno = saved;
	return false;
}

bool
nbout_inherit(struct nbout *o, int from)
{
	char path[32];
	struct stat st;
	int fd;

	if (fstat(from, &st) != 0)
		return false;
	if (!S_ISREG(st.st_mode) && !S_ISSOCK(st.st_mode)) {
		snprintf(path, sizeof path, "/proc/self/fd/%d", from);
		fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
		if (fd >= 0)
			return take(o, fd, NBOUT_OWN);
	}
	return inherit_copy(o, from);
}

void
nbout_close(struct nbout *o)
{
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}

bool
nbout_is_at(const struct nbout *o, const char *path)
{
	struct stat open, there;

	return fstat(o->fd, &open) == 0 && stat(path, &there) == 0 && open.st_dev == there.st_dev &&
	       open.st_ino == there.st_ino;
}

/* One write on a descriptor that may be in blocking mode. Writable means that a pipe has room for PIPE_BUF
   bytes, a terminal for at least some hundred; less than that never waits. */
static ssize_t
write_shared(int fd, const char *data, size_t len)
{
	struct pollfd pfd = {.fd = fd, .events = POLLOUT};

	if (poll(&pfd, 1, 0) <= 0 || !(pfd.revents & (POLLOUT | POLLERR | POLLHUP))) {
		errno = EAGAIN;
		return -1;
	}
	return write(fd, data, len < 256 ? len : 256);
}

static ssize_t
write_once(struct nbout *o, const char *data, size_t len)
{
	switch (o->way) {
	case NBOUT_OWN:
		break;
	case NBOUT_SOCKET:
		return send(o->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	case NBOUT_SHARED:
		if (!o->regular)
			return write_shared(o->fd, data, len);
		break;
	}
	return write(o->fd, data, len);
}

size_t
nbout_write(struct nbout *o, const char *data, size_t len)
{
	size_t done = 0;

	if (o->fd < 0) {
		errno = EBADF;
		return 0;
	}
	while (done < len) {
		ssize_t n = write_once(o, data + done, len - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EWOULDBLOCK)
			errno = EAGAIN;
		if (n == 0)
			errno = EIO;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return done;
}
