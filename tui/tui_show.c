/* tui_show.c: see tui_show.h. */
#include "autoconf.h"

#include "tui/tui_show.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_logpane.h"
#include "tui/tui_rows.h"

void
tui_show_init(struct tui_show *show)
{
	*show = (struct tui_show){.channels = TUI_CHANNELS_BOTH, .shown = TUI_CHANNELS_STDOUT};
}

void
tui_show_release(struct tui_show *show)
{
	free(show->key);
	free(show->passed_key);
}

/* Sources */

/* The programs that belong to what is shown, counted while their sources are put. */
struct gathering {
	struct tui_model *m;
	size_t logs;
	size_t programs;
	size_t followed;
	unsigned channels; /* that are looked for */
	unsigned shown;    /* that there are */
	bool several_hosts;
	bool changed;
	bool counting; /* no more than that */
};

static void
gather_log(struct gathering *g, struct tui_host *host, const char *key, enum channel channel,
	   const char *label)
{
	struct tui_log *log = &g->m->logpane.log;
	struct tui_source *s;
	unsigned slot;

	g->logs++;
	if (g->counting || g->followed == TUI_SHOW_MAX)
		return;
	slot = tui_log_put_source(log, host, key, channel);
	if (slot == TUI_LOG_NO_SOURCE)
		return;
	g->followed++;
	s = log->sources[slot];
	g->changed |= !s->followed;
	if (!s->followed) {
		s->live_since = s->opened = tui_host_now(host);
		s->ahead = host->clock_ahead;
		s->written = 0;
	}
	s->followed = s->wanted = true;
	s->colour = (unsigned)g->programs;
	if (strcmp(s->label, label) != 0)
		tui_set(&s->label, label);
}

/* What a program has a log of. One that is not there (any more) stays as it is shown. */
static unsigned
channels_of(const struct gathering *g, const struct tui_host *host, const char *key)
{
	const struct tui_log *log = &g->m->logpane.log;
	const struct tui_proc *p = tui_host_proc(host, key);
	unsigned channels = 0;

	if (p != NULL)
		return (p->stdout_logfile[0] != '\0' ? TUI_CHANNELS_STDOUT : 0U) |
		       (p->stderr_logfile[0] != '\0' ? TUI_CHANNELS_STDERR : 0U);
	for (size_t i = 0; i < log->nsources; i++) {
		const struct tui_source *s = log->sources[i];

		if (s->followed && tui_source_is_of(s, host, key))
			channels |= 1U << s->channel;
	}
	return channels;
}

static void
gather_program(struct gathering *g, struct tui_host *host, const char *key, const char *label)
{
	char *full = g->several_hosts ? xasprintf("%s/%s", tui_host_name(host), label) : NULL;
	unsigned channels = g->channels;

	if (!g->m->logpane.show.chosen)
		channels &= channels_of(g, host, key);
	if (channels == 0)
		channels = TUI_CHANNELS_STDOUT;
	for (int c = 0; c < NCHANNELS; c++)
		if ((channels & (1U << c)) != 0)
			gather_log(g, host, key, (enum channel)c, full != NULL ? full : label);
	g->shown |= channels;
	g->programs++;
	free(full);
}

static void
gather_group(struct gathering *g)
{
	const struct tui_show *show = &g->m->logpane.show;
	struct tui_group *group = tui_host_group(show->host, show->key);

	for (size_t i = 0; group != NULL && i < group->n; i++)
		gather_program(g, show->host, group->procs[i]->key, group->procs[i]->name);
}

static bool
marks_are_of_several_hosts(const struct tui_model *m)
{
	const struct tui_host *one = NULL;

	for (size_t i = 0; m->nhosts > 1 && i < m->ngroups; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++) {
			if (!m->groups[i]->procs[j]->marked)
				continue;
			if (one != NULL && one != m->groups[i]->host)
				return true;
			one = m->groups[i]->host;
		}
	return false;
}

static void
gather_marked(struct gathering *g)
{
	const struct tui_model *m = g->m;

	g->several_hosts = marks_are_of_several_hosts(m);
	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++) {
			const struct tui_proc *p = m->groups[i]->procs[j];

			if (p->marked)
				gather_program(g, m->groups[i]->host, p->key, p->display);
		}
}

