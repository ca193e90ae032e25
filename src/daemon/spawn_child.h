/*
 * Everything after the fork. The child may share the daemon's memory (vfork): it only makes system calls and
 * reads what the daemon has prepared.
 */
#ifndef DAEMON_SPAWN_CHILD_H
#define DAEMON_SPAWN_CHILD_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* All that the child needs, prepared before the fork. */
struct spawn_plan {
	const char *path; /* what is executed */
	char *const *argv;
	char *const *envp;
	int fd[3];             /* become 0, 1 and 2; all are 3 or more, and close-on-exec */
	const char *directory; /* NULL: stay */
	int umask;             /* -1: keep */
	bool switch_user;
	const char *uid_text;   /* of the message of a failure */
	const char *user_error; /* why the switch is impossible, known beforehand; NULL: it is tried */
	uid_t uid;
	gid_t gid;
	const gid_t *groups;
	size_t ngroups;
	const sigset_t *reset; /* signals whose disposition goes back to the default */
};

/* Called in the child with all signals blocked; never returns: executes the program, or says on descriptor 2
   why not (spec/daemon.md 3.4) and exits with 127. */
_Noreturn void spawn_child(const struct spawn_plan *plan);

#endif
