/* The command line of supervisortui, and what [supervisorctl] says where it says nothing. */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

struct tui_options {
	const char *given_file;
	const char *given_url;
	const char *given_username;
	const char *given_password;
	bool once;
	bool version;
	bool help;
	int width;
	int height;
	char *prog; /* owned, as all below */
	char *file; /* the configuration that was read, or NULL */
	char *url;
	char *username;
	char *password;
};

/* False: what is wrong with the line. Needs tui_options_release in both cases. */
bool tui_options_parse(struct tui_options *o, char **argv, struct err *err);
/* Finds the configuration and completes the options from it. */
bool tui_options_read_config(struct tui_options *o, struct err *err);
void tui_options_release(struct tui_options *o);
void tui_options_help(struct buf *out, const char *prog);

#endif
