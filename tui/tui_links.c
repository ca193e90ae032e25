/* tui_links.c: see tui_links.h. */
#include "autoconf.h"

#include "tui/tui_links.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "tui/tui_equal.h"
#include "tui/tui_sanitize.h"
#include "tui/tui_secret.h"
#include "tui/tui_ssh.h"
#include "tui/tui_ssh_url.h"

#define CONNECT_SECONDS 10
#define CTL_WORDS 12

struct link {
	const struct tui_endpoint *endpoint;
	struct tui_host *host;
	struct tui_ssh *ssh;   /* NULL: reached directly */
	struct tui_conn *conn; /* NULL: not open yet */
	int secret;            /* of tui_secret, -1: none */
};

struct tui_links {
	struct event_base *base;
	struct link *list; /* owned; in the order of the model's hosts */
	size_t n;
	char *why; /* what came of asking: why it is down; owned */
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

struct tui_links *
tui_links_new(struct event_base *base, const struct tui_endpoints *endpoints, struct tui_model *m,
	      struct err *err)
{
	struct tui_links *links = xcalloc(1, sizeof(*links));

	links->base = base;
	links->list = xcalloc(endpoints->n, sizeof(*links->list));
	for (size_t i = 0; i < endpoints->n; i++) {
		const struct tui_endpoint *e = &endpoints->list[i];
		struct link *l = &links->list[links->n++];

		l->endpoint = e;
		l->secret = -1;
		l->host = tui_model_add_host(m, e->url);
		l->host->ctl = name_ctl(e);
		if (!tui_ssh_is_url(e->url))
			continue;
		l->ssh = tui_ssh_new(base, e->url, err);
		if (l->ssh == NULL) {
			tui_links_free(links);
			return NULL;
		}
	}
	return links;
}

void
tui_links_free(struct tui_links *links)
{
	if (links == NULL)
		return;
	for (size_t i = 0; i < links->n; i++) {
		tui_conn_free(links->list[i].conn);
		tui_ssh_free(links->list[i].ssh);
		if (links->list[i].secret >= 0)
			close(links->list[i].secret);
	}
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
		if (links->list[i].ssh != NULL)
			ok = ask(links, &links->list[i], err);
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

void
tui_links_open(struct tui_links *links, tui_changed_fn *changed, void *arg)
{
	for (size_t i = 0; i < links->n; i++) {
		struct link *l = &links->list[i];
		const struct client_options options = {
		    .url = l->endpoint->url,
		    .username = l->endpoint->username,
		    .password = l->endpoint->password,
		    .connect_timeout = {.tv_sec = CONNECT_SECONDS},
		};

		l->conn =
		    tui_conn_new(links->base, &options, l->ssh,
				 l->endpoint->file_starts ? l->endpoint->file : NULL, l->host, changed, arg);
		tui_conn_record(l->conn, links->recorder);
	}
}

static struct link *
link_of(const struct tui_links *links, const struct tui_host *host)
{
	return &links->list[host->slot];
}

void
tui_links_call(struct tui_links *links, struct tui_request *r)
{
	tui_conn_call(link_of(links, r->host)->conn, r);
}

void
tui_links_follow(struct tui_links *links, const struct tui_host *host)
{
	for (size_t i = 0; i < links->n; i++)
		if (host == NULL || links->list[i].host == host)
			tui_conn_follow(links->list[i].conn);
}

void
tui_links_retry(struct tui_links *links, const struct tui_host *host)
{
	for (size_t i = 0; i < links->n; i++)
		if (host == NULL || links->list[i].host == host)
			tui_conn_retry(links->list[i].conn);
}

void
tui_links_set_metrics(struct tui_links *links, bool wanted)
{
	for (size_t i = 0; i < links->n; i++)
		tui_conn_set_metrics(links->list[i].conn, wanted);
}

bool
tui_links_are_settled(const struct tui_links *links)
{
	for (size_t i = 0; i < links->n; i++)
		if (links->list[i].host->link != LINK_DOWN && !tui_conn_is_complete(links->list[i].conn))
			return false;
	return true;
}

bool
tui_links_are_asking_for_logs(const struct tui_links *links)
{
	for (size_t i = 0; i < links->n; i++)
		if (tui_host_is_up(links->list[i].host) && tui_conn_is_asking_for_logs(links->list[i].conn))
			return true;
	return false;
}

bool
tui_links_any_up(const struct tui_links *links)
{
	for (size_t i = 0; i < links->n; i++)
		if (tui_host_is_up(links->list[i].host))
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
