/* The section of the clients, [supervisorctl], which is read without the rest of the configuration. */
#ifndef CLIENT_CONFIG_CTL_H
#define CLIENT_CONFIG_CTL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

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
