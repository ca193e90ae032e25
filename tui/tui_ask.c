/* tui_ask.c: see tui_ask.h. */
#include "autoconf.h"

#include "tui/tui_ask.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_calls.h"
#include "tui/tui_equal.h"
#include "tui/tui_job.h"
#include "tui/tui_who.h"

#define NAMES_IN_QUESTION 20
#define ROOM_FOR_REST 16 /* columns: of what stands around the names, ", ...? y/N" and the edge */

/* A verb for some processes. */
struct tui_deed {
	enum tui_verb verb;
	char *arg; /* owned; NULL: none */
	struct tui_named *named;
};

/* What the open prompt is about. */
struct tui_asked {
	struct tui_deed *deed; /* owned; NULL: a call, or a text */
	struct tui_host *host; /* a call to this daemon */
	const char *method;
	enum tui_tag tag;
	char *word; /* that has to be typed, or NULL; owned */
	char *text; /* to come back to; owned */
};

static struct tui_deed *
new_deed(enum tui_verb verb, const char *arg, const struct tui_targets *t)
{
	struct tui_deed *d = xcalloc(1, sizeof(*d));

	d->verb = verb;
	tui_set(&d->arg, arg);
	d->named = tui_named_new(t);
	return d;
}

static void
free_deed(struct tui_deed *d)
{
	if (d == NULL)
		return;
	tui_named_free(d->named);
	free(d->arg);
	free(d);
}

static struct tui_asked *
new_asked(struct tui_model *m)
{
	tui_ask_forget(m);
	m->asked = xcalloc(1, sizeof(*m->asked));
	return m->asked;
}

void
tui_ask_forget(struct tui_model *m)
{
	struct tui_asked *asked = m->asked;

	m->asked = NULL;
	if (asked == NULL)
		return;
	free_deed(asked->deed);
	free(asked->word);
	free(asked->text);
	free(asked);
}

void
tui_ask_release(struct tui_model *m)
{
	tui_ask_forget(m);
	free_deed(m->done);
	m->done = NULL;
}

void
tui_ask_remember(struct tui_model *m, const char *text)
{
	new_asked(m)->text = xstrdup(text);
}

const char *
tui_ask_remembered(const struct tui_model *m)
{
	return m->asked == NULL || m->asked->text == NULL ? "" : m->asked->text;
}

/* Doing it */

static void
do_for_host(struct tui_host *h, const struct tui_deed *d, struct tui_proc *const *procs, size_t n)
{
	if (!tui_host_is_up(h))
		tui_say(h, LOOK_WARN, "the daemon does not answer: nothing was asked");
	else if (tui_verbs[d->verb].method != NULL)
		tui_calls_begin(h, d->verb, d->arg, procs, n);
	else
		tui_job_begin(h, d->verb, procs, n);
}

static void
do_deed(struct tui_model *m, struct tui_deed *d)
{
	struct tui_proc **procs = xcalloc(d->named->n + 1, sizeof(struct tui_proc *));
	struct tui_targets all;

	tui_named_find(d->named, &all);
	if (all.n == 0)
		tui_message(m, LOOK_WARN, "nothing was done: %s",
			    d->named->n == 1 ? "the program is gone" : "the programs are gone");
	for (size_t i = 0; i < m->nhosts && all.n > 0; i++) {
		size_t n = 0;

		for (size_t v = 0; v < all.n; v++)
			if (all.procs[v]->group->host == m->hosts[i])
				procs[n++] = all.procs[v];
		if (n > 0)
			do_for_host(m->hosts[i], d, procs, n);
	}
	if (d->named->n > 1)
		tui_targets_unmark(m);
	tui_equal_remember(m, d->verb, d->arg, &all);
	tui_targets_release(&all);
	free(procs);
	free_deed(m->done);
	m->done = d;
}

/* Asking */

static void
put_question(struct tui_model *m, const struct tui_deed *d, const struct tui_targets *t)
{
	const struct tui_verb_info *v = &tui_verbs[d->verb];
	struct buf label = BUF_INIT(TUI_PROMPT_MAX);
	char note[TUI_WHO_NOTE_MAX];
	size_t shown = 0;

	/* Half of the line is for what is asked. */
	if (tui_who_is_at(t, m->width / 2, note))
		buf_printf(&label, "%s; ", note);
	if (d->verb == VERB_SIGNAL)
		buf_printf(&label, "send %s to ", d->arg);
	else
		buf_puts(&label, v->question);
	buf_printf(&label, "%zu process%s", t->n, t->n == 1 ? "" : "es");
	if (t->what != NULL)
		buf_printf(&label, " of %s", t->what);
	buf_puts(&label, ": ");
	for (; shown < t->n && shown < NAMES_IN_QUESTION; shown++) {
		const struct tui_proc *p = t->procs[shown];
		const char *host = m->nhosts > 1 && t->what == NULL ? tui_host_name(p->group->host) : "";
		const char *name = t->what != NULL ? p->name : p->display;

		/* No name is torn apart, but for the first. */
		if (shown > 0 && m->width > 0 &&
		    tui_text_columns(buf_str(&label)) + tui_text_columns(host) + tui_text_columns(name) +
			    ROOM_FOR_REST >
			m->width)
			break;
		buf_printf(&label, "%s%s%s%s", shown == 0 ? "" : ", ", host, *host != '\0' ? " " : "", name);
	}
	if (shown < t->n)
		buf_puts(&label, ", ...");
	tui_prompt_open(&m->prompt, PROMPT_CONFIRM, buf_str(&label), "");
	buf_release(&label);
}

