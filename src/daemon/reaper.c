/* reaper.c: see reaper.h. Entered by the SIGCHLD of signals.c and after each start and stop (supervise.c). */
#include "autoconf.h"

#include "daemon/reaper.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "base/map.h"
#include "base/xmalloc.h"
#include "core/process_sm.h"
#include "daemon/daemon.h"
#include "daemon/supervise.h"

struct reaper {
	struct daemon *d;
	struct intmap *children; /* pid -> struct child, owned */
	struct reaper_counts counts;
};

struct reaper *
reaper_new(struct daemon *d)
{
	struct reaper *r = xcalloc(1, sizeof(*r));

	r->d = d;
	r->children = intmap_new();
	return r;
}

void
reaper_free(struct reaper *r)
{
	size_t pos = 0;
	void *child;

	if (r == NULL)
		return;
	while (intmap_next(r->children, &pos, NULL, &child))
		free(child);
	intmap_free(r->children);
	free(r);
}

void
reaper_watch_program(struct reaper *r, pid_t pid, struct process *p)
{
	struct child *c = xcalloc(1, sizeof(*c));

	*c = (struct child){
	    .pid = pid,
	    .kind = CHILD_PROGRAM,
	    .process = p,
	};
	free(intmap_put(r->children, pid, c));
}

void
reaper_forget(struct reaper *r, pid_t pid)
{
	free(intmap_del(r->children, pid));
}

/* As PID 1 of a container we are given everybody's orphans; otherwise it is worth a line. */
static void
reaped_unknown(struct reaper *r, pid_t pid, int status)
{
	char *how;

	if (r->d->pid == 1)
		return;
	how = process_end_text(status);
	log_info(&r->d->log, "reaped unknown pid %ld (%s)", (long)pid, how);
	free(how);
}

void
reaper_exited(struct reaper *r, pid_t pid, int status)
{
	struct child *c = intmap_del(r->children, pid);

	if (c == NULL) {
		r->counts.unknown++;
		reaped_unknown(r, pid, status);
		return;
	}
	switch (c->kind) {
	case CHILD_PROGRAM:
		r->counts.programs++;
		supervise_exited(r->d, c->process, status);
		break;
	}
	free(c);
}

const struct reaper_counts *
reaper_counts(const struct reaper *r)
{
	return &r->counts;
}

void
reaper_collect(struct reaper *r)
{
	int status;
	pid_t pid;

	for (;;) {
		pid = waitpid(-1, &status, WNOHANG);
		if (pid > 0) {
			reaper_exited(r, pid, status);
			continue;
		}
		if (pid < 0 && errno == EINTR)
			continue;
		if (pid < 0 && errno != ECHILD)
			log_crit(&r->d->log, "waitpid error %d; a process may not be cleaned up properly",
				 errno);
		return;
	}
}
