/*
 * The answers of --json: one document per command (doc/json.md). A command that answers in JSON puts what it knows
 * into the document while it runs; what goes wrong is put there by those who would have said it; it is printed when
 * the command is over. Text that is not UTF-8 appears with U+FFFD.
 */
#ifndef CTL_CTL_JSON_H
#define CTL_CTL_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <jansson.h>

#include "client/client_error.h"
#include "core/xmlrpc.h"

struct ctl;

/* What an error is about: its `kind`. */
enum ctl_problem {
	CTL_PROBLEM_USAGE,      /* the command line */
	CTL_PROBLEM_NAME,       /* no such process or group */
	CTL_PROBLEM_FAULT,      /* the daemon's answer: code is an XML-RPC fault */
	CTL_PROBLEM_HTTP,       /* code is an HTTP status */
	CTL_PROBLEM_CONNECTION, /* code is an errno, 0: none */
	CTL_PROBLEM_PROTOCOL,   /* what answers is no supervisord, or one that we do not understand */
	CTL_PROBLEM_FAILED,     /* what was asked for did not work */
};

/* From here the command that runs answers in JSON, until ctl_json_end prints the answer. */
void ctl_json_begin(struct ctl *ctl);
void ctl_json_end(struct ctl *ctl);
/* The command answers in its own way after all: nothing will be printed. */
void ctl_json_abandon(struct ctl *ctl);
bool ctl_json_wanted(const struct ctl *ctl);

/* A member of the document; takes the value over. */
void ctl_json_set(struct ctl *ctl, const char *key, json_t *value);
/* An empty list as a member, borrowed, and behind it an empty one of "errors". */
json_t *ctl_json_list(struct ctl *ctl, const char *key);
/* The command failed: the member "error". The first one stays. */
void ctl_json_error(struct ctl *ctl, enum ctl_problem kind, int code, const char *message);
void ctl_json_error_from_client(struct ctl *ctl, const struct client_error *e);
/* One of its arguments failed: appended to the member "errors", which ctl_json_list has made. */
void ctl_json_error_of(struct ctl *ctl, const char *name, enum ctl_problem kind, const char *message);

/* Values; the caller owns them. */
json_t *ctl_json_text(const char *s);
json_t *ctl_json_texts(const struct xmlrpc_value *array);
json_t *ctl_json_problem(enum ctl_problem kind, int code, const char *message);
/* A process as getProcessInfo tells of it, and as getAllConfigInfo does. What the daemon does not say is null. */
json_t *ctl_json_process(const struct xmlrpc_value *info);
json_t *ctl_json_config(const struct xmlrpc_value *config);

/* A document that is nothing but an error. */
void ctl_json_print_problem(enum ctl_problem kind, const char *message);
/* One line on stdout, and at once. */
void ctl_json_print(const json_t *value);

#endif
