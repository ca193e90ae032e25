/* tui_ssh_url.c: see tui_ssh_url.h. */
#include "autoconf.h"

#include "tui/tui_ssh_url.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "base/xmalloc.h"

#define SCHEME "ssh://"
#define PATH_MAX_SOCKET 107 /* bytes of a socket's path: sun_path of Linux, without its end */
#define URL_MAX 4096

/*
 * Where Supervisor's packages put the socket: Debian and the sample of /etc, the default of
 * echo_supervisord_conf, Fedora and FreeBSD, Alpine and Arch, a system without the link /var/run, Homebrew.
 */
static const char *const usual_paths[] = {
    "/var/run/supervisor.sock",  "/tmp/supervisor.sock", "/var/run/supervisor/supervisor.sock",
    "/var/run/supervisord.sock", "/run/supervisor.sock", "/usr/local/var/run/supervisor.sock",
};
#define NUSUAL (sizeof(usual_paths) / sizeof(usual_paths[0]))
static_assert(NUSUAL <= TUI_SSH_PATHS_MAX, "room for all of them");

bool
tui_ssh_is_url(const char *url)
{
	return strncasecmp(url, SCHEME, strlen(SCHEME)) == 0;
}

/* The URL */

static int
hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

char *
tui_url_decode(const char *s, size_t len)
{
	char *out = xmalloc(len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		if (s[i] != '%') {
			out[n++] = s[i];
			continue;
		}
		if (len - i < 3 || hex_digit(s[i + 1]) < 0 || hex_digit(s[i + 2]) < 0 ||
		    hex_digit(s[i + 1]) + hex_digit(s[i + 2]) == 0) {
			free(out);
			return NULL;
		}
		out[n++] = (char)(hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2]));
		i += 2;
	}
	out[n] = '\0';
	return out;
}

/*
 * Names that ssh hands on to its ProxyCommand and to Match exec, which are run by a shell: what ssh itself refuses
 * since 9.6 (CVE-2023-51385) is refused here for every version, and so is what looks like an option.
 */
static bool
is_safe_name(const char *name)
{
	if (name[0] == '\0' || name[0] == '-')
		return false;
	for (const char *c = name; *c != '\0'; c++)
		if (iscntrl((unsigned char)*c) || isspace((unsigned char)*c) ||
		    strchr("'`\"$\\;&<>|(){}/@%", *c) != NULL)
			return false;
	return true;
}

static bool
parse_user(struct tui_ssh_url *u, const char *s, size_t len, struct err *err)
{
	if (memchr(s, ':', len) != NULL) {
		err_set(err, "an ssh:// URL cannot hold a password");
		err_hint(err, "ssh asks for it");
		return false;
	}
	u->user = tui_url_decode(s, len);
	if (u->user == NULL || !is_safe_name(u->user))
		return err_set(err, "'%.*s' cannot be a user's name", (int)len, s);
	return true;
}

