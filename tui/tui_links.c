/* tui_links.c: see tui_links.h. */
#include "autoconf.h"

#include "tui/tui_links.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "tui/tui_actions.h"
#include "tui/tui_equal.h"
#include "tui/tui_sanitize.h"
#include "tui/tui_secret.h"
#include "tui/tui_ssh.h"
#include "tui/tui_ssh_url.h"

#define CONNECT_SECONDS 10
#define CTL_WORDS 12

struct link {
	const struct tui_endpoint *endpoint;
	struct tui_endpoint *own; /* it is not of the command line; owned; NULL: it is */
	bool doomed;              /* it ends with this turn of the loop */
	struct tui_host *host;
	struct tui_ssh *ssh;   /* NULL: reached directly */
	struct tui_conn *conn; /* NULL: not open yet */
	int secret;            /* of tui_secret, -1: none */
};

struct tui_links {
	struct event_base *base;
	struct tui_model *m;
	struct link **list; /* owned */
	size_t n;
	tui_changed_fn *changed;
	void *arg;
	struct event *reap; /* some are doomed */
	char *why;          /* what came of asking: why it is down; owned */
	bool interrupted;
	struct tui_recorder *recorder; /* borrowed; NULL: nothing is recorded */
};

/* How a person at a shell means this daemon. Passwords are not told: who has none in a file is asked. */
static char *
name_ctl(const struct tui_endpoint *e)
{
	struct buf out = BUF_INIT(16384);
	struct tui_ssh_url ssh;
	struct err err = ERR_INIT;

	if (tui_ssh_is_url(e->url)) {
		buf_puts(&out, "ssh ");
		if (tui_ssh_url_parse(&ssh, e->url, &err)) {
			if (ssh.port > 0)
				buf_printf(&out, "-p %d ", ssh.port);
			if (ssh.user != NULL) {
				tui_equal_quote(&out, ssh.user);
				buf_putc(&out, '@');
			}
			tui_equal_quote(&out, ssh.host);
		}
		tui_ssh_url_release(&ssh);
		err_release(&err);
		buf_puts(&out, " supervisorctl");
		return buf_steal(&out);
	}
	buf_puts(&out, "supervisorctl");
	if (e->given_file) {
		buf_puts(&out, " -c ");
		tui_equal_quote(&out, e->file);
	}
	if (e->given_url) {
		buf_puts(&out, " -s ");
		tui_equal_quote(&out, e->url);
	}
	return buf_steal(&out);
}

static void
free_link(struct link *l)
{
	tui_conn_free(l->conn);
	tui_ssh_free(l->ssh);
	if (l->secret >= 0)
		close(l->secret);
	if (l->own != NULL) {
		tui_endpoint_release(l->own);
		free(l->own);
	}
	free(l);
}

/* With its host in the model. NULL: err, and nothing is another. */
static struct link *
add_link(struct tui_links *links, const struct tui_endpoint *e, struct err *err)
{
	struct link *l = xcalloc(1, sizeof(*l));

	l->endpoint = e;
	l->secret = -1;
	if (tui_ssh_is_url(e->url) && (l->ssh = tui_ssh_new(links->base, e->url, err)) == NULL) {
		free(l);
		return NULL;
	}
	l->host = tui_model_add_host(links->m, e->url);
	free(l->host->ctl);
	l->host->ctl = name_ctl(e);
	links->list = xreallocarray(links->list, links->n + 1, sizeof(*links->list));
	links->list[links->n++] = l;
	return l;
}

/* Those that were dropped, when nobody is in the middle of them any more. */
static void
reap_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_links *links = arg;
	size_t left = 0;

	(void)fd;
	(void)what;
	for (size_t i = 0; i < links->n; i++) {
		struct link *l = links->list[i];
		struct tui_host *h = l->host;

		if (!l->doomed) {
			links->list[left++] = l;
			continue;
		}
		free_link(l);
		tui_message(links->m, LOOK_PLAIN, "%s is not shown any more", tui_host_name(h));
		tui_model_drop_host(links->m, h);
	}
	links->n = left;
	links->changed(links->arg);
}

struct tui_links *
tui_links_new(struct event_base *base, const struct tui_endpoints *endpoints, struct tui_model *m,
	      struct err *err)
{
	struct tui_links *links = xcalloc(1, sizeof(*links));

	links->base = base;
	links->m = m;
	links->reap = evtimer_new(base, reap_cb, links);
	for (size_t i = 0; i < endpoints->n; i++)
		if (add_link(links, &endpoints->list[i], err) == NULL) {
			tui_links_free(links);
			return NULL;
		}
	return links;
}

