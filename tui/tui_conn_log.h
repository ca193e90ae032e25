/*
 * The logs of one daemon that the log pane shows: the stream is told which of them to send, and a daemon that has to be
 * polled is asked for what has been added to them. Answers that belong to what was shown before are dropped.
 */
#ifndef TUI_CONN_LOG_H
#define TUI_CONN_LOG_H

#include "tui/tui_conn.h"

#define TUI_LOG_TAIL 65536 /* bytes of the past of a log that is looked at */

struct client;
struct tui_conn_log;

/* The host is borrowed; changed is told when text came that was polled, and when what was asked is answered. */
struct tui_conn_log *tui_conn_log_new(struct event_base *base, struct tui_host *h, tui_changed_fn *changed,
				      void *arg);
/* After the client has been freed. */
void tui_conn_log_free(struct tui_conn_log *l);
/* The connection is a new one: what was asked over the one before gets no answer. Calls go to the client, borrowed until the
   next time. */
void tui_conn_log_begin(struct tui_conn_log *l, struct client *calls);
/* The stream is a new one: it sends no logs yet. */
void tui_conn_log_stream(struct tui_conn_log *l);
/* Other logs are shown: asks for them, in a moment. */
void tui_conn_log_follow(struct tui_conn_log *l);
/* Has it not been asked for yet, or not been answered? When it is answered, what there is of a log is on its way. */
bool tui_conn_log_is_asking(const struct tui_conn_log *l);
/* Asks for what has been added. */
void tui_conn_log_poll(struct tui_conn_log *l);

#endif
