/*
 * What supervisorctl is told: its command line, then [supervisorctl] of the configuration, then the defaults.
 */
#ifndef CTL_CTL_OPTIONS_H
#define CTL_CTL_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

struct ctl_options {
	char *prog; /* the path this program was started by */
	bool help;  /* -h: nothing else is set */
	bool interactive;
	bool json; /* the command answers in JSON */
	char *url;
	char *username; /* NULL: unset */
	char *password;
	char *prompt;
	char *history_file; /* NULL: none */
	char **words;       /* the command, a part of argv */
	size_t nwords;
	/* As given on the command line, for handing on; NULL: not given. Parts of argv. */
	const char *given_file, *given_url, *given_username, *given_password;
	char **warnings;
	size_t nwarnings;
};

/* False: err is a usage error. o needs ctl_options_release in both cases. */
bool ctl_options_parse(struct ctl_options *o, char **argv, struct err *err);
void ctl_options_release(struct ctl_options *o);
/* What -h prints. */
void ctl_options_usage(struct buf *out, const char *prog);

/* "~" and "~USER" at the beginning replaced, then absolute and without "." and ".." and doubled slashes. */
char *ctl_options_absolute(const char *path);

#endif
