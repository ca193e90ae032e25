/* err.c: see err.h. Every allocation here is small; running out of memory ends the program. */
#include "autoconf.h"

#include "base/err.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/xmalloc.h"

static void
err_changed(struct err *e)
{
	free(e->text);
	e->text = NULL;
}

bool
err_vset(struct err *e, const char *fmt, va_list ap)
{
	char *what = xvasprintf(fmt, ap);

	err_release(e);
	e->what = what;
	return false;
}

bool
err_set(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_vset(e, fmt, ap);
	va_end(ap);
	return false;
}

void
err_where(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e->where != NULL)
		return;
	va_start(ap, fmt);
	e->where = xvasprintf(fmt, ap);
	va_end(ap);
	err_changed(e);
}

void
err_hint(struct err *e, const char *fmt, ...)
{
	va_list ap;

	if (e->hint != NULL)
		return;
	va_start(ap, fmt);
	e->hint = xvasprintf(fmt, ap);
	va_end(ap);
	err_changed(e);
}

/* Replaces the message by before + after; both are freed. */
static void
err_join(struct err *e, char *before, char *after)
{
	e->what = xasprintf("%s%s", before != NULL ? before : "", after != NULL ? after : "");
	free(before);
	free(after);
	err_changed(e);
}

void
err_prefix(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_join(e, xvasprintf(fmt, ap), e->what);
	va_end(ap);
}

void
err_suffix(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err_join(e, e->what, xvasprintf(fmt, ap));
	va_end(ap);
}

const char *
err_text(struct err *e)
{
	const char *what = e->what != NULL ? e->what : "no error";

	if (e->text != NULL)
		return e->text;
	if (e->where != NULL && e->hint != NULL)
		e->text = xasprintf("%s; see %s (%s)", what, e->where, e->hint);
	else if (e->where != NULL)
		e->text = xasprintf("%s; see %s", what, e->where);
	else if (e->hint != NULL)
		e->text = xasprintf("%s (%s)", what, e->hint);
	else
		e->text = xstrdup(what);
	return e->text;
}

void
err_release(struct err *e)
{
	free(e->what);
	free(e->where);
	free(e->hint);
	free(e->text);
	*e = (struct err)ERR_INIT;
}

void
err_move(struct err *to, struct err *from)
{
	err_release(to);
	*to = *from;
	*from = (struct err)ERR_INIT;
}