void
tui_links_free(struct tui_links *links)
{
	if (links == NULL)
		return;
	for (size_t i = 0; i < links->n; i++)
		free_link(links->list[i]);
	event_free(links->reap);
	free(links->list);
	free(links->why);
	free(links);
}

/* Asking */

static void
asked_up_cb(void *arg, const char *url)
{
	struct tui_links *links = arg;

	(void)url;
	event_base_loopbreak(links->base);
}

static void
asked_down_cb(void *arg, const char *why)
{
	struct tui_links *links = arg;

	tui_set(&links->why, why);
	event_base_loopbreak(links->base);
}

static const struct tui_ssh_ops asked_ops = {
    .up = asked_up_cb,
    .down = asked_down_cb,
};

static void
interrupted_cb(evutil_socket_t sig, short what, void *arg)
{
	struct tui_links *links = arg;

	(void)sig;
	(void)what;
	links->interrupted = true;
	event_base_loopbreak(links->base);
}

/* A host that cannot be reached is no reason not to show the others; alone, there would be nothing to show. That
   only the daemon is missing at the far end is shown like everywhere else. */
static bool
ask(struct tui_links *links, struct link *l, struct err *err)
{
	struct buf line = BUF_INIT(16384);

	tui_set(&links->why, NULL);
	tui_ssh_listen(l->ssh, &asked_ops, links);
	tui_ssh_open(l->ssh, true);
	event_base_dispatch(links->base);
	if (links->interrupted)
		return err_set(err, "interrupted");
	if (links->why == NULL || tui_ssh_is_running(l->ssh))
		return true;
	tui_sanitize(&line, links->why, strlen(links->why));
	if (links->n == 1)
		err_set(err, "%s", buf_str(&line));
	else
		fprintf(stderr, "%s\n", buf_str(&line));
	buf_release(&line);
	return links->n > 1;
}

bool
tui_links_ask(struct tui_links *links, struct err *err)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
	struct event *signals[3];
	bool ok = true;

	for (size_t i = 0; i < 3; i++) {
		signals[i] = evsignal_new(links->base, numbers[i], interrupted_cb, links);
		event_add(signals[i], NULL);
	}
	for (size_t i = 0; i < links->n && ok; i++)
		if (links->list[i]->ssh != NULL)
			ok = ask(links, links->list[i], err);
	for (size_t i = 0; i < 3; i++)
		event_free(signals[i]);
	return ok;
}

/* Open */

void
tui_links_record(struct tui_links *links, struct tui_recorder *recorder)
{
	links->recorder = recorder;
}

/* Who is added while the screen is open has no options. NULL: those of the beginning. */
static const char *
how_to_log_in(const struct link *l)
{
	if (l->own == NULL || l->ssh != NULL)
		return NULL;
	return tui_endpoint_is_unix(l->own->url) ? "connect unix://USER:PASSWORD@/PATH"
						 : "connect http://USER:PASSWORD@HOST:PORT";
}

static void
open_link(struct tui_links *links, struct link *l)
{
	const struct client_options options = {
	    .url = l->endpoint->url,
	    .username = l->endpoint->username,
	    .password = l->endpoint->password,
	    .connect_timeout = {.tv_sec = CONNECT_SECONDS},
	};

	const struct tui_way way = {
	    .file = l->endpoint->file_starts ? l->endpoint->file : NULL,
	    .has_user = l->endpoint->username != NULL,
	    .user = how_to_log_in(l),
	};

	l->conn = tui_conn_new(links->base, &options, l->ssh, &way, l->host, links->changed, links->arg);
	tui_conn_record(l->conn, links->recorder);
}

void
tui_links_open(struct tui_links *links, tui_changed_fn *changed, void *arg)
{
	links->changed = changed;
	links->arg = arg;
	for (size_t i = 0; i < links->n; i++)
		open_link(links, links->list[i]);
}

/* One and the same daemon twice would only confuse. */
static bool
is_new(const struct tui_links *links, const struct tui_endpoint *e, struct err *err)
{
	for (size_t i = 0; i < links->n; i++) {
		if (strcmp(links->list[i]->endpoint->url, e->url) != 0)
			continue;
		err_set(err, "'%s' is shown already", e->url);
		if (e->username != NULL && !tui_host_is_up(links->list[i]->host))
			err_hint(err, "disconnect it first to be another user there");
		return false;
	}
	return true;
}

bool
tui_links_add(struct tui_links *links, const char *url, const char *username, const char *password,
	      struct err *err)
{
	struct tui_endpoint *e = xcalloc(1, sizeof(*e));
	struct link *l = NULL;

