/*
 * resolve.c: see resolve.h. A name is looked up by a forked child, which answers through a pipe and is killed when its
 * time is over.
 */
#include "autoconf.h"

#include "daemon/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "daemon/os.h"

/* What the child answers: one write of less than PIPE_BUF bytes. */
struct answer {
	int error; /* of getaddrinfo */
	struct host_address address;
};

static const struct addrinfo *
preferred(const struct addrinfo *list)
{
	const struct addrinfo *first = NULL;

	for (; list != NULL; list = list->ai_next) {
		if (list->ai_family == AF_INET)
			return list;
		if (first == NULL && list->ai_family == AF_INET6)
			first = list;
	}
	return first;
}

static void
look_up(const char *host, int flags, struct answer *a)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = flags};
	struct addrinfo *list = NULL;
	const struct addrinfo *found;

	*a = (struct answer){.error = getaddrinfo(host, NULL, &hints, &list)};
	if (a->error != 0)
		return;
	found = preferred(list);
	if (found == NULL) {
		a->error = EAI_NONAME;
	} else {
		memcpy(&a->address.sa, found->ai_addr, found->ai_addrlen);
		a->address.len = found->ai_addrlen;
	}
	freeaddrinfo(list);
}

static _Noreturn void
look_up_in_child(const char *host, int fd)
{
	struct answer a;
	ssize_t written;

	look_up(host, 0, &a);
	written = write(fd, &a, sizeof(a));
	_exit(written == (ssize_t)sizeof(a) ? 0 : 1);
}

static bool
read_in_time(int fd, int limit_ms, struct answer *a)
{
	struct now now;

	clock_read(&now);
	return os_wait_readable(fd, now.mono + (mono_us)limit_ms * (SECOND_US / 1000)) &&
	       read(fd, a, sizeof(*a)) == (ssize_t)sizeof(*a);
}

static bool
ask_child(const char *host, int limit_ms, struct answer *a, struct err *err)
{
	bool answered;
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(err, "cannot look it up: %s", strerror(errno));
	pid = fork();
	if (pid == 0)
		look_up_in_child(host, ends[1]);
	close(ends[1]);
	if (pid < 0) {
		close(ends[0]);
		return err_set(err, "cannot look it up: %s", strerror(errno));
	}
	answered = read_in_time(ends[0], limit_ms, a);
	close(ends[0]);
	kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return answered || err_set(err, "no name server has answered within %d ms", limit_ms);
}

bool
resolve_host(const char *host, uint16_t port, int limit_ms, struct host_address *out, struct err *err)
{
	struct answer a;

	look_up(host, AI_NUMERICHOST, &a);
	out->error = EAI_AGAIN;
	if (a.error != 0 && !ask_child(host, limit_ms, &a, err))
		return false;
	out->error = a.error;
	if (a.error != 0)
		return err_set(err, "%s", gai_strerror(a.error));
	*out = a.address;
	if (out->sa.ss_family == AF_INET6)
		((struct sockaddr_in6 *)(void *)&out->sa)->sin6_port = htons(port);
	else
		((struct sockaddr_in *)(void *)&out->sa)->sin_port = htons(port);
	return true;
}
