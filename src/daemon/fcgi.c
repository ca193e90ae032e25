/*
 * fcgi.c: see fcgi.h. Enters: supervise.c, and the rehearsal of a restart.
 *
 * A path is made free by removing a socket that is there, also one that somebody listens on: after a death of the
 * daemon its children may still hold the old one. What is no socket is never removed, and no symbolic link is followed:
 * a program's user may own the directory, and we may be root.
 */
#include "autoconf.h"

#include "daemon/fcgi.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "core/config.h"
#include "core/process_table.h"
#include "core/values.h"
#include "daemon/daemon.h"
#include "daemon/rehearsal.h"

/* While a group is added the loop waits for its host's name; nothing waits afterwards. */
#define RESOLVE_MS 3000

/* What has failed, on what, and why: errno. Returns false. */
static bool
cannot(const char *what, const char *subject, struct err *err)
{
	return err_set(err, "cannot %s '%s': %s", what, subject, strerror(errno));
}

/* The same, with fd closed; returns -1. */
static int
fail(int fd, const char *what, const char *subject, struct err *err)
{
	cannot(what, subject, err);
	if (fd >= 0)
		close(fd);
	return -1;
}

/* UNIX sockets */

static bool
set_path(struct sockaddr_un *sun, const char *path, struct err *err)
{
	*sun = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof(sun->sun_path))
		return err_set(err, "the path '%s' is too long: %zu bytes are the most", path,
			       sizeof(sun->sun_path) - 1);
	memcpy(sun->sun_path, path, strlen(path) + 1);
	return true;
}

static bool
may_be_replaced(const char *path, struct err *err)
{
	struct stat st;

	if (lstat(path, &st) != 0 || S_ISSOCK(st.st_mode))
		return true; /* what is wrong with the rest of the path, if anything, bind says */
	return err_set(err, "'%s' exists and is not a socket; remove it, or set another socket=", path);
}

static bool
remove_old(const char *path, struct err *err)
{
	if (!may_be_replaced(path, err))
		return false;
	return unlink(path) == 0 || errno == ENOENT || cannot("remove the old socket", path, err);
}

/* It is never more open than asked, not even for a moment. */
static bool
bind_path(int fd, const struct sockaddr_un *sun, mode_t mode)
{
	mode_t before = umask(0777 & ~mode);
	bool bound = bind(fd, (const struct sockaddr *)sun, sizeof(*sun)) == 0;
	int saved = errno;

	umask(before);
	errno = saved;
	return bound;
}

/* Owner and mode, of the file that was opened and not of what has its name meanwhile: the directory may be another
 * user's. The umask has given the mode already, but where the directory has a default ACL. */
static bool
give_away(int file, const struct fcgi_config *c, struct err *err)
{
	bool owned = c->owner_uid != (uid_t)-1 || c->owner_gid != (gid_t)-1;
	char proc[32];
	struct stat st;

	if (fstat(file, &st) != 0 || !S_ISSOCK(st.st_mode))
		return err_set(err, "'%s' has been replaced since it was made", c->path);
	if (owned && fchownat(file, "", c->owner_uid, c->owner_gid, AT_EMPTY_PATH) != 0)
		return cannot("change the owner of", c->path, err);
	if ((st.st_mode & 07777) == c->mode)
		return true;
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", file);
	return chmod(proc, c->mode) == 0 || cannot("change the mode of", c->path, err);
}

static bool
open_up(int fd, const struct fcgi_config *c, int backlog, struct err *err)
{
	int file = open(c->path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	bool ok;

	if (file == -1)
		return cannot("open", c->path, err);
	ok = give_away(file, c, err);
	close(file);
	return ok && (listen(fd, backlog) == 0 || cannot("listen on", c->path, err));
}

static int
listen_unix(const struct fcgi_config *c, int backlog, struct err *err)
{
	struct sockaddr_un sun;
	int fd;

	if (!set_path(&sun, c->path, err) || !remove_old(c->path, err))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0 || !bind_path(fd, &sun, c->mode))
		return fail(fd, "bind", c->path, err);
	if (open_up(fd, c, backlog, err))
		return fd;
	unlink(c->path);
	close(fd);
	return -1;
}

/* TCP sockets */

static bool
find_address(const struct fcgi_config *c, struct host_address *a, struct err *err)
{
	if (resolve_host(c->host, (uint16_t)c->port, RESOLVE_MS, a, err))
		return true;
	err_prefix(err, "host '%s': ", c->host);
	return false;
}

