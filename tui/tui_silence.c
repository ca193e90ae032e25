/* tui_silence.c: see tui_silence.h. */
#include "autoconf.h"

#include "tui/tui_silence.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_alerts.h"
#include "tui/tui_rows.h"

/* A daemon that has said nothing for 18 s counts as not answering, and samples are 3 s apart: so old may be what is known of
   one that seems to answer. */
#define GRACE 25
#define NEVER 1e300

double
tui_silence_allowed(const struct tui_proc *p)
{
	const struct tui_settings *s = &p->group->host->model->settings;

	for (size_t i = s->nsilences; i-- > 0;)
		if (tui_proc_fits(p, s->silences[i].program))
			return 60.0 * s->silences[i].minutes;
	return 0;
}

double
tui_silence_since(const struct tui_proc *p)
{
	return p->activity.last > p->start ? p->activity.last : p->start;
}

void
tui_silence_normal(const struct tui_proc *p, struct buf *out)
{
	char length[TUI_CELL_MAX];
	double valid = TUI_FOREVER;

	tui_format_age(tui_silence_allowed(p), length, &valid);
	buf_printf(out, "up to %s without output would be normal", length);
}

static void
set_silent(struct tui_proc *p, bool silent)
{
	struct tui_model *m = p->group->host->model;

	if (p->activity.silent == silent)
		return;
	p->activity.silent = silent;
	if (silent)
		m->nsilent++;
	else
		m->nsilent--;
	tui_rows_changed(m, p);
	tui_alerts_changed(m, p);
	tui_overlay_refill(m);
}

/* True: it has fallen silent just now. What is not known stays as it was: a connection that was lost ends no silence. */
static bool
look(struct tui_proc *p)
{
	struct tui_host *h = p->group->host;
	struct tui_model *m = h->model;
	double allowed = tui_silence_allowed(p), left;
	bool was = p->activity.silent;

	if (p->state != PROCESS_RUNNING || allowed <= 0 || h->polled)
		set_silent(p, false);
	else if (p->activity.last >= 0) {
		left = tui_silence_since(p) + allowed + GRACE - tui_host_time(h);
		set_silent(p, left <= 0);
		/* With no answer, time stands still; with the next one all is looked at again. */
		if (left > 0 && tui_host_is_fresh(h) && m->now + left < m->silence_due)
			m->silence_due = m->now + left;
	}
	return p->activity.silent && !was;
}

/* How many have fallen silent, and the first of them. */
static size_t
look_at_all(struct tui_model *m, const struct tui_proc **first)
{
	size_t n = 0;

	m->silence_looked = m->now;
	m->silence_due = NEVER;
	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++)
			if (look(m->groups[i]->procs[j]) && n++ == 0)
				*first = m->groups[i]->procs[j];
	return n;
}

void
tui_silence_told(struct tui_proc *p, bool first)
{
	/* One that was found silent is no news. */
	if (first || p->activity.silent)
		look(p);
}

void
tui_silence_changed(struct tui_proc *p)
{
	look(p);
}

void
tui_silence_removed(struct tui_proc *p)
{
	p->group->host->model->nsilent -= p->activity.silent;
	p->activity.silent = false;
}

void
tui_silence_settle(struct tui_model *m)
{
	const char *hint = tui_hint(m, " (A lists)", "");
	const struct tui_proc *first = NULL;
	char age[TUI_CELL_MAX];
	double valid = TUI_FOREVER;
	size_t n;

	/* A recording's clock may go back. */
	if (m->now < m->silence_due && m->now >= m->silence_looked)
		return;
	n = look_at_all(m, &first);
	if (n == 0)
		return;
	m->bell = true;
	if (n > 1) {
		tui_message(m, LOOK_WARN, "%zu programs have fallen silent%s", n, hint);
		return;
	}
	tui_format_age(tui_host_time(first->group->host) - tui_silence_since(first), age, &valid);
	tui_message(m, LOOK_WARN, "%s: no output for %s%s", first->display, age, hint);
}

