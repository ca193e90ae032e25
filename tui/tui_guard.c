/* tui_guard.c: see tui_guard.h. */
#include "autoconf.h"

#include "tui/tui_guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tui/tui_fork.h"

#define END_MS 500 /* so long may it take to give the terminal back */

/* It is asked to end, and killed when it does not hear. */
static void
end_group(pid_t group)
{
	const struct timespec pause = {.tv_nsec = 5 * 1000000};

	kill(-group, SIGHUP);
	kill(-group, SIGCONT);
	for (int ms = 0; kill(-group, 0) == 0 && ms < END_MS; ms += 5)
		nanosleep(&pause, NULL);
	kill(-group, SIGKILL);
}

/* In the child, with all signals blocked: none that is meant for us or for the program ends it. It holds nothing open that
   somebody could wait for the end of, least of all the other end of its own pipe, whatever number that has. */
static void
stand_guard(int fd, int other_end, pid_t group)
{
	char byte;

	setpgid(0, 0);
	close(other_end);
	tui_fork_close_all_but(fd, -1);
	while (read(fd, &byte, 1) < 0 && errno == EINTR)
		;
	end_group(group);
	_exit(0);
}

void
tui_guard_begin(struct tui_guard *g, pid_t group)
{
	sigset_t all, before;
	int fds[2];

	*g = (struct tui_guard){.fd = -1};
	if (pipe2(fds, O_CLOEXEC) != 0)
		return;
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	g->pid = fork();
	if (g->pid == 0)
		stand_guard(fds[0], fds[1], group);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(fds[0]);
	if (g->pid < 0) {
		close(fds[1]);
		g->pid = 0;
	} else
		g->fd = fds[1];
}

void
tui_guard_end(struct tui_guard *g)
{
	if (g->pid == 0)
		return;
	kill(g->pid, SIGKILL);
	while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(g->fd);
	*g = (struct tui_guard){.fd = -1};
}
