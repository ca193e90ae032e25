/* tui_targets.c: see tui_targets.h. */
#include "autoconf.h"

#include "tui/tui_targets.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_rows.h"

#define NAMES_IN_QUESTION 20

/* What the open prompt is about. */
struct tui_asked {
	enum tui_verb verb;
	char **keys; /* of the victims; owned */
	size_t n;
	const char *method; /* or this call */
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
		free(asked->keys[i]);
	free(asked->keys);
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
		const struct tui_proc *p = tui_model_proc(m, asked->keys[i]);

		if (p != NULL)
			buf_printf(&label, "%s%s", i == 0 ? "" : ", ", what != NULL ? p->name : p->display);
	}
	if (asked->n > NAMES_IN_QUESTION)
		buf_puts(&label, ", ...");
	tui_prompt_open(&m->prompt, PROMPT_CONFIRM, buf_str(&label), "");
	buf_release(&label);
}

void
tui_targets_act_on(struct tui_model *m, enum tui_verb verb, char **keys, size_t n, const char *what)
{
	struct tui_asked *asked = new_asked(m);

	asked->verb = verb;
	asked->keys = xcalloc(n + 1, sizeof(char *));
	for (size_t i = 0; i < n; i++)
		asked->keys[asked->n++] = xstrdup(keys[i]);
	if (n > 1)
		ask(m, what);
	else
		tui_targets_confirmed(m, "");
}

/* Keys of a group's processes, or of the marked ones, in the order of the table. */
static size_t
collect(const struct tui_model *m, const struct tui_group *only, char ***keys)
{
	size_t n = 0;

	*keys = xcalloc(tui_model_count(m) + 1, sizeof(char *));
	for (size_t i = 0; i < m->ngroups; i++) {
		const struct tui_group *g = m->groups[i];

		for (size_t j = 0; j < g->n; j++)
			if (only != NULL ? g == only : g->procs[j]->marked)
				(*keys)[n++] = g->procs[j]->key;
	}
	return n;
}

static void
act_on_group(struct tui_model *m, enum tui_verb verb, const struct tui_group *g)
{
	char *what = xasprintf("group %s", g->name);
	char **keys;
	size_t n = collect(m, g, &keys);

	if (n == 0)
		tui_message(m, LOOK_PLAIN, "%s has no programs", what);
	else
		tui_targets_act_on(m, verb, keys, n, what);
	free(keys);
	free(what);
}

/* In the log, the program that it shows is meant. */
static const char *
program_in_log(const struct tui_model *m)
{
	const char *key = m->logpane.subject;

	return m->focus == PANE_LOG && key != NULL && tui_model_proc(m, key) != NULL ? key : NULL;
}

void
tui_targets_act(struct tui_model *m, enum tui_verb verb)
{
	const char *shown = program_in_log(m);
	char **keys, *key;
	size_t n;

	if (shown == NULL && m->nmarked > 0) {
		n = collect(m, NULL, &keys);
		tui_targets_act_on(m, verb, keys, n, NULL);
		free(keys);
		return;
	}
	if (shown == NULL && m->selected_proc == NULL) {
		act_on_group(m, verb, m->selected_group);
		return;
	}
	key = xstrdup(shown != NULL ? shown : m->selected_proc->key);
	tui_targets_act_on(m, verb, &key, 1, NULL);
	free(key);
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
	for (size_t i = 0; i < m->ngroups && m->nmarked > 0; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++)
			set_mark(m, m->groups[i]->procs[j], false);
}

void
tui_targets_ask_call(struct tui_model *m, enum tui_tag tag, const char *method, const char *question,
		     const char *word)
{
	struct tui_asked *asked = new_asked(m);

	asked->method = method;
	asked->tag = tag;
	tui_set(&asked->word, word);
	tui_prompt_open(&m->prompt, word == NULL ? PROMPT_CONFIRM : PROMPT_WORD, question, "");
}

void
tui_targets_confirmed(struct tui_model *m, const char *text)
{
	struct tui_asked *asked = m->asked;

	if (asked == NULL)
		return;
	if (asked->word != NULL && strcmp(asked->word, text) != 0)
		tui_message(m, LOOK_PLAIN, "that was not '%s': nothing was done", asked->word);
	else if (m->link != LINK_LIVE && m->link != LINK_POLLING)
		tui_message(m, LOOK_WARN, "the daemon does not answer: nothing was asked");
	else if (asked->method != NULL) {
		tui_message(m, LOOK_PLAIN, "%s asked", asked->tag == TAG_SHUTDOWN ? "shutdown" : "reload");
		tui_request_call(&m->requests, asked->tag, ++m->tickets, asked->method, NULL);
	} else {
		tui_job_begin(m, asked->verb, asked->keys, asked->n);
		if (asked->n > 1)
			tui_targets_unmark(m);
	}
	tui_targets_forget(m);
}