	e->given_url = true;
	tui_set(&e->username, username);
	tui_set(&e->password, password);
	if (tui_endpoint_set_url(e, url, err) && tui_endpoint_check(e, err) && is_new(links, e, err))
		l = add_link(links, e, err);
	if (l == NULL) {
		tui_endpoint_release(e);
		free(e);
		return false;
	}
	l->own = e;
	open_link(links, l);
	return true;
}

/* NULL: it was dropped. */
static struct link *
find_link(const struct tui_links *links, const struct tui_host *host)
{
	for (size_t i = 0; i < links->n; i++)
		if (links->list[i]->host == host)
			return links->list[i];
	return NULL;
}

/* Of a host that was not. */
static struct link *
link_of(const struct tui_links *links, const struct tui_host *host)
{
	struct link *l = find_link(links, host);

	assert(l != NULL);
	return l;
}

void
tui_links_drop(struct tui_links *links, const struct tui_host *host)
{
	const struct timeval now = {0};
	struct link *l = find_link(links, host);
	size_t stay = 0;

	for (size_t i = 0; i < links->n; i++)
		stay += !links->list[i]->doomed;
	if (l == NULL || l->doomed || stay == 1)
		return;
	l->doomed = true;
	event_add(links->reap, &now);
}

bool
tui_links_login(struct tui_links *links, const struct tui_host *host, tui_ssh_over_fn *over, void *arg)
{
	struct link *l = find_link(links, host);

	return l != NULL && !l->doomed && tui_conn_login(l->conn, over, arg);
}

void
tui_links_call(struct tui_links *links, struct tui_request *r)
{
	struct link *l = find_link(links, r->host);

	if (l != NULL)
		tui_conn_call(l->conn, r);
	else if (r->kind == REQUEST_CALL)
		tui_actions_reply(r->host, r->tag, r->ticket, NULL, 1, "not connected any more");
}

void
tui_links_follow(struct tui_links *links, const struct tui_host *host)
{
	for (size_t i = 0; i < links->n; i++)
		if (host == NULL || links->list[i]->host == host)
			tui_conn_follow(links->list[i]->conn);
}

void
tui_links_retry(struct tui_links *links, const struct tui_host *host)
{
	for (size_t i = 0; i < links->n; i++)
		if (host == NULL || links->list[i]->host == host)
			tui_conn_retry(links->list[i]->conn);
}

void
tui_links_set_metrics(struct tui_links *links, bool wanted)
{
	for (size_t i = 0; i < links->n; i++)
		tui_conn_set_metrics(links->list[i]->conn, wanted);
}

bool
tui_links_are_settled(const struct tui_links *links)
{
	for (size_t i = 0; i < links->n; i++)
		if (links->list[i]->host->link != LINK_DOWN && !tui_conn_is_complete(links->list[i]->conn))
			return false;
	return true;
}

bool
tui_links_are_asking_for_logs(const struct tui_links *links)
{
	for (size_t i = 0; i < links->n; i++)
		if (tui_host_is_up(links->list[i]->host) && tui_conn_is_asking_for_logs(links->list[i]->conn))
			return true;
	return false;
}

bool
tui_links_any_up(const struct tui_links *links)
{
	for (size_t i = 0; i < links->n; i++)
		if (tui_host_is_up(links->list[i]->host))
			return true;
	return false;
}

/* The file in memory with user and password; -1: there is none, or they are known from elsewhere. */
static int
secret_of(struct link *l)
{
	const struct tui_endpoint *e = l->endpoint;

	if (l->secret < 0 && !e->by_file && e->username != NULL && e->password != NULL)
		l->secret = tui_secret_open(e->username, e->password);
	return l->secret;
}

/* A password is not put on a command line, where everybody could read it, unless there is no other way. */
char **
tui_links_ctl(const struct tui_links *links, const struct tui_host *host, const char *program)
{
	struct link *l = link_of(links, host);
	const struct tui_endpoint *e = l->endpoint;
	int secret = secret_of(l);
	char *file = secret >= 0 ? tui_secret_path(secret) : xstrdup(e->file != NULL ? e->file : "");
	bool said = e->by_file || secret >= 0;
	const struct {
		const char *option;
		const char *value;
	} pairs[] = {
	    {"-c", file},
	    {"-s", tui_conn_url(l->conn)},
	    {"-u", said ? NULL : e->username},
	    {"-p", said ? NULL : e->password},
	};
	char **argv = xcalloc(CTL_WORDS, sizeof(*argv));
	size_t n = 0;

	argv[n++] = xstrdup(program);
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (pairs[i].value == NULL)
			continue;
		argv[n++] = xstrdup(pairs[i].option);
		argv[n++] = xstrdup(pairs[i].value);
	}
	argv[n] = xstrdup("--");
	free(file);
	return argv;
}
