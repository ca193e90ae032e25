/*
 * All connections of the screen: one for each daemon, through ssh where its URL says so. Gives each request to the
 * daemon that it is for, so that one that does not answer keeps nobody waiting.
 */
#ifndef TUI_LINKS_H
#define TUI_LINKS_H

#include <stdbool.h>

#include "base/err.h"
#include "tui/tui_conn.h"
#include "tui/tui_endpoint.h"
#include "tui/tui_model.h"

struct event_base;
struct tui_links;
struct tui_recorder;

/* Adds a host for each endpoint to the model; connects nobody yet. The endpoints and the model are borrowed. NULL:
   err. */
struct tui_links *tui_links_new(struct event_base *base, const struct tui_endpoints *endpoints,
				struct tui_model *m, struct err *err);
void tui_links_free(struct tui_links *links);
/* Before the screen is open: starts ssh for those that need it, one after the other, so that it can ask on the
   terminal. False: interrupted, or the only one cannot be reached. */
bool tui_links_ask(struct tui_links *links, struct err *err);
/* Before they are connected: what they tell is written down. Borrowed. */
void tui_links_record(struct tui_links *links, struct tui_recorder *recorder);
/* Connects all. changed is called when something in the model is another. */
void tui_links_open(struct tui_links *links, tui_changed_fn *changed, void *arg);

/* One more, while the others go on; it is connected at once. username and password where the URL has none; may be NULL.
   False: err, and nothing is another. */
bool tui_links_add(struct tui_links *links, const char *url, const char *username, const char *password,
		   struct err *err);
/* It ends, and is taken from the model, from the loop. Not the last one. */
void tui_links_drop(struct tui_links *links, const struct tui_host *host);
/* See tui_conn_login. */
bool tui_links_login(struct tui_links *links, const struct tui_host *host, tui_ssh_over_fn *over, void *arg);

void tui_links_call(struct tui_links *links, struct tui_request *r);
/* host is that of the request; NULL: all. */
void tui_links_follow(struct tui_links *links, const struct tui_host *host);
void tui_links_retry(struct tui_links *links, const struct tui_host *host);
/* Are the figures of metrics on the screen? */
void tui_links_set_metrics(struct tui_links *links, bool wanted);

/* Has each of them shown its first whole picture, or failed? For --once. */
bool tui_links_are_settled(const struct tui_links *links);
/* Have those that answer not said yet that logs are on their way? */
bool tui_links_are_asking_for_logs(const struct tui_links *links);
/* Does any of them answer? */
bool tui_links_any_up(const struct tui_links *links);

/* The words with which supervisorctl means this daemon, which was not dropped, for tui_child_run; program is its path. The
   caller frees the array and each word. */
char **tui_links_ctl(const struct tui_links *links, const struct tui_host *host, const char *program);

#endif
