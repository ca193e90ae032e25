/*
 * rehearsal.c: see rehearsal.h. It is played in a forked child, for two reasons: the user is changed before the log is
 * opened, and there is no way back from that; and a file system that hangs must not take the daemon with it. The child
 * makes what a start makes, removes it, and sends the reason through a pipe when something fails.
 *
 * What is not tried: a port that this daemon listens on itself, under whatever address.
 */
#include "autoconf.h"

#include "daemon/rehearsal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/xmalloc.h"
#include "daemon/daemon.h"
#include "daemon/fcgi.h"
#include "daemon/httpd.h"
#include "daemon/nbout.h"
#include "daemon/os.h"

#define REASON_MAX 65536

/* The child's part */

bool
rehearsal_omits_port(const struct daemon *d, int port)
{
	for (size_t i = 0; i < d->table.ngroups; i++) {
		const struct group_config *g = d->table.groups[i]->config;

		if (g->kind == GROUP_FCGI && g->fcgi.port == port)
			return true;
	}
	for (size_t i = 0; i < d->config->nservers; i++)
		if (d->config->servers[i].family == SERVER_INET && d->config->servers[i].port == port)
			return true;
	return false;
}

static bool
try_mainlog(const struct supervisord_config *sc, struct err *err)
{
	struct nbout out = NBOUT_INIT;
	struct stat st;
	bool existed;

	if (strcmp(sc->logfile, "syslog") == 0)
		return true;
	existed = lstat(sc->logfile, &st) == 0;
	if (!nbout_open(&out, sc->logfile, 0666))
		return err_set(err, "cannot open log '%s': %s", sc->logfile, strerror(errno));
	nbout_close(&out);
	if (!existed)
		unlink(sc->logfile);
	return true;
}

static bool
has_auto_log(const struct group_config *g)
{
	for (size_t i = 0; i < g->nprocs; i++)
		for (int ch = 0; ch < NCHANNELS; ch++)
			if (g->procs[i].channel[ch].target == LOG_TARGET_AUTO)
				return true;
	return false;
}

static bool
try_childlogdir(const struct config *next, struct err *err)
{
	const struct supervisord_config *sc = &next->supervisord;
	bool needed = false;
	char *path;

	for (size_t i = 0; i < next->ngroups && !needed; i++)
		needed = has_auto_log(next->groups[i]);
	if (!needed)
		return true;
	path = os_make_auto_log(sc->childlogdir, "restart", "stdout", sc->identifier);
	if (path == NULL)
		return err_set(err, "cannot create logs of programs in '%s': %s", sc->childlogdir,
			       strerror(errno));
	unlink(path);
	free(path);
	return true;
}

static bool
try_all(const struct daemon *d, const struct config *next, struct err *err)
{
	return os_switch_user(next->supervisord.uid, err) && try_mainlog(&next->supervisord, err) &&
	       try_childlogdir(next, err) && fcgi_rehearse(d, next, err) && httpd_rehearse(d, next, err);
}

static _Noreturn void
play(const struct daemon *d, const struct config *next, int to)
{
	struct err err = ERR_INIT;
	const char *text;

	/* A child that hangs must not keep the daemon's sockets bound. */
	os_close_all_but(to);
	if (try_all(d, next, &err))
		_exit(0);
	text = err_text(&err);
	/* A reason that does not arrive leaves the status, which says that there is one. */
	if (write(to, text, strlen(text)) < 0)
		_exit(2);
	_exit(1);
}

/* The daemon's part */

/* Reads until the child has closed its end. False when it takes too long. */
static bool
read_reason(int from, struct buf *reason)
{
	char data[4096];
	struct now now;
	mono_us end;
	ssize_t n;

	clock_read(&now);
	end = now.mono + (mono_us)REHEARSAL_MS * (SECOND_US / 1000);
	while (os_wait_readable(from, end)) {
		n = read(from, data, sizeof(data));
		if (n <= 0)
			return true;
		buf_append(reason, data, (size_t)n);
	}
	return false;
}

static bool
judge(pid_t child, int from, struct err *err)
{
	struct buf reason = BUF_INIT(REASON_MAX);
	int status = 0;
	bool in_time = read_reason(from, &reason);

	/* Nothing was refused; the start itself will tell. The reaper gets the child, when the system lets it go. */
	if (!in_time)
		kill(child, SIGKILL);
	while (in_time && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (status != 0)
		err_set(err, "%s", reason.len > 0 ? buf_str(&reason) : "its rehearsal failed");
	buf_release(&reason);
	return status == 0;
}

bool
rehearsal_passes(const struct daemon *d, const struct config *next, struct err *err)
{
	int ends[2];
	pid_t child;
	bool passes;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(err, "cannot make a pipe: %s", strerror(errno));
	child = fork();
	if (child == 0)
		play(d, next, ends[1]);
	close(ends[1]);
	passes = child > 0 ? judge(child, ends[0], err) : err_set(err, "cannot fork: %s", strerror(errno));
	close(ends[0]);
	return passes;
}
