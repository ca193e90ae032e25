/* tui_targets.c: see tui_targets.h. */
#include "autoconf.h"

#include "tui/tui_targets.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_details.h"
#include "tui/tui_rows.h"

#define NAMES_IN_QUESTION 20

/* What the open prompt is about. */
struct tui_asked {
	enum tui_verb verb;
	struct victim {
		struct tui_host *host;
		char *key; /* owned */
	} * victims;       /* owned */
	size_t n;
	struct tui_host *host; /* or a call to this daemon */
	const char *method;
	enum tui_tag tag;
	char *word; /* that has to be typed, or NULL; owned */
	char *text; /* to come back to; owned */
};

static struct tui_asked *
new_asked(struct tui_model *m)
{
	tui_targets_forget(m);
	m->asked = xcalloc(1, sizeof(*m->asked));
	return m->asked;
}

void
tui_targets_forget(struct tui_model *m)
{
	struct tui_asked *asked = m->asked;

	m->asked = NULL;
	if (asked == NULL)
		return;
	for (size_t i = 0; i < asked->n; i++)
		free(asked->victims[i].key);
	free(asked->victims);
	free(asked->word);
	free(asked->text);
	free(asked);
}

void
tui_targets_remember(struct tui_model *m, const char *text)
{
	new_asked(m)->text = xstrdup(text);
}

const char *
tui_targets_remembered(const struct tui_model *m)
{
	return m->asked == NULL || m->asked->text == NULL ? "" : m->asked->text;
}

static void
ask(struct tui_model *m, const char *what)
{
	const struct tui_asked *asked = m->asked;
	struct buf label = BUF_INIT(TUI_PROMPT_MAX);

	buf_printf(&label, "%s %zu process%s", tui_verb_name(asked->verb), asked->n,
		   asked->n == 1 ? "" : "es");
	if (what != NULL)
		buf_printf(&label, " of %s", what);
	buf_puts(&label, ": ");
	for (size_t i = 0; i < asked->n && i < NAMES_IN_QUESTION; i++) {
		const struct tui_proc *p = tui_host_proc(asked->victims[i].host, asked->victims[i].key);

		if (p != NULL)
			buf_printf(&label, "%s%s", i == 0 ? "" : ", ", what != NULL ? p->name : p->display);
	}
	if (asked->n > NAMES_IN_QUESTION)
		buf_puts(&label, ", ...");
	tui_prompt_open(&m->prompt, PROMPT_CONFIRM, buf_str(&label), "");
	buf_release(&label);
}

void
tui_targets_act_on(struct tui_model *m, enum tui_verb verb, struct tui_proc *const *procs, size_t n,
		   const char *what)
{
	struct tui_asked *asked = new_asked(m);

	asked->verb = verb;
	asked->victims = xcalloc(n + 1, sizeof(*asked->victims));
	for (; asked->n < n; asked->n++)
		asked->victims[asked->n] = (struct victim){
		    .host = procs[asked->n]->group->host,
		    .key = xstrdup(procs[asked->n]->key),
		};
	if (n > 1)
		ask(m, what);
	else
		tui_targets_confirmed(m, "");
}

/* A group's processes, or the marked ones, in the order of the table. */
static size_t
collect(const struct tui_model *m, const struct tui_group *only, struct tui_proc ***procs)
{
	size_t n = 0;

	*procs = xcalloc(tui_model_total(m) + 1, sizeof(struct tui_proc *));
	for (size_t i = 0; i < m->ngroups; i++) {
		const struct tui_group *g = m->groups[i];

		for (size_t j = 0; j < g->n; j++)
			if (only != NULL ? g == only : g->procs[j]->marked)
				(*procs)[n++] = g->procs[j];
	}
	return n;
}

static void
act_on_group(struct tui_model *m, enum tui_verb verb, const struct tui_group *g)
{
	char *what = xasprintf("group %s", g->name);
	struct tui_proc **procs;
	size_t n = collect(m, g, &procs);

	if (n == 0)
		tui_message(m, LOOK_PLAIN, "%s has no programs", what);
	else
		tui_targets_act_on(m, verb, procs, n, what);
	free(procs);
	free(what);
}

/* In its details and in the log, the program that they show is meant. */
static struct tui_proc *
program_shown(const struct tui_model *m)
{
	struct tui_proc *subject = tui_details_subject(m);

	if (subject != NULL)
		return subject;
	return m->focus == PANE_LOG ? tui_show_proc(m) : NULL;
}

