/*
 * The command line of supervisord (spec/config.md 8.1, 8.2, 8.4): checked, and turned into what wins over the
 * configuration file.
 */
#ifndef DAEMON_CMDLINE_H
#define DAEMON_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "core/config.h"

enum cmdline_action {
	CMDLINE_RUN,
	CMDLINE_HELP,        /* print cmdline_help(), exit 0 */
	CMDLINE_VERSION,     /* print the version, exit 0 */
	CMDLINE_TEST_CONFIG, /* read the file, print every error and warning, exit 0 or 2 */
};

struct cmdline {
	enum cmdline_action action;
	char *prog;                        /* the program's name as messages show it */
	char *configuration;               /* argument of -c; NULL: search */
	struct config_override *overrides; /* texts borrowed from argv or constant */
	size_t noverrides;
};

/* False with the text behind "Error: " in err. Ends early, as the reference does, at the first -h or -v. */
bool cmdline_parse(struct cmdline *c, char **argv, const struct config_world *world, struct err *err);
void cmdline_release(struct cmdline *c);
/* The text of -h. */
void cmdline_help(struct buf *out, const char *prog);

#endif
