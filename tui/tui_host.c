/* tui_host.c: see tui_host.h. */
#include "autoconf.h"

#include "tui/tui_host.h"

#include <fnmatch.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_act_hosts.h"
#include "tui/tui_actions.h"
#include "tui/tui_alerts.h"
#include "tui/tui_feed_history.h"
#include "tui/tui_marks.h"
#include "tui/tui_model.h"
#include "tui/tui_record.h"
#include "tui/tui_report.h"
#include "tui/tui_rows.h"
#include "tui/tui_set.h"
#include "tui/tui_silence.h"

void
tui_set(char **text, const char *value)
{
	char *copy = value == NULL ? NULL : xstrdup(value);

	free(*text);
	*text = copy;
}

/* As many deaths in a quarter of an hour are no accident. */
#define FLAPPING_DEATHS 3

static void
free_proc(struct tui_proc *p)
{
	free(p->name);
	free(p->key);
	free(p->display);
	free(p->description);
	free(p->spawnerr);
	free(p->who);
	free(p->stdout_logfile);
	free(p->stderr_logfile);
	free(p);
}

static void
free_group(struct tui_group *g)
{
	free(g->name);
	free(g->procs);
	free(g);
}

struct tui_host *
tui_host_new(struct tui_model *m, const char *where)
{
	struct tui_host *h = xcalloc(1, sizeof(*h));

	h->model = m;
	h->link = LINK_CONNECTING;
	h->procs = map_new();
	h->groups_by_name = map_new();
	tui_set(&h->where, where);
	tui_set(&h->daemon.identification, "");
	tui_set(&h->daemon.version, "");
	tui_set(&h->daemon.host, "");
	tui_set(&h->daemon.boot, "");
	tui_set(&h->daemon.statename, "");
	tui_set(&h->daemon.you, "");
	h->daemon.load[0] = -1;
	return h;
}

void
tui_host_free(struct tui_host *h)
{
	struct tui_model *m = h->model;
	size_t left = 0;

	for (size_t i = 0; i < m->ngroups; i++) {
		struct tui_group *g = m->groups[i];

		if (g->host != h) {
			m->groups[left++] = g;
			continue;
		}
		for (size_t j = 0; j < g->n; j++)
			free_proc(g->procs[j]);
		free_group(g);
	}
	m->ngroups = left;
	map_free(h->procs);
	map_free(h->groups_by_name);
	free(h->where);
	free(h->name);
	free(h->ctl);
	free(h->link_error);
	tui_report_forget(h);
	free(h->daemon.identification);
	free(h->daemon.version);
	free(h->daemon.host);
	free(h->daemon.boot);
	free(h->daemon.statename);
	free(h->daemon.you);
	free(h);
}

struct tui_proc *
tui_host_proc(const struct tui_host *h, const char *key)
{
	return map_get(h->procs, key);
}

struct tui_group *
tui_host_group(const struct tui_host *h, const char *name)
{
	return map_get(h->groups_by_name, name);
}

size_t
tui_host_count(const struct tui_host *h)
{
	return map_count(h->procs);
}

struct tui_group *
tui_host_put_group(struct tui_host *h, const char *name)
{
	struct tui_group *g = tui_host_group(h, name);
	struct tui_model *m = h->model;

	if (g == NULL) {
		g = xcalloc(1, sizeof(*g));
		g->host = h;
		g->name = xstrdup(name);
		g->row = -1;
		g->folded = tui_set_was_folded(m, name);
		if (m->ngroups == m->groups_cap) {
			m->groups_cap = m->groups_cap == 0 ? 16 : m->groups_cap * 2;
			m->groups = xreallocarray(m->groups, m->groups_cap, sizeof(struct tui_group *));
		}
		g->slot = m->ngroups;
		m->groups[m->ngroups++] = g;
		map_put(h->groups_by_name, name, g);
		m->groups_dirty = m->rows_dirty = true;
	}
	g->seen = h->snapshot;
	return g;
}

static void
add_to_group(struct tui_group *g, struct tui_proc *p)
{
	if (g->n == g->cap) {
		g->cap = g->cap == 0 ? 4 : g->cap * 2;
		g->procs = xreallocarray(g->procs, g->cap, sizeof(struct tui_proc *));
	}
	p->group = g;
	p->slot = g->n;
	g->procs[g->n++] = p;
	g->dirty = true;
}