void
tui_targets_act(struct tui_model *m, enum tui_verb verb)
{
	struct tui_proc *one = program_shown(m), **procs;
	size_t n;

	if (one == NULL && m->nmarked > 0) {
		n = collect(m, NULL, &procs);
		tui_targets_act_on(m, verb, procs, n, NULL);
		free(procs);
		return;
	}
	if (one == NULL && m->selected_proc == NULL) {
		act_on_group(m, verb, m->selected_group);
		return;
	}
	if (one == NULL)
		one = m->selected_proc;
	tui_targets_act_on(m, verb, &one, 1, NULL);
}

void
tui_targets_start_group(struct tui_model *m)
{
	act_on_group(m, VERB_START, m->selected_group);
}

static void
set_mark(struct tui_model *m, struct tui_proc *p, bool marked)
{
	m->nmarked -= p->marked;
	p->marked = marked;
	m->nmarked += p->marked;
}

void
tui_targets_toggle(struct tui_model *m)
{
	struct tui_group *g = m->selected_group;
	bool all = true;

	if (m->selected_proc != NULL) {
		set_mark(m, m->selected_proc, !m->selected_proc->marked);
		return;
	}
	/* A group's head marks all of it, or none when all are marked. */
	for (size_t i = 0; i < g->n; i++)
		all = all && g->procs[i]->marked;
	for (size_t i = 0; i < g->n; i++)
		set_mark(m, g->procs[i], !all);
}

void
tui_targets_mark_shown(struct tui_model *m)
{
	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++)
			if (tui_rows_shows(m, m->groups[i]->procs[j]))
				set_mark(m, m->groups[i]->procs[j], true);
}

void
tui_targets_unmark(struct tui_model *m)
{
	m->range.on = false;
	for (size_t i = 0; i < m->ngroups && m->nmarked > 0; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++)
			set_mark(m, m->groups[i]->procs[j], false);
}

void
tui_targets_ask_call(struct tui_host *h, enum tui_tag tag, const char *method, const char *question,
		     const char *word)
{
	struct tui_model *m = h->model;
	struct tui_asked *asked = new_asked(m);

	asked->host = h;
	asked->method = method;
	asked->tag = tag;
	tui_set(&asked->word, word);
	tui_prompt_open(&m->prompt, word == NULL ? PROMPT_CONFIRM : PROMPT_WORD, question, "");
}

/* One for each daemon. Whoever has gone meanwhile is passed over. */
static void
begin_jobs(struct tui_model *m, const struct tui_asked *asked)
{
	struct tui_proc **procs = xcalloc(asked->n + 1, sizeof(struct tui_proc *));

	for (size_t i = 0; i < m->nhosts; i++) {
		struct tui_host *h = m->hosts[i];
		size_t n = 0;

		for (size_t v = 0; v < asked->n; v++) {
			if (asked->victims[v].host != h)
				continue;
			procs[n] = tui_host_proc(h, asked->victims[v].key);
			n += procs[n] != NULL;
		}
		if (n > 0 && !tui_host_is_up(h))
			tui_message(m, LOOK_WARN, "the daemon does not answer: nothing was asked");
		else if (n > 0)
			tui_job_begin(h, asked->verb, procs, n);
	}
	free(procs);
}

void
tui_targets_confirmed(struct tui_model *m, const char *text)
{
	struct tui_asked *asked = m->asked;

	if (asked == NULL)
		return;
	if (asked->word != NULL && strcmp(asked->word, text) != 0)
		tui_message(m, LOOK_PLAIN, "that was not '%s': nothing was done", asked->word);
	else if (asked->method != NULL && !tui_host_is_up(asked->host))
		tui_message(m, LOOK_WARN, "the daemon does not answer: nothing was asked");
	else if (asked->method != NULL) {
		tui_message(m, LOOK_PLAIN, "%s asked", asked->tag == TAG_SHUTDOWN ? "shutdown" : "reload");
		tui_request_call(asked->host, asked->tag, ++m->tickets, asked->method, NULL);
	} else {
		begin_jobs(m, asked);
		if (asked->n > 1)
			tui_targets_unmark(m);
	}
	tui_targets_forget(m);
}
