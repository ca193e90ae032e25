/* ctl_many.c: see ctl_many.h. */
#include "autoconf.h"

#include "ctl/ctl_many.h"

#include <stdlib.h>

#include <event2/event.h>

#include "base/xmalloc.h"

struct many;

/* A connection and the call that it is busy with. */
struct worker {
	struct many *many;
	struct client *client;
	size_t i;
};

struct answer {
	struct client_result result;
	bool there;
};

struct many {
	size_t n;
	size_t next; /* the first call not yet begun */
	const struct ctl_many_ops *ops;
	void *arg;
	struct answer *answers;
	struct worker workers[CTL_MANY_AT_ONCE];
};

static void worker_result_cb(void *arg, struct client_result *r);

static void
worker_next(struct worker *w)
{
	struct many *m = w->many;
	char *method;

	if (m->next == m->n)
		return;
	w->i = m->next++;
	method = xasprintf("supervisor.%s", m->ops->method(m->arg, w->i));
	client_call(w->client, method, m->ops->params(m->arg, w->i), worker_result_cb, w);
	free(method);
}

static void
worker_result_cb(void *arg, struct client_result *r)
{
	struct worker *w = arg;
	struct answer *answer = &w->many->answers[w->i];

	answer->result = *r;
	answer->there = true;
	*r = (struct client_result)CLIENT_RESULT_INIT;
	worker_next(w);
}

static void
wait_for(struct ctl *ctl, struct answer *answer)
{
	while (!answer->there) {
		if (event_base_loop(ctl->base, EVLOOP_ONCE) == 0 && !event_base_got_break(ctl->base))
			continue;
		client_error_set(&answer->result.error, CLIENT_CANCELLED, 0, "interrupted");
		answer->there = true;
	}
}

static bool
hand_out(struct ctl *ctl, struct many *m)
{
	for (size_t i = 0; i < m->n; i++) {
		wait_for(ctl, &m->answers[i]);
		if (!m->ops->result(m->arg, i, &m->answers[i].result))
			return false;
	}
	return true;
}

bool
ctl_many(struct ctl *ctl, size_t n, const struct ctl_many_ops *ops, void *arg)
{
	struct client_options options = ctl_client_options(ctl);
	struct many m = {
	    .n = n,
	    .ops = ops,
	    .arg = arg,
	    .answers = xcalloc(n + 1, sizeof(*m.answers)),
	};
	bool ok;

	for (size_t i = 0; i < CTL_MANY_AT_ONCE && i < n; i++) {
		m.workers[i] = (struct worker){.many = &m, .client = client_new(ctl->base, &options)};
		worker_next(&m.workers[i]);
	}
	ok = hand_out(ctl, &m);
	for (size_t i = 0; i < CTL_MANY_AT_ONCE; i++)
		client_free(m.workers[i].client);
	for (size_t i = 0; i < n; i++)
		client_result_release(&m.answers[i].result);
	free(m.answers);
	return ok;
}
