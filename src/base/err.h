/*
 * An error on its way to whoever decides: what is wrong, where, how to mend it.
 *
 * A fallible function returns bool or a pointer and fills a struct err * that the caller initialised with
 * ERR_INIT; whoever ends the journey prints err_text() once and calls err_release.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <stdbool.h>

struct err {
	char *what;  /* the message, in Supervisor's wording where spec/ gives one; owned; NULL: no error */
	char *where; /* "FILE:LINE: [section] option", or NULL; owned */
	char *hint;  /* what is accepted or what to do, or NULL; owned */
	int code;    /* meaning belongs to the caller (a fault code, an exit status); 0 if unused */
	char *text;  /* cache of err_text; owned */
};

/* clang-format off */
#define ERR_INIT {0}
/* clang-format on */

/* Sets the message; what was there before is freed. Returns false, for "return err_set(...)". */
bool err_set(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
bool err_vset(struct err *e, const char *fmt, va_list ap) __attribute__((format(printf, 2, 0)));
/* Adds where and how to mend; a where or hint that is there already stays (the innermost knows best). */
void err_where(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void err_hint(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Puts context around the message: "PREFIX" + message, message + "SUFFIX". */
void err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void err_suffix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* One line: "WHAT", or "WHAT; see WHERE", or "WHAT; see WHERE (HINT)". Owned by e, valid until e changes. */
const char *err_text(struct err *e);
/* Frees and leaves ERR_INIT. */
void err_release(struct err *e);
/* Moves from into to, whose content is freed. */
void err_move(struct err *to, struct err *from);

#endif