static void
gather_program_shown(struct gathering *g)
{
	const struct tui_show *show = &g->m->logpane.show;
	const struct tui_proc *p = tui_host_proc(show->host, show->key);

	gather_program(g, show->host, show->key, p != NULL ? p->display : show->key);
}

/* Who has gone stays as it is: what it said last is still of interest, and it may come back. */
static bool
stays(const struct tui_model *m)
{
	const struct tui_show *show = &m->logpane.show;

	return show->kind == TUI_SHOW_NOTHING || show->kind == TUI_SHOW_AROUND ||
	       (show->kind == TUI_SHOW_MARKED && m->nmarked == 0) ||
	       (show->kind == TUI_SHOW_GROUP && tui_host_group(show->host, show->key) == NULL);
}

static void
say_too_many(struct tui_model *m, size_t logs)
{
	struct tui_show *show = &m->logpane.show;

	if (logs > TUI_SHOW_MAX && show->wanted <= TUI_SHOW_MAX)
		tui_message(m, LOOK_WARN, "%d of %zu logs are shown: mark those that matter, then l",
			    TUI_SHOW_MAX, logs);
}

static void
gather(struct gathering *g)
{
	const struct tui_show *show = &g->m->logpane.show;

	switch (show->kind) {
	case TUI_SHOW_PROGRAM:
		gather_program_shown(g);
		break;
	case TUI_SHOW_GROUP:
		gather_group(g);
		break;
	case TUI_SHOW_MARKED:
		gather_marked(g);
		break;
	case TUI_SHOW_MAIN:
		gather_log(g, show->host, "", CHANNEL_STDOUT, "supervisord");
		break;
	case TUI_SHOW_NOTHING:
	case TUI_SHOW_AROUND:
		break;
	}
}

/* Rather stdout of all programs than both of some of them, unless somebody has said so. */
static unsigned
channels_that_fit(struct tui_model *m)
{
	const struct tui_show *show = &m->logpane.show;
	struct gathering g = {.m = m, .channels = show->channels, .counting = true};

	if (show->chosen || (show->kind != TUI_SHOW_GROUP && show->kind != TUI_SHOW_MARKED))
		return show->channels;
	gather(&g);
	return g.logs > TUI_SHOW_MAX ? TUI_CHANNELS_STDOUT : show->channels;
}

static void
update_sources(struct tui_model *m)
{
	struct tui_show *show = &m->logpane.show;
	struct tui_log *log = &m->logpane.log;
	struct gathering g = {.m = m};

	if (stays(m))
		return;
	for (size_t i = 0; i < log->nsources; i++)
		log->sources[i]->wanted = false;
	g.channels = channels_that_fit(m);
	gather(&g);
	for (size_t i = 0; i < log->nsources; i++) {
		struct tui_source *s = log->sources[i];

		g.changed |= s->followed != s->wanted;
		s->followed = s->wanted;
	}
	say_too_many(m, g.logs);
	show->wanted = g.logs;
	show->programs = g.programs;
	if (g.shown != 0)
		show->shown = g.shown;
	if (g.changed)
		tui_request(&m->requests, REQUEST_FOLLOW, "");
}

/* What is shown */

static bool
is_shown(const struct tui_show *show, enum tui_show_kind kind, const struct tui_host *host, const char *key)
{
	return show->kind == kind && show->host == host && (key == NULL) == (show->key == NULL) &&
	       (key == NULL || strcmp(show->key, key) == 0);
}

/* Of a log that was followed until now, text may still be on its way: that of the new following begins with the end of
   the file, or when the daemon has answered. */
static void
wait_for_answer(struct tui_log *log, const struct tui_source *old)
{
	unsigned slot = tui_log_find_source(log, old->host, old->name);

	if (slot != TUI_LOG_NO_SOURCE && old->followed)
		log->sources[slot]->live = false;
}

