/*
 * Who is behind a connection or a signal: asks the kernel and /etc/passwd, and has it put into words (core/caller). Nothing
 * here waits: names of users that only a network service knows are not asked for, and shown as "uid 1003".
 */
#ifndef DAEMON_CALLERS_H
#define DAEMON_CALLERS_H

#include <sys/types.h>

#include "core/caller.h"

/* A process of this host; pid 0: not known. http_user may be NULL. Returns out. */
const char *callers_process(char out[CALLER_MAX], uid_t uid, pid_t pid, const char *http_user);
/* The process at the other end of a connected UNIX socket. */
const char *callers_socket(char out[CALLER_MAX], int fd, const char *http_user);

#endif
