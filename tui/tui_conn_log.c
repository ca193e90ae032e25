/* tui_conn_log.c: see tui_conn_log.h. */
#include "autoconf.h"

#include "tui/tui_conn_log.h"

#include <stdlib.h>
#include <string.h>

#include <event2/event.h>

#include "base/xmalloc.h"
#include "client/client_rpc.h"
#include "tui/tui_feed_log.h"
#include "tui/tui_watch.h"

#define MAIN_TAIL 16384     /* bytes of the end of the daemon's own log, polled */
#define FOLLOW_DELAY_MS 120 /* a selection that only passes by asks for nothing */

struct tui_conn_log {
	struct tui_host *h;
	struct client *calls;
	tui_changed_fn *changed;
	void *arg;

	unsigned turn;                /* of what is shown, when logs were asked for last */
	size_t nfollowed;             /* logs that were asked for */
	struct xmlrpc_value *follows; /* while they are collected; borrowed */
	struct asked *asked;          /* questions under way */
	struct event *follow;
};

/* The question that an answer belongs to. */
struct asked {
	struct asked *next;
	struct tui_conn_log *l;
	unsigned turn; /* of what is shown */
	char *name;    /* of the log; owned; NULL: all that are followed */
};

static struct asked *
new_asked(struct tui_conn_log *l, const char *name)
{
	struct asked *a = xmalloc(sizeof(*a));

	*a = (struct asked){
	    .next = l->asked,
	    .l = l,
	    .turn = l->h->model->logpane.show.turn,
	    .name = name == NULL ? NULL : xstrdup(name),
	};
	l->asked = a;
	return a;
}

static void
free_asked(struct asked *a)
{
	struct asked **at = &a->l->asked;

	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
	free(a->name);
	free(a);
}

/* The logs of this host that are shown. */
static void
each_source(struct tui_conn_log *l, void (*fn)(struct tui_conn_log *, const struct tui_source *))
{
	const struct tui_logpane *p = &l->h->model->logpane;

	for (size_t i = 0; p->height > 0 && i < p->log.nsources; i++) {
		const struct tui_source *s = p->log.sources[i];

		if (s->host == l->h && s->followed)
			fn(l, s);
	}
}

/* Of a daemon without a stream */

static void
tail_cb(void *arg, struct client_result *result)
{
	struct asked *a = arg;
	struct tui_conn_log *l = a->l;
	bool news = a->turn == l->h->model->logpane.show.turn;

	if (news) {
		size_t len;
		const char *text = xmlrpc_get_text(result->value, &len);

		tui_conn_tick(l->h->model);
		if (result->value == NULL)
			tui_feed_tail_refused(l->h, a->name);
		else if (strcmp(a->name, ":main") == 0)
			tui_feed_main_tail(l->h, text, len, MAIN_TAIL);
		else
			tui_feed_tail(l->h, a->name, result->value, TUI_LOG_TAIL);
	}
	free_asked(a);
	if (news)
		l->changed(l->arg);
}

static void
poll_source(struct tui_conn_log *l, const struct tui_source *s)
{
	struct xmlrpc_value *params = xmlrpc_array();
	const char *method = s->channel == CHANNEL_STDOUT ? "supervisor.tailProcessStdoutLog"
							  : "supervisor.tailProcessStderrLog";
	struct asked *a = new_asked(l, s->name);

	if (tui_source_is_main(s)) {
		method = "supervisor.readLog";
		xmlrpc_append(params, xmlrpc_int(-MAIN_TAIL));
		xmlrpc_append(params, xmlrpc_int(0));
	} else {
		bool far = s->offset < 0 || s->offset > INT32_MAX - TUI_LOG_TAIL;

		xmlrpc_append(params, xmlrpc_string(s->key));
		xmlrpc_append(params, xmlrpc_int(far ? 0 : s->offset));
		xmlrpc_append(params, xmlrpc_int(TUI_LOG_TAIL));
	}
	if (!client_call(l->calls, method, params, tail_cb, a))
		free_asked(a);
}

void
tui_conn_log_poll(struct tui_conn_log *l)
{
	each_source(l, poll_source);
}

