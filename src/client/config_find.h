/* Which file is read: the one that -c names, or the first of the places where Supervisor looks (spec/config.md 1). */
#ifndef CLIENT_CONFIG_FIND_H
#define CLIENT_CONFIG_FIND_H

#include <stdbool.h>

#include "base/err.h"

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

#endif
