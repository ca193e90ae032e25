/* tui_writer.c: see tui_writer.h. */
#include "autoconf.h"

#include "tui/tui_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "tui/tui_dump.h"
#include "tui/tui_file.h"
#include "tui/tui_fork.h"

#define PIECE 65536 /* written at once */

struct tui_writer {
	struct event_base *base;
	tui_writer_end_fn *end;
	void *arg;
	pid_t pid;           /* 0: none */
	int report;          /* the child says here how it went, -1: none */
	struct event *ended; /* on report */
};

/* What the child says. */
struct report {
	int error;
	size_t lines;
};

/* In the child */

static struct report
write_lines(struct tui_model *m, int fd)
{
	struct tui_dump d = m->logpane.dump;
	struct tui_logpane *p = &m->logpane;
	struct buf out = BUF_INIT(PIECE + TUI_DUMP_LINE_MAX);
	struct report r = {.error = 0};

	/* Here nobody waits for it. */
	while (!tui_logfilter_is_complete(p))
		tui_logfilter_work(p);
	while (r.error == 0 && tui_dump_next(m, &d, &out)) {
		r.lines++;
		if (out.len < PIECE)
			continue;
		r.error = tui_file_write(fd, out.data, out.len) ? 0 : errno;
		buf_clear(&out);
	}
	if (r.error == 0)
		r.error = tui_file_write(fd, out.data, out.len) ? 0 : errno;
	buf_release(&out);
	/* Only now some file systems say that there is no room. */
	if (close(fd) != 0 && r.error == 0)
		r.error = errno;
	return r;
}

/* The parent's handlers would wake the parent; its connections are not ours to hold open. */
static void
let_go(int fd, int report)
{
	tui_fork_reset_signals();
	/* ^C and ^Z are for who has the terminal. */
	setpgid(0, 0);
	tui_fork_close_all_but(fd, report);
}

/* In the parent */

static void
reap(struct tui_writer *w)
{
	while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
		;
	w->pid = 0;
	event_free(w->ended);
	w->ended = NULL;
	close(w->report);
	w->report = -1;
}

static void
ended_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_writer *w = arg;
	struct report r = {.error = EIO};
	ssize_t n = read(fd, &r, sizeof(r));

	(void)what;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n != (ssize_t)sizeof(r))
		r = (struct report){.error = EIO};
	reap(w);
	w->end(w->arg, r.error, r.lines);
}

struct tui_writer *
tui_writer_new(struct event_base *base, tui_writer_end_fn *end, void *arg)
{
	struct tui_writer *w = xcalloc(1, sizeof(*w));

	w->base = base;
	w->end = end;
	w->arg = arg;
	w->report = -1;
	return w;
}

void
tui_writer_free(struct tui_writer *w)
{
	if (w == NULL)
		return;
	if (w->ended != NULL)
		event_free(w->ended);
	if (w->report >= 0)
		close(w->report);
	free(w);
}

bool
tui_writer_run(struct tui_writer *w, struct tui_model *m, int fd)
{
	struct report r;
	int report[2];

	if (w->pid != 0) {
		kill(w->pid, SIGKILL);
		reap(w);
	}
	if (pipe2(report, O_CLOEXEC) != 0) {
		close(fd);
		return false;
	}
	w->pid = fork();
	if (w->pid == 0) {
		let_go(fd, report[1]);
		r = write_lines(m, fd);
		tui_file_write(report[1], &r, sizeof(r));
		_exit(0);
	}
	close(fd);
	close(report[1]);
	if (w->pid < 0) {
		w->pid = 0;
		close(report[0]);
		return false;
	}
	w->report = report[0];
	w->ended = event_new(w->base, w->report, EV_READ | EV_PERSIST, ended_cb, w);
	event_add(w->ended, NULL);
	return true;
}

bool
tui_writer_is_busy(const struct tui_writer *w)
{
	return w->pid != 0;
}