static bool
parse_port(struct tui_ssh_url *u, const char *s, size_t len, struct err *err)
{
	int port = 0;

	for (size_t i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9' || (port = port * 10 + (s[i] - '0')) > 65535)
			port = -1, len = i;
	if (port > 0) {
		u->port = port;
		return true;
	}
	err_set(err, "'%s' is not a port", s);
	err_hint(err, "1 to 65535");
	return false;
}

/* "host", "host:port", "[address]", "[address]:port" */
static bool
parse_host(struct tui_ssh_url *u, const char *s, size_t len, struct err *err)
{
	const char *end = s + len, *colon, *close;
	char *port;
	bool ok;

	if (len > 0 && s[0] == '[') {
		close = memchr(s, ']', len);
		if (close == NULL || (close + 1 < end && close[1] != ':'))
			return err_set(err, "'%.*s' is not an address in brackets", (int)len, s);
		u->host = tui_url_decode(s + 1, (size_t)(close - s - 1));
		colon = close + 1 < end ? close + 1 : NULL;
	} else {
		colon = memchr(s, ':', len);
		u->host = tui_url_decode(s, colon != NULL ? (size_t)(colon - s) : len);
	}
	if (u->host == NULL || !is_safe_name(u->host))
		return err_set(err, "'%.*s' cannot be a host", (int)len, s);
	if (colon == NULL)
		return true;
	port = xstrndup(colon + 1, (size_t)(end - colon - 1));
	ok = parse_port(u, port, strlen(port), err);
	free(port);
	return ok;
}

/* ssh expands '%' and "${" in paths that it forwards, in some versions only: they cannot be written for all. */
static bool
parse_path(struct tui_ssh_url *u, const char *s, struct err *err)
{
	if (strcmp(s, "") == 0 || strcmp(s, "/") == 0)
		return true;
	u->path = tui_url_decode(s, strlen(s));
	if (u->path == NULL)
		return err_set(err, "'%s' is not a path", s);
	for (const char *c = u->path; *c != '\0'; c++)
		if (iscntrl((unsigned char)*c) || strchr("%$", *c) != NULL)
			return err_set(
			    err, "ssh cannot forward the path '%s': it holds a control character, %% or $",
			    s);
	if (strlen(u->path) > PATH_MAX_SOCKET)
		return err_set(err, "the path '%s' is longer than that of a socket can be (%d)", s,
			       PATH_MAX_SOCKET);
	return true;
}

bool
tui_ssh_url_parse(struct tui_ssh_url *u, const char *url, struct err *err)
{
	const char *s = url + strlen(SCHEME), *path, *at = NULL;

	*u = (struct tui_ssh_url){0};
	if (!tui_ssh_is_url(url) || strlen(url) > URL_MAX)
		return err_set(err, "this is not an ssh:// URL");
	path = s + strcspn(s, "/");
	for (const char *c = s; c < path; c++)
		if (*c == '@')
			at = c;
	u->there = xstrndup(s, (size_t)(path - s));
	if (at != NULL && !parse_user(u, s, (size_t)(at - s), err))
		goto wrong;
	s = at != NULL ? at + 1 : s;
	if (parse_host(u, s, (size_t)(path - s), err) && parse_path(u, path, err))
		return true;
wrong:
	err_prefix(err, "'%s': ", url);
	err_hint(err, "ssh://[user@]host[:port][/path/of/socket]");
	return false;
}

void
tui_ssh_url_release(struct tui_ssh_url *u)
{
	free(u->user);
	free(u->host);
	free(u->path);
	free(u->there);
	*u = (struct tui_ssh_url){0};
}

size_t
tui_ssh_paths(const struct tui_ssh_url *u, const char *paths[TUI_SSH_PATHS_MAX])
{
	if (u->path != NULL) {
		paths[0] = u->path;
		return 1;
	}
	for (size_t i = 0; i < NUSUAL; i++)
		paths[i] = usual_paths[i];
	return NUSUAL;
}

/* The command line */

/*
 * What the user's ssh_config says stays, but for what would do more than carry bytes: no terminal, no command, no
 * agent, no X11, no sharing of a connection (a forwarding would outlive us in the master). No ExitOnForwardFailure:
 * a forwarding of the user's own for this host, whose port is taken, must not keep us out; ours is looked at itself.
 * The texts that are explained below come at the level INFO.
 */
static const char *const fixed_words[] = {
    "ssh",
    "-N",
    "-T",
    "-a",
    "-x",
    "-o",
    "StreamLocalBindUnlink=yes",
    "-o",
    "StreamLocalBindMask=0177",
    "-o",
    "ServerAliveInterval=15",
    "-o",
    "ServerAliveCountMax=2",
    "-o",
    "ConnectTimeout=15",
    "-o",
    "ControlMaster=no",
    "-o",
    "ControlPath=none",
    "-o",
    "PermitLocalCommand=no",
    "-o",
    "RemoteCommand=none",
    "-o",
    "UpdateHostKeys=no",
    "-o",
    "Tunnel=no",
    "-o",
    "LogLevel=INFO",
};
#define NFIXED (sizeof(fixed_words) / sizeof(fixed_words[0]))
#define NWORDS (NFIXED + 2 + 2 + 2 + 2 * TUI_SSH_PATHS_MAX + 2 + 1)

/* In "LOCAL:REMOTE" a colon ends a field, and a backslash makes it part of it. */
static char *
forwarding(const char *directory, size_t i, const char *path)
{
	struct buf out = BUF_INIT(8192);

	for (const char *c = directory; *c != '\0'; c++)
		buf_printf(&out, strchr(":\\", *c) != NULL ? "\\%c" : "%c", *c);
	buf_printf(&out, "/%zu:", i);
	for (const char *c = path; *c != '\0'; c++)
		buf_printf(&out, strchr(":\\", *c) != NULL ? "\\%c" : "%c", *c);
	return buf_steal(&out);
}

char **
tui_ssh_argv(const struct tui_ssh_url *u, const char *directory, bool batch)
{
	const char *paths[TUI_SSH_PATHS_MAX];
	size_t npaths = tui_ssh_paths(u, paths), n = 0;
	char **argv = xcalloc(NWORDS, sizeof(*argv));

	for (size_t i = 0; i < NFIXED; i++)
		argv[n++] = xstrdup(fixed_words[i]);
	argv[n++] = xstrdup("-o");
	argv[n++] = xstrdup(batch ? "BatchMode=yes" : "BatchMode=no");
	if (u->user != NULL) {
		argv[n++] = xstrdup("-l");
		argv[n++] = xstrdup(u->user);
	}
	if (u->port != 0) {
		argv[n++] = xstrdup("-p");
		argv[n++] = xasprintf("%d", u->port);
	}
	for (size_t i = 0; i < npaths; i++) {
		argv[n++] = xstrdup("-L");
		argv[n++] = forwarding(directory, i, paths[i]);
	}
	argv[n++] = xstrdup("--");
	argv[n] = xstrdup(u->host);
	return argv;
}

void
tui_ssh_argv_free(char **argv)
{
	for (size_t i = 0; argv != NULL && argv[i] != NULL; i++)
		free(argv[i]);
	free(argv);
}

/* What it said */

/* %h is the host, %l what logs in there by hand. The first that is found, in this order. */
static const struct meaning {
	const char *said;
	const char *meaning;
	const char *mend; /* "": nobody here can */
	bool may_ask;     /* ssh may only have wanted to ask */
} meanings[] = {
    {.said = "Could not resolve hostname",
     .meaning = "the host is not known",
     .mend = "look at the name, or at ~/.ssh/config"},
    {.said = "REMOTE HOST IDENTIFICATION HAS CHANGED",
     .meaning = "its host key is another than before",
     .mend = "if that is right: ssh-keygen -R %h, then %l"},
    {.said = "Host key verification failed",
     .meaning = "its host key is not known yet",
     .mend = "run once: %l",
     .may_ask = true},
    {.said = "Permission denied (",
     .meaning = "it does not let this user in",
     .mend = "look whether this works: %l",
     .may_ask = true},
    {.said = "Too many authentication failures",
     .meaning = "it does not let this user in",
     .mend = "look whether this works: %l"},
    {.said = "Connection refused",
     .meaning = "nothing takes ssh connections there",
     .mend = "does sshd run, and is this its port?"},
    {.said = "timed out", .meaning = "it does not answer", .mend = "is it up, and is there a way to it?"},
    {.said = "No route to host", .meaning = "there is no way to it", .mend = "is it up?"},
    {.said = "Network is unreachable",
     .meaning = "there is no way to it",
     .mend = "is this machine connected?"},
    {.said = "Timeout, server", .meaning = "the line is dead", .mend = ""},
    {.said = "Broken pipe", .meaning = "the line broke", .mend = ""},
    {.said = "Connection reset", .meaning = "the line broke", .mend = ""},
};

/* The last line that says something: not the noise of tries that lead nowhere. */
static char *
last_words(const char *said)
{
	const char *end = said + strlen(said);

	while (end > said) {
		const char *begin = end;

		while (begin > said && begin[-1] != '\n')
			begin--;
		while (end > begin && isspace((unsigned char)end[-1]))
			end--;
		if (end > begin && strncmp(begin, "channel ", 8) != 0 &&
		    strncmp(begin, "Warning: ", 9) != 0) {
			begin += strncmp(begin, "ssh: ", 5) == 0 ? 5 : 0;
			return xstrndup(begin, (size_t)(end - begin));
		}
		end = begin > said ? begin - 1 : said;
	}
	return NULL;
}

/* "ssh -p 2222 root@web-03" */
static void
put_login(struct buf *out, const struct tui_ssh_url *u)
{
	buf_puts(out, "ssh ");
	if (u->port != 0)
		buf_printf(out, "-p %d ", u->port);
	if (u->user != NULL)
		buf_printf(out, "%s@", u->user);
	buf_puts(out, u->host);
}

static void
put_mend(struct buf *out, const struct tui_ssh_url *u, const char *mend)
{
	if (*mend == '\0')
		return;
	buf_puts(out, " (");
	for (const char *c = mend; *c != '\0'; c++)
		if (strncmp(c, "%h", 2) == 0) {
			buf_puts(out, u->host);
			c++;
		} else if (strncmp(c, "%l", 2) == 0) {
			put_login(out, u);
			c++;
		} else
			buf_putc(out, *c);
	buf_putc(out, ')');
}

/* In a line of ssh's own, not in one about some channel: users forward other things as well. */
static bool
says(const char *said, const char *what)
{
	for (const char *found = said; (found = strstr(found, what)) != NULL; found++) {
		const char *line = found;

		while (line > said && line[-1] != '\n')
			line--;
		if (strncmp(line, "channel ", 8) != 0)
			return true;
	}
	return false;
}

/* The first that is said; NULL: none of them. */
static const struct meaning *
meaning_of(const char *said)
{
	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++)
		if (says(said, meanings[i].said))
			return &meanings[i];
	return NULL;
}

