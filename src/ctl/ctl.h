/*
 * supervisorctl's root object, and what its commands share: talking to the daemon, saying lines, failing.
 *
 * A command that meets something it does not handle "raises" it: it notes the error with ctl_raise and
 * returns; the dispatcher (ctl_commands.c) prints the line, or asks for credentials and runs the command
 * again.
 */
#ifndef CTL_CTL_H
#define CTL_CTL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "client/client.h"
#include "client/client_rpc.h"
#include "core/fault.h"
#include "ctl/ctl_error.h"
#include "ctl/ctl_json.h"

/* Exit statuses, spec/supervisorctl.md 1.7. */
enum ctl_exit {
	CTL_EXIT_OK = 0,
	CTL_EXIT_GENERIC = 1,
	CTL_EXIT_INVALID_ARGS = 2,
	CTL_EXIT_UNIMPLEMENTED = 3,
	CTL_EXIT_STATUS_NOT_RUNNING = 3,
	CTL_EXIT_NO_PRIVILEGE = 4,
	CTL_EXIT_STATUS_UNKNOWN = 4,
	CTL_EXIT_NOT_INSTALLED = 5,
	CTL_EXIT_NOT_RUNNING = 7,
};

struct ctl_options;
struct ctl_input;
struct event;
struct event_base;

struct ctl {
	struct event_base *base;
	const struct ctl_options *options;
	struct ctl_input *input;
	char *url; /* owned, as are the next two: `open` and the prompts for credentials change them */
	char *username;
	char *password;
	bool interactive; /* may ask: -i, or the shell */
	bool in_shell;
	int status; /* exit status: the last failing step wins */
	bool quit;  /* the shell ends */

	struct client *conn;     /* of the command that runs; made by its first call */
	struct ctl_error raised; /* of the command that runs */
	json_t *document;        /* what it answers with --json (ctl_json.h); NULL: it says lines */

	struct event *interrupt; /* SIGINT, while it is ours */
	bool interrupted;
};

void ctl_init(struct ctl *ctl, struct event_base *base, const struct ctl_options *options);
void ctl_release(struct ctl *ctl);

/* One line on stdout. */
void ctl_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* What is wrong: a line on stdout, or with --json the error of the document. The exit status is the caller's. */
void ctl_complain(struct ctl *ctl, enum ctl_problem kind, int code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* The same about one of several names, with which the command goes on. */
void ctl_complain_of(struct ctl *ctl, const char *name, enum ctl_problem kind, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* Sets the exit status. Returns false, for "return ctl_fail(...)". */
bool ctl_fail(struct ctl *ctl, enum ctl_exit status);

/* Address and credentials, borrowed from ctl. */
struct client_options ctl_client_options(const struct ctl *ctl);
/* Calls and waits. False: r->error says why; the caller handles it or raises it. r is the caller's to
 * release. */
bool ctl_call(struct ctl *ctl, struct client_result *r, const char *method, struct xmlrpc_value *params);
/* The same for callers that handle nothing: NULL after raising. The caller frees the value. */
struct xmlrpc_value *ctl_call_or_raise(struct ctl *ctl, const char *method, struct xmlrpc_value *params);
/* An array of n strings, as params. */
struct xmlrpc_value *ctl_strings(size_t n, ...);
/* The next call makes a new connection. */
void ctl_disconnect(struct ctl *ctl);
/* Whether r is the fault `code`. */
bool ctl_is_fault(const struct client_result *r, enum fault code);
/* These return false, for "return ctl_raise(...)". */
bool ctl_raise(struct ctl *ctl, const struct client_error *e);
bool ctl_raise_set(struct ctl *ctl, const char *class, const char *file, int line, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
bool ctl_raised(const struct ctl *ctl);
/* A call that makes the daemon read its file has failed: says that it goes down (in these words) or what is wrong with
   the file, raises anything else. For reload a bad file is ours alone: the reference ends on it. */
void ctl_reading_failed(struct ctl *ctl, const struct client_result *r, const char *going_down);

/* Asks the daemon on a connection of its own for the version of its interface. False: said or raised why not.
 */
bool ctl_check(struct ctl *ctl);

/* From here to ctl_interrupt_release SIGINT only sets ctl->interrupted and ends the waiting. */
void ctl_interrupt_catch(struct ctl *ctl);
void ctl_interrupt_release(struct ctl *ctl);
/* Runs the loop until *over, or Ctrl-C, which ends this alone and not the shell. True: it was Ctrl-C. */
bool ctl_run_until(struct ctl *ctl, const bool *over);

/* "GROUP:NAME", "GROUP:*" or "NAME". group is owned; process is NULL for the whole group. */
struct ctl_name {
	char *group;
	char *process;
};
void ctl_name_split(struct ctl_name *name, const char *namespec);
void ctl_name_release(struct ctl_name *name);
/* "NAME" if both are equal, else "GROUP:NAME". The caller frees it. */
char *ctl_name_join(const char *group, const char *process);
/* The namespec of a struct with the members "group" and "name". */
char *ctl_name_of(const struct xmlrpc_value *info);

#endif
