/*
 * Reaping: waitpid until nothing is left, and who a pid belongs to. All ends of children enter by
 * reaper_exited.
 */
#ifndef DAEMON_REAPER_H
#define DAEMON_REAPER_H

#include <stdint.h>
#include <sys/types.h>

struct daemon;
struct process;
struct reaper;

enum child_kind {
	CHILD_PROGRAM,
};

/* One child that we have made. */
struct child {
	pid_t pid;
	enum child_kind kind;
	struct process *process; /* of CHILD_PROGRAM */
};

struct reaper *reaper_new(struct daemon *d);
/* NULL is allowed. Forgets all children. */
void reaper_free(struct reaper *r);

void reaper_watch_program(struct reaper *r, pid_t pid, struct process *p);
/* For a process that is removed while its child may live: that child is unknown from here on. */
void reaper_forget(struct reaper *r, pid_t pid);

/* Reaps all that are dead. */
void reaper_collect(struct reaper *r);
/* A child has ended: status as waitpid gives it. */
void reaper_exited(struct reaper *r, pid_t pid, int status);

/* Since the daemon started, or was restarted. */
struct reaper_counts {
	uint64_t programs;
	uint64_t unknown; /* orphans */
};
const struct reaper_counts *reaper_counts(const struct reaper *r);

#endif
