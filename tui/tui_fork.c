/* tui_fork.c: see tui_fork.h. */
#include "autoconf.h"

#include "tui/tui_fork.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

#define FDS_MAX 1024

void
tui_fork_reset_signals(void)
{
	static const int signals[] = {SIGPIPE, SIGXFSZ, SIGINT,   SIGTERM, SIGHUP,
				      SIGTSTP, SIGCHLD, SIGWINCH, SIGCONT, SIGQUIT};
	struct sigaction normal = {.sa_handler = SIG_DFL};
	sigset_t none;

	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &normal, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

void
tui_fork_close_all_but(int fd, int other)
{
	for (int i = 0; i < FDS_MAX; i++)
		if (i != fd && i != other)
			close(i);
}