static bool
needs_question(const struct tui_model *m, const struct tui_deed *d, size_t n, bool another)
{
	switch ((enum tui_confirm)m->settings.confirm) {
	case CONFIRM_NEVER:
		return false;
	case CONFIRM_ALWAYS:
		return true;
	case CONFIRM_MANY:
		break;
	}
	return n > 1 || another || !tui_verb_is_harmless(d->verb, d->arg);
}

/* by_key: what is meant is what is selected. A key is pressed quickly: where somebody else is at it, it asks. */
static void
ask_or_do(struct tui_model *m, enum tui_verb verb, const char *arg, const struct tui_targets *t, bool by_key)
{
	char note[TUI_WHO_NOTE_MAX];
	struct tui_deed *d;
	bool another;

	if (m->settings.readonly) {
		tui_message(m, LOOK_WARN, "read-only: nothing was done");
		return;
	}
	d = new_deed(verb, arg, t);
	another = tui_who_is_at(t, 0, note);
	if (needs_question(m, d, t->n, another && by_key)) {
		new_asked(m)->deed = d;
		put_question(m, d, t);
		return;
	}
	do_deed(m, d);
	/* After what that says, which is less of a surprise. */
	if (another)
		tui_message(m, LOOK_WARN, "%s", note);
}

void
tui_ask_verb(struct tui_model *m, enum tui_verb verb, const char *arg, const struct tui_targets *t)
{
	ask_or_do(m, verb, arg, t, false);
}

void
tui_ask_picked(struct tui_model *m, enum tui_verb verb, const char *arg)
{
	struct tui_targets t;

	if (!tui_targets_pick(m, &t))
		return;
	ask_or_do(m, verb, arg, &t, true);
	tui_targets_release(&t);
}

void
tui_ask_call(struct tui_host *h, enum tui_tag tag, const char *method, const char *question, const char *word)
{
	struct tui_model *m = h->model;
	struct tui_asked *asked = new_asked(m);

	asked->host = h;
	asked->method = method;
	asked->tag = tag;
	tui_set(&asked->word, word);
	tui_prompt_open(&m->prompt, word == NULL ? PROMPT_CONFIRM : PROMPT_WORD, question, "");
}

static void
do_call(const struct tui_asked *asked)
{
	struct tui_host *h = asked->host;
	struct tui_model *m = h->model;

	if (!tui_host_is_up(h)) {
		tui_say(h, LOOK_WARN, "the daemon does not answer: nothing was asked");
		return;
	}
	tui_say(h, LOOK_OK, "%s asked", asked->tag == TAG_SHUTDOWN ? "shutdown" : "reload");
	tui_equal_remember_word(h, asked->tag == TAG_SHUTDOWN ? "shutdown" : "reload");
	tui_request_call(h, asked->tag, ++m->tickets, asked->method, NULL);
}

void
tui_ask_confirmed(struct tui_model *m, const char *text)
{
	struct tui_asked *asked = m->asked;
	struct tui_deed *d;

	if (asked == NULL)
		return;
	d = asked->deed;
	asked->deed = NULL;
	if (asked->word != NULL && strcmp(asked->word, text) != 0)
		tui_message(m, LOOK_PLAIN, "that was not '%s': nothing was done", asked->word);
	else if (d != NULL)
		do_deed(m, d);
	else if (asked->method != NULL)
		do_call(asked);
	tui_ask_forget(m);
}

void
tui_ask_undo(struct tui_model *m)
{
	const struct tui_deed *d = m->done;
	struct tui_targets t;

	if (d == NULL) {
		tui_message(m, LOOK_WARN, "nothing was started or stopped from here so far");
		return;
	}
	if (d->verb != VERB_START && d->verb != VERB_STOP) {
		tui_message(m, LOOK_WARN, "the last action cannot be taken back: %s",
			    tui_verbs[d->verb].one != NULL ? tui_verbs[d->verb].one
							   : tui_verbs[d->verb].past);
		return;
	}
	tui_named_find(d->named, &t);
	if (t.n == 0)
		tui_message(m, LOOK_WARN, "the programs of the last action are gone");
	else
		tui_ask_verb(m, d->verb == VERB_START ? VERB_STOP : VERB_START, NULL, &t);
	tui_targets_release(&t);
}

static bool
can_be_undone(const struct tui_deed *d)
{
	for (size_t i = 0; i < d->named->n; i++) {
		const struct tui_victim *v = &d->named->victims[i];
		const struct tui_proc *p = tui_host_proc(v->host, v->key);

		if (p != NULL && process_state_is_running(p->state) == (d->verb == VERB_START))
			return true;
	}
	return false;
}

void
tui_ask_changed(struct tui_model *m)
{
	if (m->message_offer == OFFER_UNDO && m->done != NULL && !can_be_undone(m->done))
		tui_offer_ends(m->message_host, OFFER_UNDO);
}
