/* tui_conn_calls.c: see tui_conn_calls.h. */
#include "autoconf.h"

#include "tui/tui_conn_calls.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "client/client_rpc.h"
#include "tui/tui_actions.h"
#include "tui/tui_conn.h"

struct tui_conn_calls {
	struct tui_host *h;
	const struct tui_way *way;
	const struct tui_conn_calls_ops *ops;
	void *arg;
	struct waiting *waiting;
};

/* A call, and whom its answer is for. */
struct waiting {
	struct waiting *next;
	struct tui_conn_calls *calls;
	enum tui_tag tag;
	unsigned ticket;
	bool ask; /* nothing changes by it */
};

static void
free_waiting(struct waiting *w)
{
	struct waiting **at = &w->calls->waiting;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	free(w);
}

static void
reply_cb(void *arg, struct client_result *result)
{
	struct waiting *w = arg;
	struct tui_conn_calls *c = w->calls;
	const struct client_error *e = &result->error;
	bool ask = w->ask;
	char *why = e->kind == CLIENT_OK      ? NULL
		    : e->kind == CLIENT_FAULT ? xstrdup(e->text)
					      : tui_trouble(e, c->way);
	/* Statuses of HTTP are told from faults by their sign. */
	int code = e->kind == CLIENT_FAULT ? e->code : e->kind == CLIENT_STATUS ? -e->code : 0;

	tui_conn_tick(c->h->model);
	if (tui_host_is_up(c->h) && (e->kind == CLIENT_OK || e->kind == CLIENT_FAULT))
		c->ops->heard(c->arg);
	tui_actions_reply(c->h, w->tag, w->ticket, result->value, code, why);
	free(why);
	free_waiting(w);
	c->ops->answered(c->arg, ask);
}

/* Questions that the daemon answers at once do not wait behind what takes its time. */
static bool
is_quick(const struct tui_request *r)
{
	return r->ask || r->tag == TAG_PAST || r->tag == TAG_AROUND || r->tag == TAG_RUNS ||
	       r->tag == TAG_HISTORY;
}

void
tui_conn_calls_send(struct tui_conn_calls *c, struct client *own, struct client *slow, struct tui_request *r)
{
	struct waiting *w = xmalloc(sizeof(*w));

	*w = (struct waiting){
	    .next = c->waiting, .calls = c, .tag = r->tag, .ticket = r->ticket, .ask = r->ask};
	c->waiting = w;
	if (!client_call(is_quick(r) ? own : slow, r->text, r->params, reply_cb, w)) {
		free_waiting(w);
		tui_actions_reply(c->h, r->tag, r->ticket, NULL, 0, "too many calls wait for their answers");
	}
	r->params = NULL; /* taken over in either case */
}

void
tui_conn_calls_drop(struct tui_conn_calls *c)
{
	while (c->waiting != NULL)
		free_waiting(c->waiting);
}

struct tui_conn_calls *
tui_conn_calls_new(struct tui_host *h, const struct tui_way *way, const struct tui_conn_calls_ops *ops,
		   void *arg)
{
	struct tui_conn_calls *c = xcalloc(1, sizeof(*c));

	c->h = h;
	c->way = way;
	c->ops = ops;
	c->arg = arg;
	return c;
}

void
tui_conn_calls_free(struct tui_conn_calls *c)
{
	tui_conn_calls_drop(c);
	free(c);
}
