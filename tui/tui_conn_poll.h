/*
 * A daemon without a stream (Supervisor's own) is asked for its table again and again. What is asked over a connection ends
 * with it.
 */
#ifndef TUI_CONN_POLL_H
#define TUI_CONN_POLL_H

#include "client/client.h"
#include "tui/tui_model.h"

struct client;
struct event_base;
struct tui_conn_log;
struct tui_conn_poll;

struct tui_conn_poll_ops {
	/* It is asked: from now on an answer is due. */
	void (*asked)(void *arg);
	/* It has answered ... */
	void (*answered)(void *arg);
	/* ... and the host has what it said. */
	void (*fed)(void *arg);
	/* It has not. Here the connection may be closed. */
	void (*failed)(void *arg, const struct client_error *e);
};

/* All is borrowed. The logs are asked for with the table. */
struct tui_conn_poll *tui_conn_poll_new(struct event_base *base, struct tui_host *h, struct tui_conn_log *log,
					const struct tui_conn_poll_ops *ops, void *arg);
void tui_conn_poll_free(struct tui_conn_poll *p);
/* Begins, with calls to the client, borrowed until the end; url is where it leads to. */
void tui_conn_poll_begin(struct tui_conn_poll *p, struct client *calls, const char *url);
void tui_conn_poll_end(struct tui_conn_poll *p);
/* Something has been done: its effect is asked for at once, not seconds later. */
void tui_conn_poll_soon(struct tui_conn_poll *p);

#endif