/* Of the stream */

static void
followed_cb(void *arg, struct client_result *result)
{
	struct asked *a = arg;
	struct tui_conn_log *l = a->l;

	if (result->value != NULL)
		tui_show_followed(l->h, a->turn);
	free_asked(a);
	l->changed(l->arg);
}

/* Takes logs over. */
static void
call_follow(struct tui_conn_log *l, struct xmlrpc_value *logs)
{
	struct xmlrpc_value *params = xmlrpc_array();
	struct asked *a = new_asked(l, NULL);

	xmlrpc_append(params, xmlrpc_int(l->h->daemon.stream));
	xmlrpc_append(params, logs);
	if (!client_call(l->calls, "cvisor.follow", params, followed_cb, a))
		free_asked(a);
}

static void
add_followed(struct tui_conn_log *l, const struct tui_source *s)
{
	xmlrpc_append(l->follows, xmlrpc_string(s->name));
}

/* A log that is followed for its watch words, unless it is shown anyway. */
static void
add_watched(void *arg, const char *log)
{
	struct tui_conn_log *l = arg;
	const struct tui_logpane *p = &l->h->model->logpane;
	unsigned source = p->height > 0 ? tui_log_find_source(&p->log, l->h, log) : TUI_LOG_NO_SOURCE;

	if (source == TUI_LOG_NO_SOURCE && xmlrpc_get_length(l->follows) < TUI_SHOW_MAX)
		xmlrpc_append(l->follows, xmlrpc_string(log));
}

static void
send_follow(struct tui_conn_log *l)
{
	unsigned turn = l->h->model->logpane.show.turn;
	size_t before = l->nfollowed, n;

	/* The daemon goes on with a log that it follows already; where something else is shown, the end of its file is
	   wanted again. */
	if (l->turn != turn && before > 0) {
		l->follows = xmlrpc_array();
		tui_watch_each_log(l->h->model, l->h, add_watched, l);
		call_follow(l, l->follows);
	}
	l->turn = turn;
	l->follows = xmlrpc_array();
	each_source(l, add_followed);
	tui_watch_each_log(l->h->model, l->h, add_watched, l);
	n = xmlrpc_get_length(l->follows);
	/* A daemon whose logs nobody looks at need not be told so again. */
	if (n > 0 || before > 0)
		call_follow(l, l->follows);
	else
		xmlrpc_free(l->follows);
	l->nfollowed = n;
}

static void
follow_cb(evutil_socket_t fd, short what, void *arg)
{
	struct tui_conn_log *l = arg;

	(void)fd;
	(void)what;
	if (l->h->link == LINK_LIVE)
		send_follow(l);
	else if (l->h->link == LINK_POLLING)
		tui_conn_log_poll(l);
	if (l->asked == NULL)
		l->changed(l->arg);
}

bool
tui_conn_log_is_asking(const struct tui_conn_log *l)
{
	return l->asked != NULL || event_pending(l->follow, EV_TIMEOUT, NULL);
}

void
tui_conn_log_follow(struct tui_conn_log *l)
{
	const struct timeval delay = {.tv_usec = FOLLOW_DELAY_MS * 1000};

	event_add(l->follow, &delay);
}

/* Connections */

void
tui_conn_log_stream(struct tui_conn_log *l)
{
	l->nfollowed = 0;
}

void
tui_conn_log_begin(struct tui_conn_log *l, struct client *calls)
{
	while (l->asked != NULL)
		free_asked(l->asked);
	event_del(l->follow);
	l->nfollowed = 0;
	l->calls = calls;
}

struct tui_conn_log *
tui_conn_log_new(struct event_base *base, struct tui_host *h, tui_changed_fn *changed, void *arg)
{
	struct tui_conn_log *l = xcalloc(1, sizeof(*l));

	l->h = h;
	l->changed = changed;
	l->arg = arg;
	l->follow = evtimer_new(base, follow_cb, l);
	return l;
}

void
tui_conn_log_free(struct tui_conn_log *l)
{
	tui_conn_log_begin(l, NULL);
	event_free(l->follow);
	free(l);
}
