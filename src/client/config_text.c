/* config_text.c: see config_text.h. */
#include "autoconf.h"

#include "client/config_text.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "client/config_find.h"

#define READ_SIZE 65536
#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NOCTTY)

bool
config_text_read(int fd, struct buf *text)
{
	ssize_t n = 1;
	int saved;

	while (n > 0) {
		char *to = buf_reserve(text, READ_SIZE);

		if (to == NULL) {
			errno = EFBIG;
			n = -1;
			break;
		}
		n = read(fd, to, READ_SIZE);
		if (n > 0)
			buf_added(text, (size_t)n);
		if (n == -1 && errno == EINTR)
			n = 1;
	}
	saved = errno;
	close(fd);
	errno = saved;
	return n == 0;
}

/* The whole file into text; flags: more of open's. False with errno. */
static bool
read_whole(const char *path, int flags, struct buf *text)
{
	int fd = open(path, OPEN_FLAGS | flags);

	return fd != -1 && config_text_read(fd, text);
}

int
config_text_open_included(const char *path)
{
	int fd = open(path, OPEN_FLAGS | O_NONBLOCK), error = ENODEV;
	struct stat st;

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) != 0)
		error = errno;
	else if (S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode))
		return fd;
	else if (S_ISDIR(st.st_mode))
		error = EISDIR;
	close(fd);
	errno = error;
	return -1;
}

bool
config_text_main(const struct config_file *file, bool again, struct buf *text, struct err *err)
{
	struct stat st;

	if (stat(file->path, &st) != 0)
		return err_set(err, "could not find config file %s", file->name);
	if (again && !S_ISREG(st.st_mode) && !S_ISDIR(st.st_mode)) {
		err_set(err, "could not read config file %s", file->name);
		err_hint(err, "it is no regular file and cannot be read a second time");
		return false;
	}
	if (!read_whole(file->path, again ? O_NONBLOCK : 0, text)) {
		err_set(err, "could not read config file %s", file->name);
		err_hint(err, "%s", strerror(errno));
		return false;
	}
	return true;
}
