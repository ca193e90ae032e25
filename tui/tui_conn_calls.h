/*
 * Calls that the user has asked for, under way to one daemon: each answer goes back to the action that it belongs to.
 */
#ifndef TUI_CONN_CALLS_H
#define TUI_CONN_CALLS_H

#include "client/client.h"
#include "tui/tui_model.h"
#include "tui/tui_trouble.h"

struct client;
struct tui_conn_calls;

struct tui_conn_calls_ops {
	/* The daemon has said something; the answer is taken in afterwards. */
	void (*heard)(void *arg);
	/* It has been taken in. ask: nothing has changed by the call. */
	void (*answered)(void *arg, bool ask);
};

/* All is borrowed. */
struct tui_conn_calls *tui_conn_calls_new(struct tui_host *h, const struct tui_way *way,
					  const struct tui_conn_calls_ops *ops, void *arg);
/* After the clients have been freed. */
void tui_conn_calls_free(struct tui_conn_calls *c);
/* The clients are gone: what is under way gets no answer any more. */
void tui_conn_calls_drop(struct tui_conn_calls *c);
/* Does a REQUEST_CALL: quick answers through `own`, others, which may take as long as a program takes to stop, through
   `slow`. */
void tui_conn_calls_send(struct tui_conn_calls *c, struct client *own, struct client *slow,
			 struct tui_request *r);

#endif
