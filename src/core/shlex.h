/*
 * The two ways in which Supervisor takes a line apart as a shell would, or nearly: the value of command= into
 * words, the value of environment= into variables.
 */
#ifndef CORE_SHLEX_H
#define CORE_SHLEX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "core/config.h"

/* Splits a command (spec/daemon.md 3.2): '...' literal, "..." with \" and \\, \x outside quotes; no comments.
   On success *argv is one allocation of NULL-terminated words that free() ends; argc may be 0. The error is
   "No closing quotation" or "No escaped character". */
bool shlex_split(const char *command, char ***argv, size_t *argc, struct err *err);

/* Reads NAME=value,NAME="value",... (spec/config.md 4.4) into vars, which the caller initialised; what is
   there stays, a name that occurs again is replaced in its place. */
bool shlex_environment(const char *value, struct env_list *vars, struct err *err);

#endif
