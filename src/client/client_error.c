/* client_error.c: see client_error.h. */
#include "autoconf.h"

#include "client/client_error.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

void
client_error_set(struct client_error *e, enum client_error_kind kind, int code, const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	client_error_release(e);
	e->kind = kind;
	e->code = code;
	e->text = text;
}

void
client_error_os(struct client_error *e, enum client_where where, int code)
{
	client_error_set(e, CLIENT_OS, code, "%s", strerror(code));
	e->where = where;
}

void
client_error_copy(struct client_error *to, const struct client_error *from)
{
	char *text = xstrdup(from->text);

	client_error_release(to);
	*to = *from;
	to->text = text;
}

void
client_error_release(struct client_error *e)
{
	free(e->text);
	*e = (struct client_error)CLIENT_ERROR_INIT;
}
