/* tui_send.c: see tui_send.h. */
#include "autoconf.h"

#include "tui/tui_send.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_ask.h"
#include "tui/tui_needs.h"
#include "tui/tui_targets.h"

#define PROGRAMS_MAX 50 /* whose lines are kept */

struct tui_sends {
	struct sent {
		char *key; /* of the first program that it was for; owned */
		struct tui_history history;
	} * list[PROGRAMS_MAX]; /* oldest first */
	size_t n;
};

static void
free_sent(struct sent *s)
{
	tui_history_release(&s->history);
	free(s->key);
	free(s);
}

void
tui_send_release(struct tui_model *m)
{
	struct tui_sends *all = m->sends;

	m->sends = NULL;
	if (all == NULL)
		return;
	while (all->n > 0)
		free_sent(all->list[--all->n]);
	free(all);
}

/* Found, or made. */
static struct tui_history *
history_of(struct tui_model *m, const char *key)
{
	struct tui_sends *all = m->sends;

	if (all == NULL)
		all = m->sends = xcalloc(1, sizeof(*all));
	for (size_t i = 0; i < all->n; i++)
		if (strcmp(all->list[i]->key, key) == 0)
			return &all->list[i]->history;
	if (all->n == PROGRAMS_MAX) {
		free_sent(all->list[0]);
		memmove(all->list, all->list + 1, --all->n * sizeof(all->list[0]));
	}
	all->list[all->n] = xcalloc(1, sizeof(struct sent));
	all->list[all->n]->key = xstrdup(key);
	return &all->list[all->n++]->history;
}

void
tui_send_open(struct tui_model *m)
{
	struct tui_targets t;
	char *name, *label;

	if (!tui_targets_pick(m, &t))
		return;
	name = tui_targets_name(&t);
	if (tui_needs_refuse(m, ACTION_SEND, &t, name)) {
		free(name);
		tui_targets_release(&t);
		return;
	}
	tui_named_free(m->held);
	m->held = tui_named_new(&t);
	label = xasprintf("line to %s: ", name);
	tui_prompt_open_with(&m->prompt, PROMPT_SEND, label, "", history_of(m, t.procs[0]->key));
	free(label);
	free(name);
	tui_targets_release(&t);
}

void
tui_send_accept(struct tui_model *m, const char *line)
{
	struct tui_targets t;

	tui_named_find(m->held, &t);
	if (t.n == 0)
		tui_message(m, LOOK_WARN, "nothing was sent: they are gone");
	else
		tui_ask_verb(m, VERB_SEND, line, &t);
	tui_targets_release(&t);
}
