/*
 * http_listen.c: the sockets of the HTTP servers (spec/daemon.md 1.8), with its mends: only a socket that
 * nobody answers on is removed, and the probe does not wait for ever.
 *
 * A UNIX socket is made under another name, and gets its own by link(2) when it has its permissions and
 * listens: so a second daemon cannot take the name of a first one, and no client sees a half-made socket.
 */
#include "autoconf.h"

#include "daemon/http_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/names.h"
#include "base/xmalloc.h"
#include "daemon/resolve.h"

#define BACKLOG 1024
/* For the address of a host's name: the resolver may wait half a minute for each of its servers, and a daemon that
   reloads supervises nothing meanwhile. */
#define LOOK_UP_MS 10000
#define PROBE_MS 2000
#define LINK_ATTEMPTS 5

static int
fail(struct err *err, int error, int fd)
{
	if (error == EADDRINUSE)
		err_set(err, "Another program is already listening on a port that one of our HTTP servers is "
			     "configured to use.  "
			     "Shut this program down first before starting supervisord.");
	else
		err_set(err, "Cannot open an HTTP server: socket.error reported errno.%s (%d)",
			errno_name(error), error);
	if (fd >= 0)
		close(fd);
	return -1;
}

static bool
resolve(const struct server_config *config, struct sockaddr_in *sin, struct err *err)
{
	struct err reason = ERR_INIT;
	struct host_address found;

	*sin = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)config->port)};
	sin->sin_addr.s_addr = htonl(INADDR_ANY);
	if (config->host == NULL || config->host[0] == '\0')
		return true;
	if (resolve_host(config->host, 0, LOOK_UP_MS, &found, &reason) && found.sa.ss_family != AF_INET) {
		found.error = EAI_ADDRFAMILY;
		err_set(&reason, "it has no IPv4 address");
	}
	if (found.error != 0) {
		err_set(err, "Cannot open an HTTP server: socket.error reported %d", found.error);
		err_hint(err, "port: host '%s': %s", config->host, err_text(&reason));
		err_release(&reason);
		return false;
	}
	sin->sin_addr = ((const struct sockaddr_in *)(const void *)&found.sa)->sin_addr;
	return true;
}

int
http_listen_inet(const struct server_config *config, struct err *err)
{
	struct sockaddr_in sin;
	int fd, one = 1;

	if (!resolve(config, &sin, err))
		return -1;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return fail(err, errno, -1);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
	    bind(fd, (struct sockaddr *)&sin, sizeof sin) != 0 || listen(fd, BACKLOG) != 0)
		return fail(err, errno, fd);
	return fd;
}

static bool
set_path(struct sockaddr_un *sun, const char *path)
{
	*sun = (struct sockaddr_un){.sun_family = AF_UNIX};
	if (strlen(path) >= sizeof sun->sun_path) {
		errno = ENAMETOOLONG;
		return false;
	}
	memcpy(sun->sun_path, path, strlen(path) + 1);
	return true;
}

/* Whether fd can be read, or has ended, in time. */
static bool
answers(int fd)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	char byte;

	if (send(fd, "GET / HTTP/1.0\r\n\r\n", 18, MSG_NOSIGNAL) < 0)
		return errno == EAGAIN;
	/* Somebody who listens and is silent is there all the same. */
	if (poll(&pfd, 1, PROBE_MS) == 0)
		return true;
	return recv(fd, &byte, 1, 0) >= 0;
}

/* Whether somebody listens at path. */
static bool
is_in_use(const char *path)
{
	struct sockaddr_un sun;
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool used = false;

	if (fd < 0 || !set_path(&sun, path))
		goto out;
	if (connect(fd, (struct sockaddr *)&sun, sizeof sun) == 0)
		used = answers(fd);
	else
		used = errno == EAGAIN; /* its queue is full */
out:
	if (fd >= 0)
		close(fd);
	return used;
}

