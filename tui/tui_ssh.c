/*
 * tui_ssh.c: see tui_ssh.h.
 *
 * Closed -> starting -> probing -> up. ssh makes its sockets after it has logged in, so the last of them tells that
 * it has. Before the screen is open ssh is in our process group while it may ask, or it could not read the terminal;
 * when it is given the terminal later it is in a group of its own, so that ^C is for it alone; else it has a session of
 * its own and no terminal at all. It ends with us, however we end.
 */
#include "autoconf.h"

#include "tui/tui_ssh.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "tui/tui_foreground.h"
#include "tui/tui_fork.h"
#include "tui/tui_sanitize.h"
#include "tui/tui_ssh_dir.h"
#include "tui/tui_ssh_probe.h"
#include "tui/tui_ssh_url.h"

#define LOOK_MS 50      /* between two looks whether the sockets are there */
#define START_MS 45000  /* so long may logging in take when nobody is asked */
#define SAID_MAX 8192   /* bytes of what ssh said */
#define END_MS 500      /* so long may ssh take to end */
#define NOT_STARTED 127 /* exit status of a child that could not become ssh */

enum way {
	WAY_CLOSED,
	WAY_STARTING,
	WAY_PROBING,
	WAY_UP,
};

struct tui_ssh {
	struct event_base *base;
	struct tui_ssh_url url;
	struct tui_ssh_dir dir;
	const struct tui_ssh_ops *ops;
	void *arg;

	enum way way;
	bool ask;
	bool wants_to_ask;
	const char *ask_by; /* borrowed; NULL: it cannot be let ask */
	pid_t pid;          /* 0: none */
	int fd;             /* what it says, -1: none */
	struct buf said;
	size_t shown; /* bytes of it that are on the terminal */
	int waited;   /* ms that it has been starting for */
	size_t npaths;
	struct tui_ssh_probes *probes;

	bool has_terminal;    /* it was given it */
	struct termios modes; /* as it was given */
	tui_ssh_over_fn *over;
	void *over_arg;

	struct event *readable;
	struct event *child; /* SIGCHLD */
	struct event *timer; /* the next look */
	struct event *later; /* an answer that is due, from the loop */
	char *why;           /* ... its sentence */
};

static void
arm(struct event *timer, int ms)
{
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};

	event_add(timer, &tv);
}

static void
pause_ms(long ms)
{
	struct timespec ts = {.tv_nsec = ms * 1000000};

	nanosleep(&ts, NULL);
}

/* The process */

static void
end_output(struct tui_ssh *ssh)
{
	if (ssh->readable != NULL)
		event_free(ssh->readable);
	ssh->readable = NULL;
	if (ssh->fd >= 0)
		close(ssh->fd);
	ssh->fd = -1;
}

