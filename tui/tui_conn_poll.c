/* tui_conn_poll.c: see tui_conn_poll.h. */
#include "autoconf.h"

#include "tui/tui_conn_poll.h"

#include <stdlib.h>
#include <unistd.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "client/client_rpc.h"
#include "tui/tui_conn_log.h"
#include "tui/tui_feed.h"

#define POLL_MS 2000 /* from an answer to the next question */
#define SOON_MS 100

struct tui_conn_poll {
	struct tui_host *h;
	struct tui_conn_log *log;
	struct client *calls;
	const struct tui_conn_poll_ops *ops;
	void *arg;

	unsigned wait; /* answers of this time that are to come */
	struct event *timer;
};

static void
arm(struct tui_conn_poll *p, int ms)
{
	struct timeval tv = {.tv_sec = ms / 1000, .tv_usec = (suseconds_t)(ms % 1000) * 1000};

	event_add(p->timer, &tv);
}

static void
next_poll(struct tui_conn_poll *p)
{
	if (--p->wait == 0)
		arm(p, POLL_MS);
}

static void
say_return(struct tui_host *h)
{
	char age[TUI_CELL_MAX];
	double valid = TUI_FOREVER;

	if (!h->ever_connected || tui_host_is_up(h))
		return;
	tui_format_age(h->model->now - tui_host_gone_since(h), age, &valid);
	tui_say(h, LOOK_OK, "connected again after %s", age);
}

static void
processes_cb(void *arg, struct client_result *result)
{
	struct tui_conn_poll *p = arg;

	if (result->value == NULL) {
		p->ops->failed(p->arg, &result->error);
		return;
	}
	p->ops->answered(p->arg);
	if (p->h->link != LINK_POLLING) {
		say_return(p->h);
		tui_host_link(p->h, LINK_POLLING, NULL, 0);
	}
	tui_feed_processes(p->h, result->value);
	next_poll(p);
	p->ops->fed(p->arg);
}

static void
state_cb(void *arg, struct client_result *result)
{
	struct tui_conn_poll *p = arg;

	if (result->value != NULL)
		tui_set(&p->h->daemon.statename, xmlrpc_get_string(xmlrpc_find(result->value, "statename")));
	next_poll(p);
}

static void
identification_cb(void *arg, struct client_result *result)
{
	struct tui_conn_poll *p = arg;

	if (result->value != NULL)
		tui_set(&p->h->daemon.identification, xmlrpc_get_string(result->value));
}

static void
version_cb(void *arg, struct client_result *result)
{
	struct tui_conn_poll *p = arg;

	if (result->value != NULL)
		tui_set(&p->h->daemon.version, xmlrpc_get_string(result->value));
}

static void
poll_now(struct tui_conn_poll *p)
{
	p->wait = 2;
	p->ops->asked(p->arg);
	client_call(p->calls, "supervisor.getState", NULL, state_cb, p);
	client_call(p->calls, "supervisor.getAllProcessInfo", NULL, processes_cb, p);
	tui_conn_log_poll(p->log);
}

static void
timer_cb(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	poll_now(arg);
}

/* Its host is where the URL leads: this one for a socket. */
static void
name_host(struct tui_host *h, const char *url)
{
	struct client_address address;
	struct client_error error = CLIENT_ERROR_INIT;
	char host[256] = "";

	if (client_address_parse(&address, url, &error)) {
		if (address.is_unix || address.host[0] == '\0')
			gethostname(host, sizeof(host) - 1);
		tui_set(&h->daemon.host, host[0] != '\0' ? host : address.host);
		tui_model_name_hosts(h->model);
		client_address_release(&address);
	}
	client_error_release(&error);
}

void
tui_conn_poll_begin(struct tui_conn_poll *p, struct client *calls, const char *url)
{
	p->calls = calls;
	tui_set(&p->h->daemon.boot, "");
	p->h->daemon.started = 0;
	name_host(p->h, url);
	client_call(calls, "supervisor.getIdentification", NULL, identification_cb, p);
	client_call(calls, "supervisor.getSupervisorVersion", NULL, version_cb, p);
	poll_now(p);
}

void
tui_conn_poll_end(struct tui_conn_poll *p)
{
	p->wait = 0;
	event_del(p->timer);
}

void
tui_conn_poll_soon(struct tui_conn_poll *p)
{
	if (p->h->link == LINK_POLLING && p->wait == 0)
		arm(p, SOON_MS);
}

struct tui_conn_poll *
tui_conn_poll_new(struct event_base *base, struct tui_host *h, struct tui_conn_log *log,
		  const struct tui_conn_poll_ops *ops, void *arg)
{
	struct tui_conn_poll *p = xcalloc(1, sizeof(*p));

	p->h = h;
	p->log = log;
	p->ops = ops;
	p->arg = arg;
	p->timer = evtimer_new(base, timer_cb, p);
	return p;
}

void
tui_conn_poll_free(struct tui_conn_poll *p)
{
	event_free(p->timer);
	free(p);
}
