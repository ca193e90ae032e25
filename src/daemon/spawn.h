/*
 * Making a child: everything before the fork. Finding the command, the environment, the pipes and log
 * channels, the user's groups; then the fork itself (vfork where the child cannot hang before its exec).
 */
#ifndef DAEMON_SPAWN_H
#define DAEMON_SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"
#include "core/config.h"
#include "core/fault.h"
#include "core/process.h"

struct daemon;
struct logpump_channel;

/* A command, split into words, and the file that is executed. */
struct command {
	char **argv; /* one allocation, NULL-terminated */
	char *path;
};

/* Splits and finds it. FAULT_NONE, or NO_FILE or NOT_EXECUTABLE with the text of spec/daemon.md 3.2 in err; c
   needs command_release only after FAULT_NONE. environ is the daemon's. */
enum fault command_find(struct command *c, const struct process_config *config, const char *const *environ,
			struct err *err);
void command_release(struct command *c);

/* The environment of a child (spec/daemon.md 3.5): NULL-terminated, one allocation for free(), texts
 * included. */
char **spawn_environment(const char *const *environ, const struct process *p, const char *server_url);

/* What the daemon keeps of a child. */
struct spawned {
	pid_t pid;
	int stdin_fd;                               /* non-blocking; -1: the child has a socket */
	struct logpump_channel *channel[NCHANNELS]; /* being read; NULL: none */
};

/* Makes the child. Its standard input is listening, which stays the caller's, or (-1) a pipe. False with the spawnerr in
   err; nothing is left open then. */
bool spawn_process(struct daemon *d, struct process *p, int listening, struct spawned *out, struct err *err);

#endif