static void
begin(struct tui_model *m)
{
	struct tui_log *log = &m->logpane.log;
	struct tui_source **old;
	size_t n;

	m->logpane.show.wanted = 0;
	m->logpane.show.turn++;
	tui_logpane_reset(&m->logpane);
	old = tui_log_take_sources(log, &n);
	update_sources(m);
	while (n > 0) {
		wait_for_answer(log, old[--n]);
		tui_source_free(old[n]);
	}
	free(old);
}

static void
show_other(struct tui_model *m, enum tui_show_kind kind, struct tui_host *host, const char *key)
{
	struct tui_show *show = &m->logpane.show;

	if (is_shown(show, kind, host, key))
		return;
	show->kind = kind;
	show->host = host;
	tui_set(&show->key, key);
	begin(m);
}

void
tui_show_again(struct tui_model *m)
{
	begin(m);
}

/* Why a program is ill is as often in its stderr as in its stdout, whatever the setting is. */
static enum tui_channels
channels_for(const struct tui_model *m, const struct tui_proc *p)
{
	bool both = m->settings.channels == LOGS_BOTH || (p != NULL && tui_proc_is_ill(p));

	return both ? TUI_CHANNELS_BOTH : TUI_CHANNELS_STDOUT;
}

static void
show_programs(struct tui_model *m, enum tui_show_kind kind, struct tui_host *host, const char *key)
{
	struct tui_show *show = &m->logpane.show;

	if (!show->chosen && !is_shown(show, kind, host, key))
		show->channels = channels_for(m, kind == TUI_SHOW_PROGRAM ? tui_host_proc(host, key) : NULL);
	show_other(m, kind, host, key);
}

void
tui_show_program(struct tui_model *m, struct tui_host *host, const char *key)
{
	show_programs(m, TUI_SHOW_PROGRAM, host, key);
}

void
tui_show_group(struct tui_model *m, const struct tui_group *g)
{
	show_programs(m, TUI_SHOW_GROUP, g->host, g->name);
}

void
tui_show_marked(struct tui_model *m)
{
	show_programs(m, TUI_SHOW_MARKED, NULL, NULL);
}

void
tui_show_main(struct tui_model *m, struct tui_host *host)
{
	show_other(m, TUI_SHOW_MAIN, host, NULL);
}

void
tui_show_around(struct tui_model *m, struct tui_host *host, const char *key)
{
	struct tui_logpane *p = &m->logpane;

	p->show.kind = TUI_SHOW_AROUND;
	p->show.host = host;
	tui_set(&p->show.key, key);
	begin(m);
	for (int c = 0; c < NCHANNELS; c++) {
		unsigned slot = tui_log_put_source(&p->log, host, key, (enum channel)c);

		p->log.sources[slot]->followed =
		    true; /* else the next one takes its slot, as it has no lines */
	}
	for (int c = 0; c < NCHANNELS; c++)
		p->log.sources[c]->followed = false;
	p->follow = false;
	p->show.programs = 1;
	p->show.shown = TUI_CHANNELS_BOTH;
	tui_request(&m->requests, REQUEST_FOLLOW, "");
}

/* Has the selection come to another program? */
static bool
is_passed(struct tui_show *show, const struct tui_proc *p)
{
	if (show->passed_host == p->group->host && show->passed_key != NULL &&
	    strcmp(show->passed_key, p->key) == 0)
		return false;
	show->passed_host = p->group->host;
	tui_set(&show->passed_key, p->key);
	return true;
}

/* On a group's head the pane stays with what it showed, if that is there. */
static const struct tui_proc *
instead_of_head(const struct tui_model *m, const struct tui_group *g)
{
	const struct tui_show *show = &m->logpane.show;
	bool gone = show->kind == TUI_SHOW_PROGRAM && tui_host_proc(show->host, show->key) == NULL;

	return (show->kind == TUI_SHOW_NOTHING || gone) && g->n > 0 ? g->procs[0] : NULL;
}

