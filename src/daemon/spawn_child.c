/*
 * spawn_child.c: the child between fork and exec. Only async-signal-safe calls, no allocation, no stdio,
 * nothing written to memory that the daemon sees: after vfork it is the daemon's memory.
 *
 * Signals are blocked when the child begins, so that one that is sent to it in between is not lost: it is
 * delivered by the unblocking just before the exec, when no handler of the daemon can run any more.
 */
#include "autoconf.h"

#include "daemon/spawn_child.h"

#include <errno.h>
#include <grp.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "base/names.h"

#define EXIT_NOT_SPAWNED 127
#define PARTS_MAX 8

/* Writes the parts, up to a NULL, in one piece to descriptor 2. */
static void
say(const char *const *parts)
{
	struct iovec iov[PARTS_MAX];
	ssize_t written;
	int n = 0;

	for (; n < PARTS_MAX && parts[n] != NULL; n++)
		iov[n] = (struct iovec){.iov_base = (void *)(uintptr_t)parts[n], .iov_len = strlen(parts[n])};
	written = writev(STDERR_FILENO, iov, n);
	(void)written; /* nobody is left to be told */
}

static _Noreturn void
fail(const char *what, const char *subject, const char *why)
{
	say((const char *const[]){"supervisor: couldn't ", what, " ", subject, ": ", why, "\n", NULL});
	say((const char *const[]){"supervisor: child process was not spawned\n", NULL});
	_exit(EXIT_NOT_SPAWNED);
}

static const char *
error_name(void)
{
	const char *name = errno_name(errno);

	return name != NULL ? name : "unknown error";
}

static void
reset_signals(const sigset_t *reset)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigemptyset(&action.sa_mask);
	for (int sig = 1; sig < NSIG; sig++)
		if (sigismember(reset, sig) == 1)
			sigaction(sig, &action, NULL);
}

static const char *
switch_user(const struct spawn_plan *plan)
{
	if (plan->user_error != NULL)
		return plan->user_error;
	if (setgroups(plan->ngroups, plan->groups) != 0)
		return "Could not set groups of effective user";
	if (setgid(plan->gid) != 0)
		return "Could not set group id of effective user";
	if (setuid(plan->uid) != 0)
		return error_name();
	return NULL;
}

void
spawn_child(const struct spawn_plan *plan)
{
	const char *why;
	sigset_t none;

	setpgid(0, 0);
	for (int fd = 0; fd < 3; fd++)
		while (dup2(plan->fd[fd], fd) < 0 && errno == EINTR)
			;
	reset_signals(plan->reset);
	if (plan->switch_user && (why = switch_user(plan)) != NULL)
		fail("setuid to", plan->uid_text, why);
	if (plan->directory != NULL && chdir(plan->directory) != 0)
		fail("chdir to", plan->directory, error_name());
	if (plan->umask >= 0)
		umask((mode_t)plan->umask);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve(plan->path, plan->argv, plan->envp);
	fail("exec", plan->argv[0], error_name());
}