/* Without a wait that could be long: ssh ends on SIGTERM in milliseconds, unless somebody has stopped it. */
static void
end_process(struct tui_ssh *ssh, int first)
{
	if (ssh->pid == 0)
		return;
	kill(ssh->pid, first);
	kill(ssh->pid, SIGCONT);
	for (int ms = 0; ssh->pid != 0 && ms < END_MS; ms += 5) {
		if (waitpid(ssh->pid, NULL, WNOHANG) != 0)
			ssh->pid = 0;
		else
			pause_ms(5);
	}
	if (ssh->pid != 0) {
		kill(ssh->pid, SIGKILL);
		while (waitpid(ssh->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	ssh->pid = 0;
}

static void
close_way(struct tui_ssh *ssh, int signo)
{
	tui_ssh_probes_end(ssh->probes);
	event_del(ssh->timer);
	event_del(ssh->later);
	end_process(ssh, signo);
	end_output(ssh);
	if (ssh->has_terminal)
		tui_foreground_set(getpgrp(), &ssh->modes);
	ssh->has_terminal = false;
	tui_ssh_dir_clear(&ssh->dir);
	ssh->way = WAY_CLOSED;
}

void
tui_ssh_close(struct tui_ssh *ssh)
{
	close_way(ssh, SIGKILL);
	if (ssh->over != NULL)
		arm(ssh->later, 0);
}

/* It asks no more. */
static void
tell_over(struct tui_ssh *ssh)
{
	tui_ssh_over_fn *over = ssh->over;

	if (ssh->has_terminal)
		tui_foreground_set(getpgrp(), &ssh->modes);
	ssh->has_terminal = false;
	ssh->over = NULL;
	if (over != NULL)
		over(ssh->over_arg);
}

/* Tells, from the loop. Takes why over. */
static void
down(struct tui_ssh *ssh, char *why)
{
	free(ssh->why);
	ssh->why = why;
	arm(ssh->later, 0);
}

static void
later_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_ssh *ssh = arg;
	char *why = ssh->why;

	(void)fd;
	(void)what;
	ssh->why = NULL;
	tell_over(ssh);
	if (ssh->ops != NULL && why != NULL)
		ssh->ops->down(ssh->arg, why);
	free(why);
}

/* On the terminal as long as the screen is not open, through the filter: the far end has a say in it. */
static void
show_lines(struct tui_ssh *ssh)
{
	const char *text = buf_str(&ssh->said) + ssh->shown, *end;
	struct buf out = BUF_INIT(4 * SAID_MAX);
	sigset_t ttou, saved;

	while ((end = strchr(text, '\n')) != NULL) {
		size_t len = (size_t)(end - text);

		tui_sanitize(&out, text, len > 0 && text[len - 1] == '\r' ? len - 1 : len);
		buf_putc(&out, '\n');
		text = end + 1;
	}
	ssh->shown = (size_t)(text - buf_str(&ssh->said));
	/* The terminal may be ssh's: we write to it all the same. */
	sigemptyset(&ttou);
	sigaddset(&ttou, SIGTTOU);
	sigprocmask(SIG_BLOCK, &ttou, &saved);
	fputs(buf_str(&out), stderr);
	sigprocmask(SIG_SETMASK, &saved, NULL);
	buf_release(&out);
}

/* Keeps the end of what it says. False: nothing more is to come. */
static bool
take_output(struct tui_ssh *ssh)
{
	char bytes[1024];
	ssize_t n = ssh->fd < 0 ? 0 : read(ssh->fd, bytes, sizeof(bytes));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	for (ssize_t i = 0; i < n; i++)
		if (bytes[i] == '\0')
			bytes[i] = '?';
	if (ssh->said.len + (size_t)n > SAID_MAX) {
		buf_consume(&ssh->said, SAID_MAX / 2);
		ssh->shown = ssh->shown > SAID_MAX / 2 ? ssh->shown - SAID_MAX / 2 : 0;
	}
	buf_append(&ssh->said, bytes, (size_t)n);
	if (ssh->ask && ssh->way == WAY_STARTING)
		show_lines(ssh);
	return n > 0;
}

static void
readable_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_ssh *ssh = arg;

	(void)fd;
	(void)what;
	if (!take_output(ssh))
		end_output(ssh);
}

static void
ended(struct tui_ssh *ssh, int status)
{
	bool asked = ssh->ask;

	ssh->pid = 0;
	for (int i = 0; i < 16 && ssh->fd >= 0 && take_output(ssh); i++)
		;
	close_way(ssh, SIGTERM);
	ssh->wants_to_ask = !asked && ssh->ask_by != NULL && tui_ssh_wants_to_ask(buf_str(&ssh->said));
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_STARTED)
		down(ssh, xstrdup("ssh cannot be run (is it installed? try: apt install openssh-client)"));
	else
		down(ssh,
		     tui_ssh_why_ended(&ssh->url, buf_str(&ssh->said), status, asked ? NULL : ssh->ask_by));
}

static void
child_cb(evutil_socket_t sig, short what, void *arg)
{
	struct tui_ssh *ssh = arg;
	int status;

	(void)sig;
	(void)what;
	if (ssh->pid == 0 ||
	    waitpid(ssh->pid, &status, WNOHANG | (ssh->has_terminal ? WUNTRACED : 0)) != ssh->pid)
		return;
	if (!WIFSTOPPED(status)) {
		ended(ssh, status);
		return;
	}
	/* ^Z: there is no shell that could wake it. */
	close_way(ssh, SIGTERM);
	down(ssh, xasprintf("ssh %s: logging in was broken off", ssh->url.there));
}

/* After the fork: nothing but system calls. */
static void
become_ssh(const struct tui_ssh *ssh, char *const *argv, int output, pid_t parent)
{
	int null;

	if (ssh->has_terminal) {
		setpgid(0, 0);
		tui_foreground_set(getpid(), NULL);
	}
	tui_fork_reset_signals();
	if (!ssh->ask)
		setsid();
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		_exit(NOT_STARTED);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0 ||
	    dup2(output, STDERR_FILENO) < 0)
		_exit(NOT_STARTED);
	execvp(argv[0], argv);
	_exit(NOT_STARTED);
}

static bool
start(struct tui_ssh *ssh)
{
	char **argv = tui_ssh_argv(&ssh->url, ssh->dir.path, !ssh->ask);
	pid_t parent = getpid();
	sigset_t all, before;
	int fds[2];

	buf_clear(&ssh->said);
	ssh->shown = 0;
	tui_ssh_dir_clear(&ssh->dir);
	if (pipe2(fds, O_CLOEXEC) == 0) {
		/* A signal between the fork and the reset would be handled by the child as if it were us. */
		sigfillset(&all);
		sigprocmask(SIG_SETMASK, &all, &before);
		ssh->pid = fork();
		if (ssh->pid == 0)
			become_ssh(ssh, argv, fds[1], parent);
		if (ssh->pid > 0 && ssh->has_terminal) {
			/* Both sides say it, so that it holds whoever is first. */
			setpgid(ssh->pid, ssh->pid);
			tui_foreground_set(ssh->pid, NULL);
		}
		sigprocmask(SIG_SETMASK, &before, NULL);
		close(fds[1]);
		if (ssh->pid < 0)
			close(fds[0]);
		ssh->fd = ssh->pid < 0 ? -1 : fds[0];
	} else
		ssh->pid = -1;
	tui_ssh_argv_free(argv);
	if (ssh->pid < 0) {
		ssh->pid = 0;
		down(ssh, xasprintf("cannot run ssh: %s", strerror(errno)));
		return false;
	}
	fcntl(ssh->fd, F_SETFL, O_NONBLOCK);
	ssh->readable = event_new(ssh->base, ssh->fd, EV_READ | EV_PERSIST, readable_cb, ssh);
	event_add(ssh->readable, NULL);
	return true;
}

