/* tui_rescue.c: see tui_rescue.h. */
#include "autoconf.h"

#include "tui/tui_rescue.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

/* A signal handler has no argument, hence the only mutable state of this program that is not handed around; written
 * before the handlers are installed. */
static struct {
	struct termios saved;
	char sequences[512];
	size_t len;
} rescue;

static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGSYS, SIGTRAP, SIGQUIT};
#define NSIGNALS (sizeof(signals) / sizeof(signals[0]))

static void
crashed(int sig)
{
	struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
	sigset_t ttou;

	/* Somebody else may have the terminal: that must not stop a dead program. */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, NULL);
	/* A terminal that takes nothing must not keep a dead program. */
	if (poll(&out, 1, 1000) > 0) {
		ssize_t n = write(STDOUT_FILENO, rescue.sequences, rescue.len);

		(void)n;
	}
	tcsetattr(STDIN_FILENO, TCSANOW, &rescue.saved);
	/* The handler was installed for one time: this ends the program as it would have ended. */
	raise(sig);
}

void
tui_rescue_add(const char *sequence)
{
	size_t len;

	if (sequence == NULL || sequence == (char *)-1)
		return;
	len = strlen(sequence);
	if (rescue.len + len > sizeof(rescue.sequences))
		return;
	memcpy(rescue.sequences + rescue.len, sequence, len);
	rescue.len += len;
}

void
tui_rescue_arm(const struct termios *saved)
{
	struct sigaction action = {.sa_handler = crashed, .sa_flags = (int)SA_RESETHAND | SA_NODEFER};

	rescue.saved = *saved;
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaction(signals[i], &action, NULL);
}

void
tui_rescue_disarm(void)
{
	struct sigaction action = {.sa_handler = SIG_DFL};

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < NSIGNALS; i++)
		sigaction(signals[i], &action, NULL);
	rescue.len = 0;
}
