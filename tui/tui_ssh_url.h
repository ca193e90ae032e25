/*
 * What is said about ssh:// and to ssh, pure: the URL taken apart, the command line that makes the forwarding, and
 * the one sentence for what ssh had to say when it failed.
 *
 * A URL comes from a command line, which may have been put together by others: nothing in it can become an option
 * of ssh or reach a shell.
 */
#ifndef TUI_SSH_URL_H
#define TUI_SSH_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* ssh://[user@]host[:port][/path/of/socket]. The host may be an alias of ssh_config. All texts are owned. */
struct tui_ssh_url {
	char *user; /* NULL: ssh decides */
	char *host;
	int port;    /* 0: ssh decides */
	char *path;  /* of the socket at the far end; NULL: the usual ones are tried */
	char *there; /* "user@host:port" as given, for messages */
};

/* %XX in a part of a URL becomes the byte. NULL: badly written, or a NUL. The caller frees it. */
char *tui_url_decode(const char *s, size_t len);

bool tui_ssh_is_url(const char *url);
/* False: what is wrong with it. Needs the release in both cases. */
bool tui_ssh_url_parse(struct tui_ssh_url *u, const char *url, struct err *err);
void tui_ssh_url_release(struct tui_ssh_url *u);

/* The sockets to try, best first: the one that the URL names, or the usual ones of Supervisor's packages. Borrowed. */
#define TUI_SSH_PATHS_MAX 8
size_t tui_ssh_paths(const struct tui_ssh_url *u, const char *paths[TUI_SSH_PATHS_MAX]);

/*
 * The command line: path i is forwarded to the socket DIRECTORY/i. Without asking (batch), ssh fails where it would
 * ask for a password or about a host key. The caller frees it with tui_ssh_argv_free.
 */
char **tui_ssh_argv(const struct tui_ssh_url *u, const char *directory, bool batch);
void tui_ssh_argv_free(char **argv);

/* May it be that all it needed was to ask? */
bool tui_ssh_wants_to_ask(const char *said);
/*
 * Why ssh ended: one sentence, with what mends it where that is known. said is what it wrote on stderr, status is of
 * waitpid. ask: the command that lets it ask what it could not ask this time, NULL: it could ask, or nobody is there. The caller
 * frees it.
 */
char *tui_ssh_why_ended(const struct tui_ssh_url *u, const char *said, int status, const char *ask);
/* The same when ssh runs, but what it forwards leads nowhere. */
char *tui_ssh_why_nowhere(const struct tui_ssh_url *u);

#endif
