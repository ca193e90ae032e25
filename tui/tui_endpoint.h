/*
 * The daemons that a command line names: where each is, who asks, and what supervisorctl has to be told to mean the
 * same one.
 */
#ifndef TUI_ENDPOINT_H
#define TUI_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* All texts are owned. */
struct tui_endpoint {
	char *url;      /* without user and password */
	char *username; /* NULL: none */
	char *password;
	bool by_file; /* user and password are those of the file: they need not be said on a command line */
	char *file;   /* the configuration that names it or its password; NULL: none */
	bool given_file; /* it was named on the command line, and so was the URL */
	bool given_url;
	bool file_starts; /* supervisord -c FILE would start it */
};

struct tui_endpoints {
	struct tui_endpoint *list; /* owned */
	size_t n;
};

/*
 * files (-c) and urls (-s) as they were given; username and password (-u, -p) are for all, and NULL when not given.
 * With one file or none, the URLs are the daemons and the file says what is not given; without a URL the file's is
 * meant. With several files each of them names one more daemon. What was only found by the way, where supervisorctl
 * would find it, gives its password to nobody but its own daemon, or to a single URL as there.
 */
bool tui_endpoints_find(struct tui_endpoints *e, const char *prog, const char *const *files, size_t nfiles,
			const char *const *urls, size_t nurls, const char *username, const char *password,
			struct err *err);
void tui_endpoints_release(struct tui_endpoints *e);

void tui_endpoint_release(struct tui_endpoint *e);

/* Takes "user:password@" out of an http:// URL, and out of unix://user:password@/path. False: it is no URL that way. */
bool tui_endpoint_set_url(struct tui_endpoint *e, const char *url, struct err *err);
bool tui_endpoint_is_unix(const char *url);
/* Can a daemon be there at all? That a URL of the command line is none is said where its daemon would be. */
bool tui_endpoint_check(const struct tui_endpoint *e, struct err *err);

#endif