void
tui_show_settle(struct tui_model *m)
{
	struct tui_show *show = &m->logpane.show;
	const struct tui_row *row = tui_rows_selected(m);
	const struct tui_proc *p = row == NULL ? NULL : row->proc;
	bool busy = m->focus == PANE_LOG && show->kind > TUI_SHOW_PROGRAM;

	if (p != NULL && !is_passed(show, p))
		p = NULL;
	else if (row != NULL && p == NULL)
		p = instead_of_head(m, row->group);
	if (p != NULL && !busy)
		tui_show_program(m, p->group->host, p->key);
	if (show->kind == TUI_SHOW_AROUND && m->logpane.follow)
		tui_show_program(m, show->host, show->key); /* from then on to the present */
	update_sources(m);
}

void
tui_show_next_channels(struct tui_model *m)
{
	static const enum tui_channels next[] = {
	    [TUI_CHANNELS_STDOUT] = TUI_CHANNELS_STDERR,
	    [TUI_CHANNELS_STDERR] = TUI_CHANNELS_BOTH,
	    [TUI_CHANNELS_BOTH] = TUI_CHANNELS_STDOUT,
	};
	struct tui_show *show = &m->logpane.show;

	tui_show_settle(m); /* of what is selected by now */
	if (show->kind == TUI_SHOW_NOTHING || show->kind == TUI_SHOW_AROUND)
		return;
	if (show->kind == TUI_SHOW_MAIN) {
		tui_message(m, LOOK_PLAIN, "the daemon's own log is one, without stdout and stderr");
		return;
	}
	show->channels = next[show->chosen ? show->channels : show->shown];
	show->chosen = true;
	begin(m);
}

void
tui_show_followed(struct tui_host *h, unsigned turn)
{
	struct tui_logpane *p = &h->model->logpane;

	for (size_t i = 0; turn == p->show.turn && i < p->log.nsources; i++)
		if (p->log.sources[i]->host == h)
			p->log.sources[i]->live = true;
}

/* Questions */

struct tui_proc *
tui_show_proc(const struct tui_model *m)
{
	const struct tui_show *show = &m->logpane.show;

	return show->kind == TUI_SHOW_PROGRAM ? tui_host_proc(show->host, show->key) : NULL;
}

unsigned
tui_show_source(const struct tui_model *m)
{
	const struct tui_log *log = &m->logpane.log;
	unsigned one = TUI_LOG_NO_SOURCE;

	for (size_t i = 0; i < log->nsources; i++) {
		if (!log->sources[i]->followed)
			continue;
		if (one != TUI_LOG_NO_SOURCE)
			return TUI_LOG_NO_SOURCE;
		one = (unsigned)i;
	}
	return one;
}

char *
tui_show_title(const struct tui_model *m)
{
	static const char *const channels[] = {
	    [TUI_CHANNELS_STDOUT] = "stdout",
	    [TUI_CHANNELS_STDERR] = "stderr",
	    [TUI_CHANNELS_BOTH] = "stdout and stderr",
	};
	const struct tui_show *show = &m->logpane.show;
	const struct tui_proc *p;
	char moment[TUI_MOMENT_MAX];

	switch (show->kind) {
	case TUI_SHOW_NOTHING:
		break;
	case TUI_SHOW_PROGRAM:
		p = tui_show_proc(m);
		return xasprintf("%s %s", p != NULL ? p->display : show->key, channels[show->shown]);
	case TUI_SHOW_GROUP:
		if (show->wanted > TUI_SHOW_MAX)
			return xasprintf("group %s, %d of %zu logs", show->key, TUI_SHOW_MAX, show->wanted);
		return xasprintf("group %s, %zu programs, %s", show->key, show->programs,
				 channels[show->shown]);
	case TUI_SHOW_MARKED:
		if (show->wanted > TUI_SHOW_MAX)
			return xasprintf("%d of %zu logs of marked programs", TUI_SHOW_MAX, show->wanted);
		return xasprintf("%zu marked programs, %s", show->programs, channels[show->shown]);
	case TUI_SHOW_AROUND:
		p = tui_host_proc(show->host, show->key);
		return xasprintf("%s around %s", p != NULL ? p->display : show->key,
				 tui_moment(m, m->logpane.around.time - show->host->clock_ahead, moment));
	case TUI_SHOW_MAIN:
		return xasprintf("supervisord on %s, its own log", tui_host_name(show->host));
	}
	return xstrdup("log");
}
