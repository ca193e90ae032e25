/* tui_targets.c: see tui_targets.h. */
#include "autoconf.h"

#include "tui/tui_targets.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_details.h"
#include "tui/tui_rows.h"

void
tui_targets_release(struct tui_targets *t)
{
	free(t->procs);
	free(t->what);
	*t = (struct tui_targets){0};
}

static void
add(struct tui_targets *t, struct tui_proc *p)
{
	t->procs = xreallocarray(t->procs, t->n + 1, sizeof(struct tui_proc *));
	t->procs[t->n++] = p;
}

static void
add_group(struct tui_targets *t, const struct tui_group *g)
{
	for (size_t i = 0; i < g->n; i++)
		add(t, g->procs[i]);
}

/* In the order of the table. */
static void
add_marked(struct tui_targets *t, const struct tui_model *m)
{
	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++)
			if (m->groups[i]->procs[j]->marked)
				add(t, m->groups[i]->procs[j]);
}

static bool
none_selected(struct tui_model *m)
{
	tui_message(m, LOOK_WARN, "no program is selected");
	return false;
}

static bool
pick_group(struct tui_model *m, struct tui_targets *t, const struct tui_group *g)
{
	if (g == NULL)
		return none_selected(m);
	t->what = xasprintf("group %s", g->name);
	add_group(t, g);
	if (t->n > 0)
		return true;
	tui_message(m, LOOK_WARN, "%s has no programs", t->what);
	tui_targets_release(t);
	return false;
}

/* In the log, what it shows is meant; the selection may not even be in sight. */
static bool
pick_shown(struct tui_model *m, struct tui_targets *t)
{
	const struct tui_show *show = &m->logpane.show;
	struct tui_proc *one = tui_show_proc(m);

	if (one != NULL)
		add(t, one);
	else if (show->kind == TUI_SHOW_GROUP)
		return pick_group(m, t, tui_host_group(show->host, show->key));
	else if (show->kind == TUI_SHOW_MARKED)
		add_marked(t, m);
	if (t->n == 0)
		tui_message(m, LOOK_WARN, "no program is shown here: choose one in the table");
	return t->n > 0;
}

bool
tui_targets_pick(struct tui_model *m, struct tui_targets *t)
{
	struct tui_proc *subject = tui_details_subject(m);

	*t = (struct tui_targets){0};
	if (subject != NULL) {
		add(t, subject);
		return true;
	}
	if (m->focus == PANE_LOG)
		return pick_shown(m, t);
	if (m->nmarked > 0)
		add_marked(t, m);
	else if (m->selected_proc != NULL)
		add(t, m->selected_proc);
	else
		return pick_group(m, t, m->selected_group);
	return true;
}

bool
tui_targets_pick_group(struct tui_model *m, struct tui_targets *t)
{
	*t = (struct tui_targets){0};
	return pick_group(m, t, m->selected_group);
}

/* The name without the number at its end. */
static size_t
stem(const char *name)
{
	size_t n = strlen(name);

	while (n > 0 && name[n - 1] >= '0' && name[n - 1] <= '9')
		n--;
	return n;
}

static bool
is_brother(const struct tui_proc *a, const struct tui_proc *b)
{
	size_t n = stem(a->name);

	return n == stem(b->name) && strncmp(a->name, b->name, n) == 0;
}

bool
tui_targets_pick_set(struct tui_model *m, struct tui_targets *t)
{
	const struct tui_proc *one;

	if (!tui_targets_pick(m, t))
		return false;
	if (t->n > 1 || t->what != NULL || m->nmarked > 0)
		return true;
	one = t->procs[0];
	t->n = 0;
	for (size_t i = 0; i < one->group->n; i++)
		if (is_brother(one, one->group->procs[i]))
			add(t, one->group->procs[i]);
	return true;
}

struct tui_proc *
tui_targets_one(struct tui_model *m)
{
	struct tui_proc *p = tui_details_subject(m);

	if (p == NULL)
		p = m->focus == PANE_LOG ? tui_show_proc(m) : m->selected_proc;

	if (p == NULL)
		tui_message(m, LOOK_WARN, "this is for one program: select one");
	return p;
}

/* Words */

static void
add_once(struct tui_targets *t, struct tui_proc *p)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->procs[i] == p)
			return;
	add(t, p);
}

/* As src/ctl/ctl_names.h says: cut at the first colon, groups before it and processes behind it; without a colon, what
   it matches are groups. */
static size_t
add_pattern(struct tui_targets *t, const struct tui_host *h, const char *word)
{
	const char *colon = strchr(word, ':');
	char *group = colon == NULL ? xstrdup(word) : xstrndup(word, (size_t)(colon - word));
	const char *name = colon == NULL || colon[1] == '\0' ? "*" : colon + 1;
	const struct tui_model *m = h->model;
	size_t before = t->n;

	for (size_t i = 0; i < m->ngroups; i++) {
		const struct tui_group *g = m->groups[i];

		if (g->host != h || (strcmp(g->name, group) != 0 && fnmatch(group, g->name, 0) != 0))
			continue;
		for (size_t j = 0; j < g->n; j++)
			if (fnmatch(name, g->procs[j]->name, 0) == 0)
				add_once(t, g->procs[j]);
	}
	free(group);
	return t->n - before;
}

bool
tui_targets_add_word(struct tui_targets *t, const struct tui_host *h, const char *word)
{
	struct tui_proc *p;
	char *key;

	if (strcmp(word, "all") == 0)
		return add_pattern(t, h, "*:*") > 0;
	key = strchr(word, ':') != NULL ? xstrdup(word) : xasprintf("%s:%s", word, word);
	p = tui_host_proc(h, key);
	free(key);
	if (p != NULL) {
		add_once(t, p);
		return true;
	}
	return (strpbrk(word, "*?[") != NULL || word[strlen(word) - 1] == ':') && add_pattern(t, h, word) > 0;
}

/* Names */

struct tui_named *
tui_named_new(const struct tui_targets *t)
{
	struct tui_named *named = xcalloc(1, sizeof(*named));

	tui_set(&named->what, t->what);
	named->victims = xcalloc(t->n + 1, sizeof(*named->victims));
	for (; named->n < t->n; named->n++)
		named->victims[named->n] = (struct tui_victim){
		    .host = t->procs[named->n]->group->host,
		    .key = xstrdup(t->procs[named->n]->key),
		};
	return named;
}

void
tui_named_free(struct tui_named *named)
{
	if (named == NULL)
		return;
	for (size_t i = 0; i < named->n; i++)
		free(named->victims[i].key);
	free(named->victims);
	free(named->what);
	free(named);
}

void
tui_named_find(const struct tui_named *named, struct tui_targets *t)
{
	*t = (struct tui_targets){.procs = xcalloc(named->n + 1, sizeof(struct tui_proc *))};
	tui_set(&t->what, named->what);
	for (size_t i = 0; i < named->n; i++) {
		t->procs[t->n] = tui_host_proc(named->victims[i].host, named->victims[i].key);
		t->n += t->procs[t->n] != NULL;
	}
}

char *
tui_targets_name(const struct tui_targets *t)
{
	if (t->n == 1)
		return xstrdup(t->procs[0]->display);
	return xasprintf("%zu processes%s%s", t->n, t->what != NULL ? " of " : "",
			 t->what != NULL ? t->what : "");
}

/* Marks */

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
