/* ctl_tui.c: see ctl_tui.h. One-shot, the screen takes this program's place; from the shell, the prompt comes
 * back. */
#include "autoconf.h"

#include "ctl/ctl_tui.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/xmalloc.h"
#include "ctl/ctl_options.h"

#define PROGRAM "supervisortui"

extern char **environ;

/* Beside this program if it is there; else the name alone, which is looked up in PATH. */
static char *
find_program(const char *prog)
{
	const char *slash = strrchr(prog, '/');
	char *path;

	if (slash == NULL)
		return xstrdup(PROGRAM);
	path = xasprintf("%.*s/" PROGRAM, (int)(slash - prog), prog);
	if (access(path, X_OK) == 0)
		return path;
	free(path);
	return xstrdup(PROGRAM);
}

struct argv {
	char *word[16];
	size_t n;
};

static void
argv_add(struct argv *argv, const char *option, const char *value)
{
	if (value == NULL)
		return;
	if (option != NULL)
		argv->word[argv->n++] = xstrdup(option);
	argv->word[argv->n++] = xstrdup(value);
}

/* What was given here is handed on; what the configuration says the screen reads for itself, so that no
   password from it appears in the process list. */
static void
argv_build(struct argv *argv, const struct ctl *ctl)
{
	const struct ctl_options *o = ctl->options;
	bool opened = strcmp(ctl->url, o->url) != 0;

	*argv = (struct argv){0};
	argv_add(argv, NULL, PROGRAM);
	argv_add(argv, "-c", o->given_file);
	argv_add(argv, "-s", opened ? ctl->url : o->given_url);
	argv_add(argv, "-u", o->given_username);
	argv_add(argv, "-p", o->given_password);
}

static void
argv_release(struct argv *argv)
{
	for (size_t i = 0; i < argv->n; i++)
		free(argv->word[i]);
}

/* Runs it and waits, interrupts left to it. Returns 0 or an errno. */
static int
run_and_wait(const char *program, char **argv)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, saved;
	posix_spawnattr_t attr;
	sigset_t defaults;
	pid_t pid;
	int error, status;

	sigemptyset(&defaults);
	sigaddset(&defaults, SIGINT);
	sigaddset(&defaults, SIGPIPE);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
	sigaction(SIGINT, &ignore, &saved);
	error = posix_spawnp(&pid, program, NULL, &attr, argv, environ);
	while (error == 0 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	sigaction(SIGINT, &saved, NULL);
	posix_spawnattr_destroy(&attr);
	return error;
}

static int
replace_by(const char *program, char **argv)
{
	struct sigaction normal = {.sa_handler = SIG_DFL};

	fflush(stdout);
	sigaction(SIGPIPE, &normal, NULL);
	execvp(program, argv);
	return errno;
}

void
ctl_tui(struct ctl *ctl, const struct ctl_args *args)
{
	struct argv argv;
	char *program;
	int error;

	if (args->n > 0) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: tui accepts no arguments");
		return;
	}
	program = find_program(ctl->options->prog);
	argv_build(&argv, ctl);
	error = ctl->in_shell ? run_and_wait(program, argv.word) : replace_by(program, argv.word);
	if (error != 0) {
		fprintf(stderr, "Error: cannot run %s: %s\n", program, strerror(error));
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	}
	argv_release(&argv);
	free(program);
}
