/* tui_child.c: see tui_child.h. */
#include "autoconf.h"

#include "tui/tui_child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/xmalloc.h"

extern char **environ;

struct tui_child {
	struct event_base *base;
	const struct tui_child_ops *ops;
	void *arg;
	pid_t pid; /* 0: none */
	int fd;    /* its output, -1: none */
	struct event *readable;
};

struct tui_child *
tui_child_new(struct event_base *base, const struct tui_child_ops *ops, void *arg)
{
	struct tui_child *child = xcalloc(1, sizeof(*child));

	child->base = base;
	child->ops = ops;
	child->arg = arg;
	child->fd = -1;
	return child;
}

static void
close_output(struct tui_child *child)
{
	if (child->readable != NULL)
		event_free(child->readable);
	child->readable = NULL;
	if (child->fd >= 0)
		close(child->fd);
	child->fd = -1;
}

/* It is killed, so the wait is short. */
void
tui_child_stop(struct tui_child *child)
{
	close_output(child);
	if (child->pid == 0)
		return;
	kill(-child->pid, SIGKILL);
	while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
		;
	child->pid = 0;
}

void
tui_child_free(struct tui_child *child)
{
	if (child == NULL)
		return;
	tui_child_stop(child);
	free(child);
}

/* Its output has ended. It has closed everything, and is gone or about to go. */
static void
ended(struct tui_child *child)
{
	char how[64];
	int status = 0;
	pid_t pid = child->pid;

	close_output(child);
	child->pid = 0;
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		child->ops->end(child->arg, NULL);
		return;
	}
	if (WIFEXITED(status))
		snprintf(how, sizeof(how), "(exit status %d)", WEXITSTATUS(status));
	else
		snprintf(how, sizeof(how), "(ended by signal %d)", WTERMSIG(status));
	child->ops->end(child->arg, how);
}

static void
readable_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_child *child = arg;
	char bytes[16384];
	ssize_t n = read(fd, bytes, sizeof(bytes));

	(void)what;
	if (n > 0)
		child->ops->output(child->arg, bytes, (size_t)n);
	else if (n == 0 || (errno != EAGAIN && errno != EINTR))
		ended(child);
}

static int
spawn(struct tui_child *child, char *const *argv, int output)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t all, none;
	int error;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
	posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
	posix_spawnattr_init(&attr);
	/* In a group of its own: it has no business with the terminal's signals. */
	posix_spawnattr_setflags(&attr,
				 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setsigmask(&attr, &none);
	error = posix_spawnp(&child->pid, argv[0], &files, &attr, argv, environ);
	if (error != 0)
		child->pid = 0;
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&files);
	return error;
}

static void
failed(struct tui_child *child, const char *program, int error)
{
	char *how = xasprintf("cannot run %s: %s", program, strerror(error));

	child->ops->end(child->arg, how);
	free(how);
}

void
tui_child_run(struct tui_child *child, char *const *argv, const char *line)
{
	size_t argc = 0;
	char **words;
	int fds[2], error;

	tui_child_stop(child);
	if (pipe2(fds, O_CLOEXEC) != 0) {
		failed(child, argv[0], errno);
		return;
	}
	while (argv[argc] != NULL)
		argc++;
	words = xcalloc(argc + 2, sizeof(char *));
	for (size_t i = 0; i < argc; i++)
		words[i] = argv[i];
	words[argc] = xstrdup(line);
	error = spawn(child, words, fds[1]);
	free(words[argc]);
	free(words);
	close(fds[1]);
	if (error != 0) {
		close(fds[0]);
		failed(child, argv[0], error);
		return;
	}
	child->fd = fds[0];
	fcntl(child->fd, F_SETFL, O_NONBLOCK);
	child->readable = event_new(child->base, child->fd, EV_READ | EV_PERSIST, readable_cb, child);
	event_add(child->readable, NULL);
}
