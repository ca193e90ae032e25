/*
 * From a command line to a configuration: finds the file, reads it and what it includes, and asks the real
 * world where validation needs to know of it. The rules of spec/config.md 1 and 3. What the text means is
 * core's.
 */
#ifndef CLIENT_CONFIG_LOAD_H
#define CLIENT_CONFIG_LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/config.h"

struct config_problems;

/* The program's name as messages show it: argv0 itself when it has a '/', else where PATH finds it, else
   argv0. The caller frees it. */
char *config_prog(const char *argv0);

/* Which file is read, decided once at the start: a daemon that has changed its directory reads the same file
 * again. */
struct config_file {
	char *name; /* as it was given or found: what messages show */
	char *path; /* absolute */
	char *here; /* directory of path: %(here)s */
};

/* What is said on stderr before a search (no -c) as root. */
extern const char config_root_warning[];

/* given is the argument of -c, or NULL to search. False: none found, or given does not exist, with the
   reference's text. */
bool config_find(const char *prog, const char *given, struct config_file *file, struct err *err);
void config_file_release(struct config_file *file);

/* Reads and validates the file with its includes. Everything else as config_build says; the messages about
   includes are among the configuration's messages. */
struct config *config_load_supervisord(const struct config_file *file, const struct config_world *world,
				       const struct config_override *overrides, size_t noverrides,
				       const struct config *base, struct err *err);

/* The same for --test-config: collects every error and warning instead of the first error. */
void config_test_supervisord(const struct config_file *file, const struct config_world *world,
			     const struct config_override *overrides, size_t noverrides,
			     struct config_problems *problems);

/* What [supervisorctl] says, with the defaults for what it does not say. All texts owned. */
struct ctl_config {
	char *serverurl;    /* never NULL; unix:// paths are absolute */
	char *username;     /* NULL: unset; "" is a name */
	char *password;     /* NULL: unset */
	char *prompt;       /* never NULL */
	char *history_file; /* absolute; NULL: unset */
	char **warnings;    /* one line each, to be printed on stderr: what was ignored and why */
	size_t nwarnings;
};

/* Finds and reads the file for a client. given is the argument of -c: NULL searches, and finding none is no
   error;
   "" is no file at all. [include] is not followed. */
bool config_load_supervisorctl(const char *prog, const char *given, struct ctl_config *ctl, struct err *err);
void ctl_config_release(struct ctl_config *ctl);

#endif
