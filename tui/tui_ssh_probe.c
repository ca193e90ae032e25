/* tui_ssh_probe.c: see tui_ssh_probe.h. */
#include "autoconf.h"

#include "tui/tui_ssh_probe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/xmalloc.h"

#define PROBE_SECONDS 5 /* so long may a daemon take to answer; a stopped one does not */

static const char request[] = "GET /RPC2 HTTP/1.0\r\n\r\n";

enum answer {
	ANSWER_NONE_YET,
	ANSWER_CLOSED, /* nobody is there */
	ANSWER_CAME,
};

struct probe {
	struct tui_ssh_probes *all;
	int fd; /* -1: none */
	struct event *readable;
	enum answer answer;
};

struct tui_ssh_probes {
	struct event_base *base;
	const char *dir;
	tui_ssh_found_fn *found;
	void *arg;
	struct event *late;
	size_t n;
	struct probe list[];
};

static void
end_probe(struct probe *p, enum answer answer)
{
	if (p->readable != NULL)
		event_free(p->readable);
	p->readable = NULL;
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	p->answer = answer;
}

void
tui_ssh_probes_end(struct tui_ssh_probes *p)
{
	event_del(p->late);
	for (size_t i = 0; i < p->n; i++)
		end_probe(&p->list[i], ANSWER_NONE_YET);
}

/* The first that leads somewhere counts, so an earlier one that has not answered yet is waited for. */
static void
decide(struct tui_ssh_probes *p, bool late)
{
	size_t best = p->n;

	for (size_t i = p->n; i-- > 0;)
		if (p->list[i].answer == ANSWER_CAME)
			best = i;
	for (size_t i = 0; i < best; i++)
		if (p->list[i].answer == ANSWER_NONE_YET) {
			if (!late)
				return;
			if (best == p->n)
				best = i;
		}
	tui_ssh_probes_end(p);
	p->found(p->arg, best);
}

static void
late_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	decide(arg, true);
}

static void
answer_cb(evutil_socket_t fd, short what, void *arg)
{
	struct probe *p = arg;
	char byte;
	ssize_t n = read(fd, &byte, 1);

	(void)what;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	end_probe(p, n > 0 ? ANSWER_CAME : ANSWER_CLOSED);
	decide(p->all, false);
}

static bool
begin_probe(struct tui_ssh_probes *all, size_t i)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	struct probe *p = &all->list[i];

	snprintf(a.sun_path, sizeof(a.sun_path), "%s/%zu", all->dir, i);
	p->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (p->fd < 0 || connect(p->fd, (const struct sockaddr *)&a, sizeof(a)) != 0)
		return false;
	/* A handful of bytes on a new connection: they fit. */
	if (send(p->fd, request, sizeof(request) - 1, MSG_NOSIGNAL) != (ssize_t)sizeof(request) - 1)
		return false;
	p->readable = event_new(all->base, p->fd, EV_READ | EV_PERSIST, answer_cb, p);
	event_add(p->readable, NULL);
	return true;
}

/* They are made in order, and all of them after the login. */
static bool
sockets_are_there(const struct tui_ssh_probes *p)
{
	char *last = xasprintf("%s/%zu", p->dir, p->n - 1);
	bool there = access(last, F_OK) == 0;

	free(last);
	return there;
}

bool
tui_ssh_probes_begin(struct tui_ssh_probes *p)
{
	const struct timeval tv = {.tv_sec = PROBE_SECONDS};

	tui_ssh_probes_end(p);
	if (!sockets_are_there(p))
		return false;
	for (size_t i = 0; i < p->n; i++)
		if (!begin_probe(p, i)) {
			tui_ssh_probes_end(p);
			return false;
		}
	event_add(p->late, &tv);
	return true;
}

struct tui_ssh_probes *
tui_ssh_probes_new(struct event_base *base, const char *dir, size_t n, tui_ssh_found_fn *found, void *arg)
{
	struct tui_ssh_probes *p = xcalloc(1, sizeof(*p) + n * sizeof(struct probe));

	p->base = base;
	p->dir = dir;
	p->n = n;
	p->found = found;
	p->arg = arg;
	p->late = evtimer_new(base, late_cb, p);
	for (size_t i = 0; i < n; i++)
		p->list[i] = (struct probe){.all = p, .fd = -1};
	return p;
}

void
tui_ssh_probes_free(struct tui_ssh_probes *p)
{
	if (p == NULL)
		return;
	tui_ssh_probes_end(p);
	event_free(p->late);
	free(p);
}