bool
tui_ssh_wants_to_ask(const char *said)
{
	const struct meaning *meaning = meaning_of(said);

	return meaning != NULL && meaning->may_ask;
}

static void
explain(struct buf *out, const struct tui_ssh_url *u, const struct meaning *meaning, const char *ask)
{
	/* What mends it comes first, where a narrow screen does not cut it off. */
	if (ask != NULL && meaning->may_ask) {
		buf_printf(out, "ssh %s may want to ask: %s (%s)", u->there, ask, meaning->meaning);
		return;
	}
	buf_printf(out, "ssh %s: %s", u->there, meaning->meaning);
	put_mend(out, u, meaning->mend);
}

char *
tui_ssh_why_ended(const struct tui_ssh_url *u, const char *said, int status, const char *ask)
{
	const struct meaning *meaning = meaning_of(said);
	char *words = meaning == NULL ? last_words(said) : NULL;
	struct buf out = BUF_INIT(2048);

	if (meaning != NULL)
		explain(&out, u, meaning, ask);
	else if (words != NULL)
		buf_printf(&out, "ssh %s: %.500s", u->there, words);
	else if (WIFSIGNALED(status))
		buf_printf(&out, "ssh %s: ssh was ended by signal %d", u->there, WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		buf_printf(&out, "ssh %s: ssh ended with status %d", u->there, WEXITSTATUS(status));
	else
		buf_printf(&out, "ssh %s: ssh was ended", u->there);
	free(words);
	return buf_steal(&out);
}

/* sshd answers the same whether the socket is missing, may not be opened, or may not be forwarded. */
char *
tui_ssh_why_nowhere(const struct tui_ssh_url *u)
{
	struct buf out = BUF_INIT(4096);

	if (u->path != NULL) {
		buf_printf(&out, "nothing answers at %s on %s: ", u->path, u->there);
		buf_puts(&out, "no daemon, no permission, or sshd forbids it (AllowStreamLocalForwarding)");
	} else {
		buf_printf(&out,
			   "no supervisord that may be opened at the usual places on %s (give its socket: ",
			   u->there);
		buf_printf(&out, "ssh://%s/path/of/socket)", u->there);
	}
	return buf_steal(&out);
}
