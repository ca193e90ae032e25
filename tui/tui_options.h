/* The command line of supervisortui, and what [supervisorctl] says where it says nothing. */
#ifndef TUI_OPTIONS_H
#define TUI_OPTIONS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "tui/tui_endpoint.h"

struct tui_options {
	const char **files; /* -c, as given; the array is owned */
	size_t nfiles;
	const char **urls; /* -s, as given; the array is owned */
	size_t nurls;
	const char *username; /* -u and -p, NULL: not given */
	const char *password;
	const char *given_settings;
	const char **sets; /* --set, as given; the array is owned */
	size_t nsets;
	bool no_settings;
	bool readonly;
	const char *record; /* file to be written; NULL: none */
	const char *replay; /* file that is shown instead of daemons; NULL: none */
	bool once;
	bool plain;
	bool version;
	bool help;
	int width;
	int height;
	char *prog;     /* owned, as all below */
	char *settings; /* path of tui.conf, or NULL */
	struct tui_endpoints endpoints;
};

/* False: what is wrong with the line. Needs tui_options_release in both cases. */
bool tui_options_parse(struct tui_options *o, char **argv, struct err *err);
/* Finds the daemons that are meant, reading the configurations that name them. */
bool tui_options_read_config(struct tui_options *o, struct err *err);
void tui_options_release(struct tui_options *o);
void tui_options_help(struct buf *out, const char *prog);

#endif
