/* tui_trouble.c: see tui_trouble.h. */
#include "autoconf.h"

#include "tui/tui_trouble.h"

#include <errno.h>

#include "base/xmalloc.h"

static char *
no_daemon(const char *what, const struct tui_way *way)
{
	if (way->file != NULL)
		return xasprintf("no daemon: %s (start one: supervisord -c %s)", what, way->file);
	return xasprintf("no daemon: %s (start one: supervisord)", what);
}

static char *
of_system_call(const struct client_error *e, const struct tui_way *way)
{
	bool is_unix = e->where == CLIENT_AT_CONNECT_UNIX;

	if (is_unix && e->code == ENOENT)
		return no_daemon("the socket does not exist", way);
	if (e->code == ECONNREFUSED)
		return no_daemon("nobody listens there", way);
	if (e->code == EACCES || e->code == EPERM)
		return xstrdup("no permission on the socket (try: sudo supervisortui)");
	if (is_unix && e->code == ENOTDIR)
		return no_daemon("the socket does not exist", way);
	if (is_unix && e->code == ENOTSOCK)
		return xstrdup("this file is no socket (look at serverurl= and -s)");
	return xasprintf("%s (is the host up, and is there a way to it?)", e->text);
}

static char *
of_status(const struct client_error *e, const struct tui_way *way)
{
	switch (e->code) {
	case 401:
		return xasprintf("%s (%s)",
				 way->has_user ? "user name or password are wrong"
					       : "a user name and password are needed",
				 way->user != NULL ? way->user : "-u USER -p PASSWORD");
	case 403:
		return xstrdup("the daemon refuses this user (HTTP status 403)");
	case 404:
	case 405:
	case 501:
		return xstrdup("a web server answers there, but no supervisord (look at the port in -s)");
	default:
		return xasprintf("HTTP status %d %s (is this a supervisord? look at -s)", e->code, e->text);
	}
}

static const char not_http[] =
    "what answers there does not speak HTTP (TLS? supervisord has none; look at the port in -s)";

char *
tui_trouble(const struct client_error *e, const struct tui_way *way)
{
	switch (e->kind) {
	case CLIENT_OS:
		return of_system_call(e, way);
	case CLIENT_STATUS:
		return of_status(e, way);
	case CLIENT_BAD_STATUS_LINE:
	case CLIENT_BAD_VERSION:
	case CLIENT_LINE_TOO_LONG:
	case CLIENT_BAD_HEAD:
		return xstrdup(not_http);
	case CLIENT_BAD_REPLY:
		return xstrdup("what answers there is no supervisord (look at the port in -s)");
	case CLIENT_RESOLVE:
	case CLIENT_BAD_HOST:
	case CLIENT_BAD_PORT:
	case CLIENT_BAD_URL:
		return xasprintf("%s (look at serverurl= and -s)", e->text);
	case CLIENT_TIMEOUT:
		return xstrdup("no connection in time (is the host up, and is there a way to it?)");
	case CLIENT_OK:
		return xstrdup("the connection was closed");
	case CLIENT_FAULT:
	case CLIENT_PATH_TOO_LONG:
	case CLIENT_DISCONNECTED:
	case CLIENT_TRUNCATED:
	case CLIENT_TOO_BIG:
	case CLIENT_BAD_CALL:
	case CLIENT_CANCELLED:
		break;
	}
	return xstrdup(e->text == NULL ? "the connection was closed" : e->text);
}