void
tui_silence_again(struct tui_model *m)
{
	m->silence_due = 0;
}

size_t
tui_silence_count(const struct tui_model *m)
{
	size_t n = 0;

	if (m->nsilent == 0)
		return 0;
	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; tui_model_shows(m, m->groups[i]->host) && j < m->groups[i]->n; j++)
			n += m->groups[i]->procs[j]->activity.silent &&
			     !tui_proc_flaps(m->groups[i]->procs[j]);
	return n;
}

/* The command */

static const struct tui_overlay_type list_type = {
    .keymap = KEYMAP_OVERLAY,
};

static void
list(struct tui_model *m)
{
	const struct tui_settings *s = &m->settings;
	struct tui_text *t = &m->overlay.text;

	tui_overlay_open(m, &list_type, "silence that is a trouble (:silence MINUTES PATTERN ...)");
	for (size_t i = 0; i < s->nsilences; i++) {
		if (s->silences[i].minutes == 0)
			tui_text_addf(t, LOOK_PLAIN, "   %-30s off", s->silences[i].program);
		else
			tui_text_addf(t, LOOK_PLAIN, "   %-30s %d min", s->silences[i].program,
				      s->silences[i].minutes);
	}
	if (s->nsilences == 0)
		tui_text_add(t, LOOK_DIM, "   none: programs may be silent as long as they like");
	else
		tui_text_add(t, LOOK_DIM, "   of several that fit a program, the last counts");
}

static size_t
count_fits(const struct tui_model *m, const char *pattern)
{
	size_t n = 0;

	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++)
			n += tui_proc_fits(m->groups[i]->procs[j], pattern);
	return n;
}

/* What is selected, as a pattern. The caller frees it; NULL: nothing is. */
static char *
selected(const struct tui_model *m)
{
	if (m->selected_group == NULL)
		return NULL;
	return m->selected_proc != NULL ? xstrdup(m->selected_proc->key)
					: xasprintf("%s:*", m->selected_group->name);
}

/* The next word at *at; the caller frees it; NULL: there is none. */
static char *
next_word(const char **at)
{
	const char *begin = *at + strspn(*at, " \t");
	size_t len = strcspn(begin, " \t");

	*at = begin + len;
	return len == 0 ? NULL : xstrndup(begin, len);
}

void
tui_silence_command(struct tui_model *m, const char *rest)
{
	char *minutes = next_word(&rest), *pattern = NULL;
	const struct tui_proc *first = NULL;
	struct err err = ERR_INIT;
	size_t n = 0;
	bool ok = true;

	if (minutes == NULL) {
		list(m);
		return;
	}
	pattern = next_word(&rest);
	if (pattern == NULL)
		pattern = selected(m);
	for (; ok && pattern != NULL; free(pattern), pattern = next_word(&rest)) {
		ok = tui_settings_silence(&m->settings, pattern, minutes, &err);
		n += count_fits(m, pattern);
	}
	look_at_all(m, &first);
	if (!ok)
		tui_message(m, LOOK_BAD, "%s", err_text(&err));
	else if (n == 0)
		tui_message(m, LOOK_WARN, "silence: no program has a name like that yet");
	else if (tui_model_host(m)->polled)
		tui_message(
		    m, LOOK_WARN,
		    "silence: this daemon does not tell what is written: it is Supervisor's own, and polled");
	else if (strcmp(minutes, "off") == 0)
		tui_message(m, LOOK_OK, "%zu program%s may be silent as long as %s", n, n == 1 ? "" : "s",
			    n == 1 ? "it likes" : "they like");
	else
		tui_message(m, LOOK_OK, "%zu program%s: %s min without output will be among the troubles%s",
			    n, n == 1 ? "" : "s", minutes, tui_hint(m, " (A)", ""));
	free(pattern);
	free(minutes);
	err_release(&err);
}