/* Whether what is at path, which is there, may make room. */
static bool
is_stale(const char *path, const struct stat *st, struct err *err)
{
	if (!S_ISSOCK(st->st_mode)) {
		err_set(err, "Cannot open an HTTP server: '%s' exists and is not a socket", path);
		err_hint(err, "remove it, or set another file= in [unix_http_server]");
		return false;
	}
	if (is_in_use(path)) {
		fail(err, EADDRINUSE, -1);
		return false;
	}
	return true;
}

/* What is at path makes room, or the start fails. */
static bool
remove_stale(const char *path, struct err *err)
{
	struct stat st;

	if (lstat(path, &st) != 0)
		return true;
	if (!is_stale(path, &st, err))
		return false;
	fprintf(stderr, "Unlinking stale socket %s\n", path);
	unlink(path);
	return true;
}

static bool
link_socket(const char *temp, const char *path, struct err *err)
{
	for (int i = 0; i < LINK_ATTEMPTS; i++) {
		if (link(temp, path) == 0)
			return true;
		if (errno != EEXIST)
			break;
		if (!remove_stale(path, err))
			return false;
		errno = EADDRINUSE;
	}
	fail(err, errno, -1);
	return false;
}

static bool
change_owner(const struct server_config *config, const char *path, struct err *err)
{
	const struct passwd *pw;
	char number[32];

	if (config->uid == (uid_t)-1 && config->gid == (gid_t)-1)
		return true;
	if (chown(path, config->uid, config->gid) == 0)
		return true;
	if (errno != EPERM) {
		fail(err, errno, -1);
		return false;
	}
	pw = getpwuid(geteuid());
	snprintf(number, sizeof number, "%d", (int)geteuid());
	return err_set(err,
		       "Not permitted to chown %s to uid/gid (%d, %d); adjust \"sockchown\" value in config "
		       "file or on command line to "
		       "values that the current user (%s) can successfully chown",
		       config->file, (int)config->uid, (int)config->gid, pw != NULL ? pw->pw_name : number);
}

/* "PATH.PID"; when that is too long for a socket, the number alone in the same directory. */
static char *
temporary_name(const char *path)
{
	const struct sockaddr_un *sun = NULL;
	char *name = xasprintf("%s.%d", path, (int)getpid());
	const char *slash = strrchr(path, '/');

	if (strlen(name) < sizeof sun->sun_path || slash == NULL)
		return name;
	free(name);
	return xasprintf("%.*s/%d", (int)(slash - path), path, (int)getpid());
}

/* A socket at temp that listens, with its mode; -1 with err set, and nothing is left. */
static int
listen_at(const char *temp, const struct server_config *config, struct err *err)
{
	struct sockaddr_un sun;
	int fd = -1;

	if (!set_path(&sun, temp) ||
	    (fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) < 0)
		return fail(err, errno, fd);
	unlink(temp);
	if (bind(fd, (struct sockaddr *)&sun, sizeof sun) == 0 && chmod(temp, config->chmod) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	fail(err, errno, fd);
	unlink(temp);
	return -1;
}

int
http_listen_unix(const struct server_config *config, struct err *err)
{
	char *temp = temporary_name(config->file);
	int fd = listen_at(temp, config, err);

	if (fd >= 0 && !link_socket(temp, config->file, err)) {
		close(fd);
		fd = -1;
	} else if (fd >= 0 && !change_owner(config, config->file, err)) {
		unlink(config->file);
		close(fd);
		fd = -1;
	}
	unlink(temp);
	free(temp);
	return fd;
}

bool
http_listen_unix_would_work(const struct server_config *config, bool is_ours, struct err *err)
{
	char *temp = temporary_name(config->file);
	int fd = listen_at(temp, config, err);
	bool ok = fd >= 0 && change_owner(config, temp, err);
	struct stat st;

	unlink(temp);
	free(temp);
	if (fd >= 0)
		close(fd);
	return ok && (is_ours || lstat(config->file, &st) != 0 || is_stale(config->file, &st, err));
}
