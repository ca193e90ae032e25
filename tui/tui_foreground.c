/* tui_foreground.c: see tui_foreground.h. */
#include "autoconf.h"

#include "tui/tui_foreground.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

/* As a background process we are allowed this only with SIGTTOU out of the way. */
void
tui_foreground_set(pid_t group, const struct termios *modes)
{
	sigset_t ttou, saved;

	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &saved);
	tcsetpgrp(STDIN_FILENO, group);
	if (modes != NULL)
		tcsetattr(STDIN_FILENO, TCSANOW, modes);
	sigprocmask(SIG_SETMASK, &saved, NULL);
}
