/*
 * What is done to many programs by calls that answer when they are done: a signal, a line for stdin, emptying logs. The
 * results of each are kept in the list of messages, the sum is said.
 */
#ifndef TUI_CALLS_H
#define TUI_CALLS_H

#include "tui/tui_model.h"
#include "tui/tui_verb.h"

/* For these processes of one daemon. arg: NULL where the verb takes none. */
void tui_calls_begin(struct tui_host *h, enum tui_verb verb, const char *arg, struct tui_proc *const *procs,
		     size_t n);
/* The answer to TAG_CALLS. */
void tui_calls_reply(struct tui_model *m, unsigned ticket, const struct xmlrpc_value *value, int code,
		     const char *fault);
/* Gives up all of one daemon. False: there was none. */
bool tui_calls_drop(struct tui_host *h);

#endif
