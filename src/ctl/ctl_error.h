/*
 * The line that supervisorctl prints for what a command does not handle. Supervisor shows Python's exception
 * there, and people search for it, so each kind of failure has its class, text and place in one table.
 */
#ifndef CTL_CTL_ERROR_H
#define CTL_CTL_ERROR_H

#include "base/buf.h"
#include "client/client_error.h"

struct ctl_error {
	const char *class; /* of Python; NULL: no error */
	char *text;        /* owned */
	const char *file;
	int line;
	int http_status; /* of a CLIENT_STATUS, else 0 */
	bool cancelled;  /* interrupted by the user: nothing is printed */
};

/* Places in Supervisor's own source that no client error stands for. */
#define CTL_ERROR_FILE "/usr/lib/python3/dist-packages/supervisor/supervisorctl.py"

void ctl_error_set(struct ctl_error *e, const char *class, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
void ctl_error_from_client(struct ctl_error *e, const struct client_error *from);
void ctl_error_release(struct ctl_error *e);
/* "error: <class 'CLASS'>, TEXT: file: FILE line: N" */
void ctl_error_line(struct buf *out, const struct ctl_error *e);
/* "error: <class 'CLASS'> (TEXT)", as the log streams say it. */
void ctl_error_short(struct buf *out, const struct ctl_error *e);

#endif
