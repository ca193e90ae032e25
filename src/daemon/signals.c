/* signals.c: see signals.h. One row per signal: what is logged, what is done (spec/daemon.md 6). */
#include "autoconf.h"

#include "daemon/signals.h"

#include <errno.h>
#include <event2/event.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/names.h"
#include "base/xmalloc.h"
#include "daemon/callers.h"
#include "daemon/daemon.h"
#include "daemon/logpump.h"
#include "daemon/mainlog.h"
#include "daemon/reaper.h"

struct signals {
	struct daemon *d;
	int fd;
	struct event *event;
};

static void
signal_exit(struct daemon *d, int sig, const char *who)
{
	log_warn(&d->log, "received %s indicating exit request", signal_name(sig));
	daemon_shutdown(d, who);
}

static void
signal_restart(struct daemon *d, int sig, const char *who)
{
	struct err err = ERR_INIT;

	(void)sig;
	if (d->state == SUPERVISOR_SHUTDOWN) {
		log_warn(&d->log, "ignored SIGHUP indicating restart request (shutdown in progress)");
		return;
	}
	log_warn(&d->log, "received SIGHUP indicating restart request");
	daemon_restart(d, who, &err);
	err_release(&err);
}

static void
signal_child(struct daemon *d, int sig, const char *who)
{
	(void)sig, (void)who;
	reaper_collect(d->reaper);
	log_debug(&d->log, "received SIGCHLD indicating a child quit");
}

/* Both lines go to the file that is left. */
static void
signal_reopen(struct daemon *d, int sig, const char *who)
{
	(void)sig, (void)who;
	log_info(&d->log, "received SIGUSR2 indicating log reopen request");
	log_info(&d->log, "supervisord logreopen");
	mainlog_reopen(d->mainlog);
	logpump_reopen_all(d->logpump);
}

static const struct {
	int sig;
	void (*act)(struct daemon *d, int sig, const char *who);
	bool tells_who; /* who has sent it is kept with what it does */
} actions[] = {
    {.sig = SIGTERM, .act = signal_exit, .tells_who = true},
    {.sig = SIGINT, .act = signal_exit, .tells_who = true},
    {.sig = SIGQUIT, .act = signal_exit, .tells_who = true},
    {.sig = SIGHUP, .act = signal_restart, .tells_who = true},
    {.sig = SIGCHLD, .act = signal_child},
    {.sig = SIGUSR2, .act = signal_reopen},
};
#define NACTIONS (sizeof(actions) / sizeof(actions[0]))

static void
handled_set(sigset_t *set)
{
	sigemptyset(set);
	for (size_t i = 0; i < NACTIONS; i++)
		sigaddset(set, actions[i].sig);
}

void
signals_block(void)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, normal = {.sa_handler = SIG_DFL};
	sigset_t set;

	handled_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigemptyset(&ignore.sa_mask);
	sigemptyset(&normal.sa_mask);
	/* Who started us may have them ignored (nohup); an ignored SIGCHLD would take the exit statuses away.
	 */
	for (size_t i = 0; i < NACTIONS; i++)
		sigaction(actions[i].sig, &normal, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore, NULL);
}

/* Who has sent it; NULL: nobody, as when a key of the terminal did. */
static const char *
sender_of(const struct signalfd_siginfo *info, char out[CALLER_MAX])
{
	if (info->ssi_code > 0)
		return NULL;
	return callers_process(out, info->ssi_uid, (pid_t)info->ssi_pid, NULL);
}

static void
act_on(struct daemon *d, const struct signalfd_siginfo *info)
{
	char who[CALLER_MAX];
	int sig = (int)info->ssi_signo;

	for (size_t i = 0; i < NACTIONS; i++)
		if (actions[i].sig == sig)
			actions[i].act(d, sig, actions[i].tells_who ? sender_of(info, who) : NULL);
}

static void
readable_cb(evutil_socket_t fd, short what, void *arg)
{
	struct signals *s = arg;
	struct signalfd_siginfo info;

	(void)what;
	daemon_tick(s->d);
	while (read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info))
		act_on(s->d, &info);
}

struct signals *
signals_new(struct daemon *d, struct err *err)
{
	struct signals *s = xcalloc(1, sizeof(*s));
	sigset_t set;

	s->d = d;
	handled_set(&set);
	s->fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	if (s->fd >= 0)
		s->event = event_new(d->base, s->fd, EV_READ | EV_PERSIST, readable_cb, s);
	if (s->event == NULL || event_add(s->event, NULL) != 0) {
		err_set(err, "cannot read signals: %s", strerror(errno));
		signals_free(s);
		return NULL;
	}
	return s;
}

void
signals_free(struct signals *s)
{
	if (s == NULL)
		return;
	if (s->event != NULL)
		event_free(s->event);
	if (s->fd >= 0)
		close(s->fd);
	free(s);
}