struct tui_proc *
tui_host_put_proc(struct tui_host *h, const char *group, const char *name)
{
	char *key = xasprintf("%s:%s", group, name);
	struct tui_proc *p = tui_host_proc(h, key);

	if (p != NULL) {
		free(key);
		p->group->seen = h->snapshot;
	} else {
		p = xcalloc(1, sizeof(*p));
		p->name = xstrdup(name);
		p->key = key;
		p->display = xstrdup(strcmp(group, name) == 0 ? name : key);
		p->name_columns = tui_text_columns(p->name);
		p->display_columns = tui_text_columns(p->display);
		tui_set(&p->description, "");
		tui_set(&p->spawnerr, "");
		tui_set(&p->who, "");
		tui_set(&p->stdout_logfile, "");
		tui_set(&p->stderr_logfile, "");
		p->cpu = -1;
		p->rss = -1;
		p->row = -1;
		p->state = PROCESS_UNKNOWN;
		p->ill = true;
		add_to_group(tui_host_put_group(h, group), p);
		tui_activity_begin(p);
		map_put(h->procs, key, p);
		h->counts[p->state]++;
		h->ill++;
		h->model->rows_dirty = true;
		h->model->arrivals = true;
	}
	p->seen = h->snapshot;
	return p;
}

void
tui_host_before(struct tui_host *h, struct tui_proc *p)
{
	h->counts[p->state]--;
	h->ill -= tui_proc_is_ill(p);
	h->was_state = p->state;
	h->was_pid = p->pid;
}

/* New, in another state, or started again: its row is lit. What the first snapshot tells is not news; what one after a gap
 * tells is. */
static void
light(const struct tui_host *h, struct tui_proc *p)
{
	bool news = h->snapshot > 1 || (h->snapshot == 1 && !h->in_snapshot);

	if (p->changes > 0 ? p->state != h->was_state || p->pid != h->was_pid : news)
		p->lit_until = h->model->now + h->model->highlight;
}

void
tui_host_after(struct tui_host *h, struct tui_proc *p)
{
	struct tui_model *m = h->model;

	h->counts[p->state]++;
	h->ill += tui_proc_is_ill(p);
	light(h, p);
	p->changes++;
	tui_silence_changed(p);
	tui_rows_changed(m, p);
	tui_alerts_changed(m, p);
	if (!h->in_snapshot)
		tui_actions_changed(m, p);
}

static void
remove_proc(struct tui_host *h, struct tui_proc *p)
{
	struct tui_model *m = h->model;
	struct tui_group *g = p->group;

	tui_actions_removed(m, p);
	tui_marks_removed(m, p->group, p);
	tui_alerts_removed(m, p);
	tui_silence_removed(p);
	h->counts[p->state]--;
	h->ill -= tui_proc_is_ill(p);
	m->nmarked -= p->marked;
	g->procs[p->slot] = g->procs[--g->n];
	g->procs[p->slot]->slot = p->slot;
	g->dirty = true;
	map_del(h->procs, p->key);
	if (m->selected_proc == p) {
		tui_set(&m->gone, p->key);
		m->gone_host = h;
		m->selected_proc = NULL;
		m->selected_group = NULL; /* whatever comes to its row is selected */
	}
	m->rows_dirty = true;
	free_proc(p);
}

void
tui_host_remove_group(struct tui_host *h, struct tui_group *g)
{
	struct tui_model *m = h->model;

	while (g->n > 0)
		remove_proc(h, g->procs[g->n - 1]);
	tui_marks_removed(m, g, NULL);
	map_del(h->groups_by_name, g->name);
	m->groups[g->slot] = m->groups[--m->ngroups];
	m->groups[g->slot]->slot = g->slot;
	m->groups_dirty = m->rows_dirty = true;
	if (m->selected_group == g) {
		tui_set(&m->gone, g->name);
		m->gone_host = h;
		m->selected_group = NULL;
	}
	free_group(g);
}

void
tui_host_empty(struct tui_host *h)
{
	struct tui_model *m = h->model;

	for (size_t i = m->ngroups; i-- > 0;)
		if (m->groups[i]->host == h)
			tui_host_remove_group(h, m->groups[i]);
	h->in_snapshot = false;
	h->bell = (struct tui_bell){0};
}

void
tui_host_begin_snapshot(struct tui_host *h)
{
	h->snapshot++;
	h->in_snapshot = true;
}

void
tui_host_end_snapshot(struct tui_host *h)
{
	struct tui_model *m = h->model;

	if (!h->in_snapshot)
		return;
	h->in_snapshot = false;
	for (size_t i = m->ngroups; i-- > 0;) {
		struct tui_group *g = m->groups[i];

		if (g->host != h)
			continue;
		if (g->seen != h->snapshot) {
			tui_host_remove_group(h, g);
			continue;
		}
		for (size_t j = g->n; j-- > 0;)
			if (g->procs[j]->seen != h->snapshot)
				remove_proc(h, g->procs[j]);
	}
	tui_feed_history_ask(h);
	tui_actions_changed_all(h);
	tui_act_hosts_connected(h);
	/* Until the user does something, the screen shows what needs a hand. */
	if (m->touched == 0 && m->settings.cursor == CURSOR_PROBLEM)
		tui_rows_select_worst(m);
}

