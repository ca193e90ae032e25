/*
 * Who asks, as a short text: "anna (supervisorctl, pid 4711)", "uid 1003 (pid 812)", "10.0.0.5 as admin". It is kept with
 * what was asked for, and shown by every client. Pure.
 */
#ifndef CORE_CALLER_H
#define CORE_CALLER_H

#include <stdint.h>
#include <sys/types.h>

#define CALLER_MAX 160

/* What is known of a caller; all borrowed, what is not known is NULL or 0. */
struct caller {
	const char *address;   /* of a TCP client; NULL: it is a process of this host */
	const char *user;      /* of that process; NULL: the uid has no name */
	int64_t uid;           /* -1: not known */
	pid_t pid;             /* 0: it cannot be seen from here (another namespace) */
	const char *command;   /* the name of what it runs */
	const char *http_user; /* whose credentials it has shown */
};

/* Writes the text, and returns out. It is UTF-8 without control characters, and each part is short: who chooses a
   command's name cannot make himself look like somebody else. "" when nothing is known. */
const char *caller_text(char out[CALLER_MAX], const struct caller *c);

#endif
