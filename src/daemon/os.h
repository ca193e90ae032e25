/*
 * What the daemon asks of the system at its start: descriptors, user, limits, becoming a daemon, the pid
 * file.
 */
#ifndef DAEMON_OS_H
#define DAEMON_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "core/config.h"

/* Opens 0, 1 and 2 on /dev/null where they are closed, so that no descriptor of ours is ever one of them, and
   makes all others close-on-exec. False with err set. */
bool os_secure_descriptors(struct err *err);

/* In a child that is not to be executed: only 0, 1, 2 and fd (at least 3) stay open. */
void os_close_all_but(int fd);

/* Waits until fd can be read or has ended, whatever signals come meanwhile. False: it has not by then. For what the loop
   cannot go on without; the end must be near. */
bool os_wait_readable(int fd, mono_us end);

/* Who a user is to the kernel. */
struct user_groups {
	gid_t gid; /* primary */
	gid_t *list;
	size_t n;
};

/* What is needed to become uid. False with the reference's reason in err when this process cannot, or when
   there is no such user. */
bool os_user_groups(uid_t uid, struct user_groups *groups, struct err *err);
void user_groups_release(struct user_groups *groups);

/* Becomes the user of [supervisord] (uid -1: stays). False with the usage error's text in err. */
bool os_switch_user(uid_t uid, struct err *err);

/* Raises the soft limit of descriptors and processes to at least these. Texts for the log are added to
   messages (at most OS_NLIMITS, each owned by the caller). False with the usage error's text in err. */
#define OS_NLIMITS 2
bool os_raise_limits(int64_t minfds, int64_t minprocs, char *messages[OS_NLIMITS], struct err *err);

/* Forks; the parent exits, the child goes on as leader of a session in directory (NULL: where it is), with 0,
   1 and 2 on /dev/null. What happened is logged. False with err set when the fork failed. */
bool os_daemonize(const struct log *log, const char *directory, int umask, struct err *err);

/* False with errno set. */
bool os_write_pidfile(const char *path, pid_t pid);
/* Never anything but a regular file: containers write their pid to /dev/null or /dev/stdout. */
void os_remove_pidfile(const char *path);

/* Removes the AUTO child logs that earlier runs of this identifier have left (spec/daemon.md 1.7). */
void os_clean_childlogdir(const struct log *log, const char *directory, const char *identifier);
/* Whether a file of this name is such a log. */
bool os_is_auto_log(const char *name, const char *identifier);
/* Creates an AUTO log, empty and private. Its path, owned by the caller; NULL with errno set. */
char *os_make_auto_log(const char *directory, const char *process, const char *channel,
		       const char *identifier);

#endif