bool
tui_proc_is_ill(const struct tui_proc *p)
{
	return p->ill;
}

bool
tui_proc_flaps(const struct tui_proc *p)
{
	return (p->state == PROCESS_RUNNING || p->state == PROCESS_STARTING) &&
	       tui_health_deaths(&p->health, tui_host_time(p->group->host)) >= FLAPPING_DEATHS;
}

size_t
tui_host_flapping(const struct tui_host *h)
{
	size_t pos = 0, n = 0;
	void *p;

	while (map_next(h->procs, &pos, NULL, &p))
		n += tui_proc_flaps(p);
	return n;
}

bool
tui_proc_needs_hand(const struct tui_proc *p)
{
	return tui_proc_is_ill(p) || p->activity.silent || tui_proc_flaps(p);
}

bool
tui_proc_fits(const struct tui_proc *p, const char *pattern)
{
	return fnmatch(pattern, p->key, 0) == 0 || fnmatch(pattern, p->name, 0) == 0;
}

const char *
tui_proc_note(const struct tui_proc *p, char out[TUI_NOTE_MAX])
{
	char clock[TUI_CLOCK_MAX];

	switch (p->state) {
	case PROCESS_EXITED:
		return tui_record_how(p->exitstatus, p->signal, out);
	case PROCESS_RUNNING:
	case PROCESS_STARTING:
	case PROCESS_STOPPING:
		if (p->lost_bytes > 0)
			snprintf(out, TUI_NOTE_MAX, "%" PRId64 " bytes of output lost", p->lost_bytes);
		else if (p->activity.silent)
			snprintf(out, TUI_NOTE_MAX, "no output since %s",
				 tui_clock(p->group->host->model,
					   tui_silence_since(p) - p->group->host->clock_ahead, clock));
		else
			return "";
		return out;
	case PROCESS_STOPPED:
		if (p->who[0] == '\0')
			return p->start > 0 ? "" : "not started";
		snprintf(out, TUI_NOTE_MAX, "by %.*s", TUI_NOTE_MAX - 4, p->who);
		return out;
	case PROCESS_BACKOFF:
	case PROCESS_FATAL:
	case PROCESS_UNKNOWN:
	case PROCESS_NSTATES:
		break;
	}
	return p->spawnerr[0] != '\0' ? p->spawnerr : p->description;
}

bool
tui_group_is_single(const struct tui_group *g)
{
	return g->n == 1 && strcmp(g->procs[0]->name, g->name) == 0;
}

double
tui_host_now(const struct tui_host *h)
{
	return h->model->now + h->clock_ahead;
}

double
tui_host_time(const struct tui_host *h)
{
	if (h->silent || (h->link == LINK_DOWN && h->ever_connected))
		return tui_host_gone_since(h) + h->clock_ahead;
	return tui_host_now(h);
}

bool
tui_host_is_up(const struct tui_host *h)
{
	return h->link == LINK_LIVE || h->link == LINK_POLLING;
}

void
tui_host_heard(struct tui_host *h)
{
	h->heard = h->model->now;
	if (h->silent)
		tui_silence_again(h->model);
	h->silent = false;
}

void
tui_host_silent(struct tui_host *h, double since)
{
	h->silent = true;
	h->silent_since = since;
}

bool
tui_host_is_fresh(const struct tui_host *h)
{
	return tui_host_is_up(h) && !h->silent;
}

double
tui_host_gone_since(const struct tui_host *h)
{
	return h->silent ? h->silent_since : h->link_since;
}

const char *
tui_host_name(const struct tui_host *h)
{
	return h->name;
}

void
tui_host_link(struct tui_host *h, enum tui_link link, const char *error, double retry_at)
{
	struct tui_model *m = h->model;
	bool was_up = tui_host_is_up(h);
	bool is_up = link == LINK_LIVE || link == LINK_POLLING;

	/* The table may have no room for all of it. */
	if (h->awaited && error != NULL)
		tui_act_hosts_failed(h, error);
	else if (error != NULL && (h->link_error == NULL || strcmp(h->link_error, error) != 0))
		tui_note(h, LOOK_WARN, "%s", error);
	tui_set(&h->link_error, error);
	h->retry_at = retry_at;
	if (h->link_since == 0 || was_up != is_up) {
		/* A line that was found dead had been so since it fell silent. */
		h->link_since = was_up && h->silent ? h->silent_since : m->now;
	}
	h->silent = false;
	if (was_up && !is_up)
		tui_actions_disconnected(h);
	h->ever_connected |= is_up;
	if (is_up) {
		h->polled = link == LINK_POLLING;
		tui_silence_again(m);
	}
	if (is_up && h->polled)
		tui_activity_forget(h);
	h->link = link;
}