static int
bind_tcp(const struct fcgi_config *c, const struct host_address *a, struct err *err)
{
	int fd = socket(a->sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)) != 0 ||
	    bind(fd, (const struct sockaddr *)&a->sa, a->len) != 0)
		return fail(fd, "bind", c->url, err);
	return fd;
}

static int
listen_tcp(const struct fcgi_config *c, const struct host_address *a, int backlog, struct err *err)
{
	int fd = bind_tcp(c, a, err);

	if (fd >= 0 && listen(fd, backlog) != 0)
		return fail(fd, "listen on", c->url, err);
	return fd;
}

/* The life of a socket */

static bool
could_not_create(const struct fcgi_config *c, struct err *err)
{
	err_prefix(err, "Could not create FastCGI socket %s: ", c->url);
	return false;
}

static bool
create(struct daemon *d, const struct fcgi_config *c, struct fcgi_socket *s, struct err *err)
{
	int backlog = c->backlog > 0 ? c->backlog : SOMAXCONN;

	log_info(&d->log, "Creating socket %s", c->url);
	s->fd = c->path != NULL ? listen_unix(c, backlog, err) : listen_tcp(c, &s->address, backlog, err);
	return s->fd >= 0 || could_not_create(c, err);
}

static void
close_socket(struct daemon *d, const struct fcgi_config *c, struct fcgi_socket *s)
{
	if (s->fd < 0)
		return;
	log_info(&d->log, "Closing socket %s", c->url);
	close(s->fd);
	s->fd = -1;
}

bool
fcgi_add_group(struct daemon *d, struct group *g, struct err *err)
{
	const struct fcgi_config *c = &g->config->fcgi;

	if (g->config->kind != GROUP_FCGI)
		return true;
	g->socket = xcalloc(1, sizeof(*g->socket));
	g->socket->fd = -1;
	if (c->host != NULL && !find_address(c, &g->socket->address, err))
		return could_not_create(c, err);
	if (!create(d, c, g->socket, err))
		return false;
	close_socket(d, c, g->socket);
	return true;
}

void
fcgi_remove_group(struct daemon *d, struct group *g)
{
	if (g->socket == NULL)
		return;
	close_socket(d, &g->config->fcgi, g->socket);
	free(g->socket);
	g->socket = NULL;
}

bool
fcgi_acquire(struct daemon *d, struct group *g, int *fd, struct err *err)
{
	struct fcgi_socket *s = g->socket;

	*fd = -1;
	if (s == NULL)
		return true;
	s->refs++;
	if (s->fd < 0 && !create(d, &g->config->fcgi, s, err))
		return false;
	*fd = s->fd;
	return true;
}

void
fcgi_release(struct daemon *d, struct group *g)
{
	struct fcgi_socket *s = g->socket;

	if (s != NULL && --s->refs == 0)
		close_socket(d, &g->config->fcgi, s);
}

/* The rehearsal */

static bool
unix_would_work(const struct fcgi_config *c, struct err *err)
{
	struct sockaddr_un sun;
	char *directory;
	bool ok;

	if (!set_path(&sun, c->path, err) || !may_be_replaced(c->path, err))
		return false;
	directory = value_dirname(c->path);
	ok = faccessat(AT_FDCWD, directory, W_OK | X_OK, AT_EACCESS) == 0;
	free(directory);
	return ok || cannot("bind", c->path, err);
}

static bool
tcp_would_work(const struct daemon *d, const struct fcgi_config *c, struct err *err)
{
	struct host_address address;
	int fd;

	if (!find_address(c, &address, err))
		return false;
	if (rehearsal_omits_port(d, c->port))
		return true;
	fd = bind_tcp(c, &address, err);
	if (fd >= 0)
		close(fd);
	return fd >= 0;
}

bool
fcgi_rehearse(const struct daemon *d, const struct config *next, struct err *err)
{
	for (size_t i = 0; i < next->ngroups; i++) {
		const struct fcgi_config *c = &next->groups[i]->fcgi;

		if (next->groups[i]->kind != GROUP_FCGI)
			continue;
		if (c->path != NULL ? !unix_would_work(c, err) : !tcp_would_work(d, c, err))
			return could_not_create(c, err);
	}
	return true;
}
