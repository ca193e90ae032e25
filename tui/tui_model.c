/* tui_model.c: see tui_model.h. */
#include "autoconf.h"

#include "tui/tui_model.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_actions.h"

void
tui_set(char **text, const char *value)
{
	char *copy = value == NULL ? NULL : xstrdup(value);

	free(*text);
	*text = copy;
}

void
tui_message(struct tui_model *m, enum tui_look look, const char *fmt, ...)
{
	va_list ap;

	free(m->message);
	va_start(ap, fmt);
	m->message = xvasprintf(fmt, ap);
	va_end(ap);
	m->message_look = look;
	m->message_job = NULL;
	m->message_time = m->now;
}

const char *
tui_clock(const struct tui_model *m, double time, char out[TUI_CLOCK_MAX])
{
	int64_t s = (int64_t)time + m->utc_offset;

	s %= 86400;
	if (s < 0)
		s += 86400;
	snprintf(out, TUI_CLOCK_MAX, "%02d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
	return out;
}

void
tui_model_init(struct tui_model *m)
{
	*m = (struct tui_model){
	    .theme = &tui_theme_colour,
	    .glyphs = &tui_glyphs_utf8,
	    .link = LINK_CONNECTING,
	    .sort = COLUMN_NAME,
	    .page = 1,
	    .logpane = {.follow = true},
	};
	m->procs = map_new();
	m->groups_by_name = map_new();
	tui_set(&m->where, "");
	tui_set(&m->daemon.identification, "");
	tui_set(&m->daemon.version, "");
	tui_set(&m->daemon.host, "");
	tui_set(&m->daemon.boot, "");
	tui_set(&m->daemon.statename, "");
	m->daemon.load[0] = -1;
	tui_set(&m->filter, "");
	tui_set(&m->pattern, "");
	tui_set(&m->message, "");
	tui_set(&m->logpane.pattern, "");
	tui_log_init(&m->logpane.log, TUI_LOG_LINES, TUI_LOG_BYTES);
	tui_prompt_init(&m->prompt);
	buf_init(&m->overlay.partial, TUI_LOG_LINE_MAX);
}

static void
free_proc(struct tui_proc *p)
{
	free(p->name);
	free(p->key);
	free(p->display);
	free(p->description);
	free(p->spawnerr);
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

void
tui_model_release(struct tui_model *m)
{
	struct tui_request *r;

	tui_actions_release(m);
	for (size_t i = 0; i < m->ngroups; i++) {
		for (size_t j = 0; j < m->groups[i]->n; j++)
			free_proc(m->groups[i]->procs[j]);
		free_group(m->groups[i]);
	}
	free(m->groups);
	free(m->rows);
	map_free(m->procs);
	map_free(m->groups_by_name);
	free(m->where);
	free(m->link_error);
	free(m->daemon.identification);
	free(m->daemon.version);
	free(m->daemon.host);
	free(m->daemon.boot);
	free(m->daemon.statename);
	free(m->filter);
	free(m->pattern);
	free(m->gone);
	free(m->message);
	free(m->logpane.pattern);
	free(m->logpane.subject);
	tui_log_release(&m->logpane.log);
	tui_text_release(&m->overlay.text);
	tui_text_release(&m->overlay.history);
	free(m->overlay.title);
	free(m->overlay.subject);
	buf_release(&m->overlay.partial);
	tui_prompt_release(&m->prompt);
	while ((r = tui_request_take(&m->requests)) != NULL)
		tui_request_free(r);
}

struct tui_proc *
tui_model_proc(const struct tui_model *m, const char *key)
{
	return map_get(m->procs, key);
}

struct tui_group *
tui_model_group(const struct tui_model *m, const char *name)
{
	return map_get(m->groups_by_name, name);
}

size_t
tui_model_count(const struct tui_model *m)
{
	return map_count(m->procs);
}

struct tui_group *
tui_model_put_group(struct tui_model *m, const char *name)
{
	struct tui_group *g = tui_model_group(m, name);

	if (g == NULL) {
		g = xcalloc(1, sizeof(*g));
		g->name = xstrdup(name);
		g->row = -1;
		if (m->ngroups == m->groups_cap) {
			m->groups_cap = m->groups_cap == 0 ? 16 : m->groups_cap * 2;
			m->groups = xreallocarray(m->groups, m->groups_cap, sizeof(struct tui_group *));
		}
		g->slot = m->ngroups;
		m->groups[m->ngroups++] = g;
		map_put(m->groups_by_name, name, g);
		m->groups_dirty = m->rows_dirty = true;
	}
	g->seen = m->snapshot;
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
tui_model_put_proc(struct tui_model *m, const char *group, const char *name)
{
	char *key = xasprintf("%s:%s", group, name);
	struct tui_proc *p = tui_model_proc(m, key);

	if (p != NULL) {
		free(key);
		p->group->seen = m->snapshot;
	} else {
		p = xcalloc(1, sizeof(*p));
		p->name = xstrdup(name);
		p->key = key;
		p->display = xstrdup(strcmp(group, name) == 0 ? name : key);
		tui_set(&p->description, "");
		tui_set(&p->spawnerr, "");
		tui_set(&p->stdout_logfile, "");
		tui_set(&p->stderr_logfile, "");
		p->cpu = -1;
		p->rss = -1;
		p->row = -1;
		p->state = PROCESS_UNKNOWN;
		add_to_group(tui_model_put_group(m, group), p);
		map_put(m->procs, key, p);
		m->counts[p->state]++;
		m->ill++;
		m->rows_dirty = true;
	}
	p->seen = m->snapshot;
	return p;
}

void
tui_model_before(struct tui_model *m, struct tui_proc *p)
{
	m->counts[p->state]--;
	m->ill -= tui_proc_is_ill(p);
}

void
tui_model_after(struct tui_model *m, struct tui_proc *p)
{
	m->counts[p->state]++;
	m->ill += tui_proc_is_ill(p);
	p->changes++;
	if (m->only_ill || m->sort != COLUMN_NAME || m->filter[0] != '\0')
		m->rows_dirty = true;
	if (!m->in_snapshot)
		tui_actions_changed(m, p);
}

static void
remove_proc(struct tui_model *m, struct tui_proc *p)
{
	struct tui_group *g = p->group;

	tui_actions_removed(m, p);
	m->counts[p->state]--;
	m->ill -= tui_proc_is_ill(p);
	m->nmarked -= p->marked;
	g->procs[p->slot] = g->procs[--g->n];
	g->procs[p->slot]->slot = p->slot;
	g->dirty = true;
	map_del(m->procs, p->key);
	if (m->selected_proc == p) {
		tui_set(&m->gone, p->key);
		m->selected_proc = NULL;
		m->selected_group = NULL; /* whatever comes to its row is selected */
	}
	m->rows_dirty = true;
	free_proc(p);
}

void
tui_model_remove_group(struct tui_model *m, struct tui_group *g)
{
	while (g->n > 0)
		remove_proc(m, g->procs[g->n - 1]);
	map_del(m->groups_by_name, g->name);
	m->groups[g->slot] = m->groups[--m->ngroups];
	m->groups[g->slot]->slot = g->slot;
	m->groups_dirty = m->rows_dirty = true;
	if (m->selected_group == g) {
		tui_set(&m->gone, g->name);
		m->selected_group = NULL;
	}
	free_group(g);
}

void
tui_model_begin_snapshot(struct tui_model *m)
{
	m->snapshot++;
	m->in_snapshot = true;
}

void
tui_model_end_snapshot(struct tui_model *m)
{
	if (!m->in_snapshot)
		return;
	m->in_snapshot = false;
	for (size_t i = m->ngroups; i-- > 0;) {
		struct tui_group *g = m->groups[i];

		if (g->seen != m->snapshot) {
			tui_model_remove_group(m, g);
			continue;
		}
		for (size_t j = g->n; j-- > 0;)
			if (g->procs[j]->seen != m->snapshot)
				remove_proc(m, g->procs[j]);
	}
	tui_actions_changed_all(m);
}

bool
tui_proc_is_ill(const struct tui_proc *p)
{
	switch (p->state) {
	case PROCESS_BACKOFF:
	case PROCESS_FATAL:
	case PROCESS_UNKNOWN:
		return true;
	case PROCESS_EXITED:
		return p->exitstatus != 0 || p->signal != 0;
	case PROCESS_STOPPED:
	case PROCESS_STARTING:
	case PROCESS_RUNNING:
	case PROCESS_STOPPING:
	case PROCESS_NSTATES:
		break;
	}
	return false;
}

const char *
tui_proc_note(const struct tui_proc *p, char out[TUI_NOTE_MAX])
{
	switch (p->state) {
	case PROCESS_EXITED:
		if (p->signal != 0)
			snprintf(out, TUI_NOTE_MAX, "killed by signal %" PRId64, p->signal);
		else
			snprintf(out, TUI_NOTE_MAX, "exit %" PRId64, p->exitstatus);
		return out;
	case PROCESS_RUNNING:
	case PROCESS_STARTING:
	case PROCESS_STOPPING:
		if (p->lost_bytes == 0)
			return "";
		snprintf(out, TUI_NOTE_MAX, "%" PRId64 " bytes of output lost", p->lost_bytes);
		return out;
	case PROCESS_STOPPED:
		return p->start > 0 ? "" : "not started";
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
tui_model_time(const struct tui_model *m)
{
	return m->link == LINK_DOWN && m->ever_connected ? m->link_since : m->now;
}

/* Says once that the daemon is gone or back; the head line shows the rest. */
void
tui_model_link(struct tui_model *m, enum tui_link link, const char *error, double retry_at)
{
	bool was_up = m->link == LINK_LIVE || m->link == LINK_POLLING;
	bool is_up = link == LINK_LIVE || link == LINK_POLLING;
	char age[TUI_CELL_MAX];
	double valid = 1e9;

	tui_set(&m->link_error, error);
	m->retry_at = retry_at;
	if (m->link_since == 0 || was_up != is_up) {
		if (is_up && m->ever_connected) {
			tui_format_age(m->now - m->link_since, age, &valid);
			tui_message(m, LOOK_OK, "connected again after %s", age);
		}
		m->link_since = m->now;
	}
	if (was_up && !is_up)
		tui_actions_disconnected(m);
	m->ever_connected |= is_up;
	if (is_up)
		m->polled = link == LINK_POLLING;
	m->link = link;
}
