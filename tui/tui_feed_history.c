/* tui_feed_history.c: see tui_feed_history.h. */
#include "autoconf.h"

#include "tui/tui_feed_history.h"

#include <string.h>

#include "tui/tui_rows.h"

/* Starts and ends of all programs together: more would take longer to read than the graph is worth. */
#define RECORDS_MAX 2000

static const struct tui_health no_health;

void
tui_feed_history_ask(struct tui_host *h)
{
	struct xmlrpc_value *params;

	if (h->link != LINK_LIVE)
		return;
	/* Until it is known, there is only what happens from now on. */
	h->health_from = tui_host_now(h);
	params = xmlrpc_array();
	xmlrpc_append(params, xmlrpc_string(""));
	xmlrpc_append(params, xmlrpc_int(RECORDS_MAX));
	xmlrpc_append(params, xmlrpc_double(tui_host_now(h) - TUI_HEALTH_SECONDS));
	tui_request_ask(h, TAG_HEALTH, ++h->model->tickets, "cvisor.getHistory", params);
}

static void
note(struct tui_host *h, const struct xmlrpc_value *record)
{
	struct tui_proc *p = tui_host_proc(h, xmlrpc_get_string(xmlrpc_find(record, "name")));
	double time = xmlrpc_get_double(xmlrpc_find(record, "time"));
	int64_t pid = xmlrpc_get_int(xmlrpc_find(record, "pid"));

	if (p == NULL)
		return;
	if (strcmp(xmlrpc_get_string(xmlrpc_find(record, "event")), "start") == 0)
		tui_health_start(&p->health, time, pid);
	else
		tui_health_end(&p->health, time, pid, xmlrpc_get_bool(xmlrpc_find(record, "expected")));
}

/* What has happened between the question and its answer was noted, and is gone with the rest: the present tells it. */
static void
catch_up(struct tui_host *h, struct tui_proc *p)
{
	int64_t last = p->health.started;

	if (last != 0 && last != p->pid && last != p->health.ended)
		tui_health_end(&p->health, p->stop, last, p->expected);
	if (p->pid != 0 && p->start >= h->health_from)
		tui_health_start(&p->health, p->start, p->pid);
}

void
tui_feed_history_reply(struct tui_host *h, const struct xmlrpc_value *list)
{
	struct tui_model *m = h->model;
	size_t n = xmlrpc_get_length(list);

	if (list == NULL)
		return;
	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; m->groups[i]->host == h && j < m->groups[i]->n; j++)
			m->groups[i]->procs[j]->health = no_health;
	/* The newest comes first. */
	h->health_from = tui_host_now(h) - TUI_HEALTH_SECONDS - 60;
	if (n >= RECORDS_MAX)
		h->health_from = xmlrpc_get_double(xmlrpc_find(xmlrpc_at(list, n - 1), "time"));
	for (size_t i = n; i-- > 0;)
		note(h, xmlrpc_at(list, i));
	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; m->groups[i]->host == h && j < m->groups[i]->n; j++)
			catch_up(h, m->groups[i]->procs[j]);
	h->bell.past_came = true;
	m->order_dirty |= m->sort == COLUMN_HEALTH || m->sort == COLUMN_STATE;
	/* Who flaps is known only now. */
	m->rows_dirty |= m->only_ill;
	if (m->touched == 0 && m->settings.cursor == CURSOR_PROBLEM)
		tui_rows_select_worst(m);
}

void
tui_feed_history_changed(struct tui_host *h, struct tui_proc *p, int64_t old_pid)
{
	if (h->in_snapshot || p->pid == old_pid)
		return;
	if (old_pid != 0)
		tui_health_end(&p->health, p->stop, old_pid, p->expected);
	if (p->pid != 0)
		tui_health_start(&p->health, p->start, p->pid);
}
