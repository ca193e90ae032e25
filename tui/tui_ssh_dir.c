/*
 * tui_ssh_dir.c: see tui_ssh_dir.h.
 *
 * /tmp belongs to everybody: a name there is ours only if it is a directory, of our user, mode 0700, and opened
 * without following a link; and what is in it is removed by name relative to that descriptor. Whether its owner
 * lives is told by the lock (flock) on the directory itself, which the kernel gives back however the process ends.
 */
#include "autoconf.h"

#include "tui/tui_ssh_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/xmalloc.h"

#define PREFIX "cvisor-ssh."
#define SUFFIX "XXXXXX"
#define BASE_MAX 60 /* bytes: with the names below it stays within a socket's address */
#define TRIES 3

/* The place for it: of the user alone where the system has one. */
static const char *
base_directory(void)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	struct stat st;

	if (runtime != NULL && runtime[0] == '/' && strlen(runtime) <= BASE_MAX && stat(runtime, &st) == 0 &&
	    S_ISDIR(st.st_mode) && st.st_uid == geteuid() && access(runtime, W_OK | X_OK) == 0)
		return runtime;
	return "/tmp";
}

/* Only what ssh made: sockets. Anything else stays, and the directory with it. */
static void
remove_sockets(int fd)
{
	int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = own < 0 ? NULL : fdopendir(own);
	const struct dirent *entry;
	struct stat st;

	if (d == NULL) {
		if (own >= 0)
			close(own);
		return;
	}
	while ((entry = readdir(d)) != NULL)
		if (fstatat(fd, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(st.st_mode))
			unlinkat(fd, entry->d_name, 0);
	closedir(d);
}

/* The directory, locked by us; -1: it is not ours, or somebody lives in it. */
static int
open_locked(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && (st.st_mode & 07777) == 0700 &&
	    flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	close(fd);
	return -1;
}

static void
remove_stale(const char *base)
{
	DIR *d = opendir(base);
	const struct dirent *entry;
	char *path;
	int fd;

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0 ||
		    strlen(entry->d_name) != strlen(PREFIX SUFFIX))
			continue;
		path = xasprintf("%s/%s", base, entry->d_name);
		fd = open_locked(path);
		if (fd >= 0) {
			remove_sockets(fd);
			rmdir(path);
			close(fd);
		}
		free(path);
	}
	closedir(d);
}

/* Between making it and locking it, another process may take it for stale: then it is gone. */
static bool
still_there(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && st.st_nlink > 0;
}

bool
tui_ssh_dir_make(struct tui_ssh_dir *dir, struct err *err)
{
	const char *base = base_directory();

	remove_stale(base);
	for (int i = 0; i < TRIES; i++) {
		dir->path = xasprintf("%s/" PREFIX SUFFIX, base);
		if (mkdtemp(dir->path) == NULL)
			break;
		dir->fd = open_locked(dir->path);
		if (dir->fd >= 0 && still_there(dir->fd))
			return true;
		tui_ssh_dir_remove(dir);
	}
	err_set(err, "cannot make a directory for ssh's sockets in '%s': %s", base, strerror(errno));
	free(dir->path);
	*dir = (struct tui_ssh_dir){.fd = -1};
	return false;
}

void
tui_ssh_dir_clear(const struct tui_ssh_dir *dir)
{
	if (dir->fd >= 0)
		remove_sockets(dir->fd);
}

void
tui_ssh_dir_remove(struct tui_ssh_dir *dir)
{
	tui_ssh_dir_clear(dir);
	if (dir->path != NULL)
		rmdir(dir->path);
	if (dir->fd >= 0)
		close(dir->fd);
	free(dir->path);
	*dir = (struct tui_ssh_dir){.fd = -1};
}
