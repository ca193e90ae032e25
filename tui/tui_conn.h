/*
 * The connection to one daemon: the push stream when the daemon has one, polling when it has none, calls, and trying again
 * with growing pauses when it is gone. Feeds its host and tells when something came. Never blocks.
 */
#ifndef TUI_CONN_H
#define TUI_CONN_H

#include <stdbool.h>

#include "client/client.h"
#include "tui/tui_model.h"
#include "tui/tui_ssh.h"
#include "tui/tui_trouble.h"

struct event_base;
struct tui_conn;
struct tui_recorder;

/* Something in the model is another. */
typedef void tui_changed_fn(void *arg);

/* What options and the way point to, ssh and the host are borrowed for the life of the connection. Begins at once. ssh is
   how the daemon is reached, NULL: directly; the way is for what is said when it is not. */
struct tui_conn *tui_conn_new(struct event_base *base, const struct client_options *options,
			      struct tui_ssh *ssh, const struct tui_way *way, struct tui_host *h,
			      tui_changed_fn *changed, void *arg);
void tui_conn_free(struct tui_conn *conn);
/* Does a REQUEST_CALL; the answer goes to tui_actions_reply. */
void tui_conn_call(struct tui_conn *conn, struct tui_request *r);
/* The log pane shows another log, or none any more. */
void tui_conn_follow(struct tui_conn *conn);
/* Connects now if it is not, and anew where nothing comes any more. */
void tui_conn_retry(struct tui_conn *conn);
/* ssh has the terminal, and logs in anew: see tui_ssh_login. False: there is no ssh, or it is in. */
bool tui_conn_login(struct tui_conn *conn, tui_ssh_over_fn *over, void *arg);
/* Are the figures of metrics on the screen? */
void tui_conn_set_metrics(struct tui_conn *conn, bool wanted);
/* What its stream tells is written down, too. Borrowed. */
void tui_conn_record(struct tui_conn *conn, struct tui_recorder *recorder);
/* Where the daemon is at the moment, for other programs. Borrowed. */
const char *tui_conn_url(const struct tui_conn *conn);
/* Reads this host's clock into the model. */
void tui_conn_tick(struct tui_model *m);
/* Has the first whole picture come? */
bool tui_conn_is_complete(const struct tui_conn *conn);
/* Has it not answered yet when logs were asked for? */
bool tui_conn_is_asking_for_logs(const struct tui_conn *conn);

#endif
