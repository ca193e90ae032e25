/* tui_attach.c: see tui_attach.h. */
#include "autoconf.h"

#include "tui/tui_attach.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "tui/tui_foreground.h"
#include "tui/tui_fork.h"
#include "tui/tui_guard.h"

#define STOP_MS 500 /* so long may it take to give the terminal back */

struct tui_attach {
	struct event_base *base;
	tui_attach_end_fn *end;
	void *arg;
	pid_t pid; /* 0: none */
	struct tui_guard guard;
	bool asking;          /* it has failed, and Enter is waited for */
	struct termios modes; /* of the terminal, as it was given away */
	struct event *child;  /* SIGCHLD */
	struct event *enter;  /* the terminal, after a failure */
};

/* It is asked to end, with what it has started, so that it can give the terminal back as it knows how; who does not hear is
   killed. */
static void
stop_child(struct tui_attach *a, bool reaped)
{
	const struct timespec pause = {.tv_nsec = 5 * 1000000};

	tui_guard_end(&a->guard);
	kill(-a->pid, SIGTERM);
	kill(-a->pid, SIGCONT);
	for (int ms = 0; (!reaped || kill(-a->pid, 0) == 0) && ms < STOP_MS; ms += 5) {
		reaped = reaped || waitpid(a->pid, NULL, WNOHANG) != 0;
		nanosleep(&pause, NULL);
	}
	kill(-a->pid, SIGKILL);
	while (!reaped && waitpid(a->pid, NULL, 0) < 0 && errno == EINTR)
		;
	a->pid = 0;
	tui_foreground_set(getpgrp(), &a->modes);
}

static void
ended(struct tui_attach *a)
{
	event_del(a->enter);
	a->asking = false;
	a->end(a->arg);
}

static void
enter_cb(evutil_socket_t fd, short what, void *arg)
{
	char line[256];

	(void)what;
	/* The terminal gives whole lines now. */
	if (read(fd, line, sizeof(line)) < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	ended(arg);
}

static void
wait_for_enter(struct tui_attach *a, int status)
{
	static const char ask[] = "Enter goes back to the screen. ";
	char how[64];
	int n;

	n = WIFEXITED(status) ? snprintf(how, sizeof(how), "\r\n(exit status %d) ", WEXITSTATUS(status))
			      : snprintf(how, sizeof(how), "\r\n(ended by signal %d) ", WTERMSIG(status));
	/* Nobody is there to be told of a terminal that takes nothing. */
	if (write(STDOUT_FILENO, how, (size_t)n) < 0 || write(STDOUT_FILENO, ask, sizeof(ask) - 1) < 0)
		ended(a);
	else {
		a->asking = true;
		event_add(a->enter, NULL);
	}
}

static void
child_cb(evutil_socket_t sig, short what, void *arg)
{
	struct tui_attach *a = arg;
	int status;

	(void)sig;
	(void)what;
	if (a->pid == 0 || waitpid(a->pid, &status, WNOHANG | WUNTRACED) != a->pid)
		return;
	/* ^Z: there is no shell that could wake it. */
	if (WIFSTOPPED(status)) {
		stop_child(a, false);
		ended(a);
		return;
	}
	tui_guard_end(&a->guard);
	if (WIFSIGNALED(status))
		stop_child(a, true); /* what it had started, too */
	a->pid = 0;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		tui_foreground_set(getpgrp(), NULL);
		ended(a);
		return;
	}
	/* Who was killed, or what a shell had started and was killed, could not leave the terminal's modes as they were. */
	tui_foreground_set(getpgrp(), &a->modes);
	wait_for_enter(a, status);
}

struct tui_attach *
tui_attach_new(struct event_base *base, tui_attach_end_fn *end, void *arg)
{
	struct tui_attach *a = xcalloc(1, sizeof(*a));

	a->base = base;
	a->end = end;
	a->arg = arg;
	a->child = evsignal_new(base, SIGCHLD, child_cb, a);
	a->enter = event_new(base, STDIN_FILENO, EV_READ | EV_PERSIST, enter_cb, a);
	event_add(a->child, NULL);
	return a;
}

void
tui_attach_free(struct tui_attach *a)
{
	if (a == NULL)
		return;
	if (a->pid != 0)
		stop_child(a, false);
	event_free(a->child);
	event_free(a->enter);
	free(a);
}

/* In the child, after the fork. It goes on when somebody watches over it; whoever could say so may be gone. */
static void
become(char *const *argv, int fd, const int go[2], int report)
{
	ssize_t n;
	int error;
	char byte;

	setpgid(0, 0);
	close(go[1]);
	while ((n = read(go[0], &byte, 1)) < 0 && errno == EINTR)
		;
	if (n != 1)
		_exit(126);
	tui_foreground_set(getpid(), NULL);
	tui_fork_reset_signals();
	if (fd >= 0)
		dup2(fd, STDIN_FILENO);
	execvp(argv[0], argv);
	error = errno;
	if (write(report, &error, sizeof(error)) < 0)
		_exit(126);
	_exit(127);
}

bool
tui_attach_run(struct tui_attach *a, char *const *argv, int fd)
{
	int report[2], go[2], error = 0;
	ssize_t n;

	if (a->pid != 0 || a->asking || pipe2(report, O_CLOEXEC) != 0)
		return false;
	if (pipe2(go, O_CLOEXEC) != 0) {
		close(report[0]);
		close(report[1]);
		return false;
	}
	tcgetattr(STDIN_FILENO, &a->modes);
	a->pid = fork();
	if (a->pid == 0)
		become(argv, fd, go, report[1]);
	close(report[1]);
	close(go[0]);
	if (a->pid < 0) {
		a->pid = 0;
		close(report[0]);
		close(go[1]);
		return false;
	}
	/* Both sides say it, so that it holds whoever is first. */
	setpgid(a->pid, a->pid);
	tui_foreground_set(a->pid, NULL);
	tui_guard_begin(&a->guard, a->pid);
	/* Where this fails it ends, which is seen like any other end. */
	if (write(go[1], "", 1) != 1)
		error = errno;
	close(go[1]);
	/* Ends with the exec, in no time. */
	while ((n = read(report[0], &error, sizeof(error))) < 0 && errno == EINTR)
		;
	close(report[0]);
	if (n != (ssize_t)sizeof(error))
		return true;
	tui_guard_end(&a->guard);
	while (waitpid(a->pid, NULL, 0) < 0 && errno == EINTR)
		;
	a->pid = 0;
	tui_foreground_set(getpgrp(), NULL);
	errno = error;
	return false;
}