/* Which socket leads somewhere */

static void
found_cb(void *arg, size_t i)
{
	struct tui_ssh *ssh = arg;
	char *url;

	ssh->way = WAY_UP;
	ssh->wants_to_ask = false;
	ssh->ask = false;
	if (i == ssh->npaths) {
		down(ssh, tui_ssh_why_nowhere(&ssh->url));
		return;
	}
	url = xasprintf("unix://%s/%zu", ssh->dir.path, i);
	if (ssh->ops != NULL)
		ssh->ops->up(ssh->arg, url);
	free(url);
}

static void
timer_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_ssh *ssh = arg;

	(void)fd;
	(void)what;
	if (tui_ssh_probes_begin(ssh->probes)) {
		ssh->way = WAY_PROBING;
		tell_over(ssh);
		return;
	}
	ssh->waited += LOOK_MS;
	if (ssh->ask || ssh->waited < START_MS) {
		arm(ssh->timer, LOOK_MS);
		return;
	}
	close_way(ssh, SIGTERM);
	down(ssh, xasprintf("ssh %s: logging in takes too long", ssh->url.there));
}

/* From outside */

void
tui_ssh_open(struct tui_ssh *ssh, bool ask)
{
	if (ssh->way == WAY_STARTING || ssh->way == WAY_PROBING)
		return;
	if (ssh->way == WAY_CLOSED) {
		ssh->ask = ask;
		ssh->waited = 0;
		if (!start(ssh))
			return;
	}
	ssh->way = WAY_STARTING;
	arm(ssh->timer, 0);
}

bool
tui_ssh_login(struct tui_ssh *ssh, tui_ssh_over_fn *over, void *arg)
{
	if (ssh->way == WAY_UP)
		return false;
	close_way(ssh, SIGTERM);
	ssh->over = over;
	ssh->over_arg = arg;
	tcgetattr(STDIN_FILENO, &ssh->modes);
	ssh->has_terminal = true;
	tui_ssh_open(ssh, true);
	return true;
}

void
tui_ssh_ask_by(struct tui_ssh *ssh, const char *how)
{
	ssh->ask_by = how;
}

void
tui_ssh_listen(struct tui_ssh *ssh, const struct tui_ssh_ops *ops, void *arg)
{
	ssh->ops = ops;
	ssh->arg = arg;
}

bool
tui_ssh_needs_login(const struct tui_ssh *ssh)
{
	return ssh->wants_to_ask;
}

bool
tui_ssh_is_running(const struct tui_ssh *ssh)
{
	return ssh->pid != 0;
}

struct tui_ssh *
tui_ssh_new(struct event_base *base, const char *url, struct err *err)
{
	struct tui_ssh *ssh = xcalloc(1, sizeof(*ssh));
	const char *paths[TUI_SSH_PATHS_MAX];

	ssh->dir.fd = ssh->fd = -1;
	buf_init(&ssh->said, SAID_MAX + 1);
	if (!tui_ssh_url_parse(&ssh->url, url, err) || !tui_ssh_dir_make(&ssh->dir, err)) {
		tui_ssh_url_release(&ssh->url);
		free(ssh);
		return NULL;
	}
	ssh->npaths = tui_ssh_paths(&ssh->url, paths);
	ssh->probes = tui_ssh_probes_new(base, ssh->dir.path, ssh->npaths, found_cb, ssh);
	ssh->base = base;
	ssh->timer = evtimer_new(base, timer_cb, ssh);
	ssh->later = evtimer_new(base, later_cb, ssh);
	ssh->child = evsignal_new(base, SIGCHLD, child_cb, ssh);
	event_add(ssh->child, NULL);
	return ssh;
}

void
tui_ssh_free(struct tui_ssh *ssh)
{
	if (ssh == NULL)
		return;
	close_way(ssh, SIGTERM);
	tui_ssh_probes_free(ssh->probes);
	event_free(ssh->timer);
	event_free(ssh->later);
	event_free(ssh->child);
	tui_ssh_dir_remove(&ssh->dir);
	tui_ssh_url_release(&ssh->url);
	buf_release(&ssh->said);
	free(ssh->why);
	free(ssh);
}
