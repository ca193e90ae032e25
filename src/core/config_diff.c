/* config_diff.c: see config_diff.h. Which options count is said by the options table. */
#include "autoconf.h"

#include "core/config_diff.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/map.h"
#include "base/xmalloc.h"
#include "core/event.h"

#define TEXT_MAX (8U << 20)

/* Equality */

static bool
same_text(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static int
compare_variables(const void *va, const void *vb)
{
	const struct env_var *const *a = va, *const *b = vb;

	return strcmp((*a)->name, (*b)->name);
}

/* The variables in order of their names; the caller frees the array. */
static const struct env_var **
sorted_variables(const struct env_list *list)
{
	const struct env_var **sorted = xcalloc(list->n + 1, sizeof(*sorted));

	for (size_t i = 0; i < list->n; i++)
		sorted[i] = &list->vars[i];
	qsort(sorted, list->n, sizeof(*sorted), compare_variables);
	return sorted;
}

/* The order does not matter. */
static bool
same_environment(const struct env_list *a, const struct env_list *b)
{
	const struct env_var **in_a, **in_b;
	bool same = true;

	if (a->n != b->n)
		return false;
	in_a = sorted_variables(a);
	in_b = sorted_variables(b);
	for (size_t i = 0; i < a->n && same; i++)
		same =
		    strcmp(in_a[i]->name, in_b[i]->name) == 0 && strcmp(in_a[i]->value, in_b[i]->value) == 0;
	free(in_a);
	free(in_b);
	return same;
}

static bool
same_exitcodes(const struct process_config *a, const struct process_config *b)
{
	return a->nexitcodes == b->nexitcodes &&
	       (a->nexitcodes == 0 ||
		memcmp(a->exitcodes, b->exitcodes, a->nexitcodes * sizeof(*a->exitcodes)) == 0);
}

/* A log that becomes AUTO is no difference: the running side has a file already, whatever it is called. */
static bool
same_logfile(const struct channel_config *running, const struct channel_config *loaded)
{
	if (loaded->target == LOG_TARGET_AUTO)
		return true;
	return running->target == loaded->target && same_text(running->path, loaded->path);
}

/* The values at a row's place in the running and in the loaded process. */
static bool
same_option(const struct option_row *row, const struct process_config *running,
	    const struct process_config *loaded)
{
	const void *a = (const char *)running + row->at, *b = (const char *)loaded + row->at;

	switch (row->type) {
	case OPT_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case OPT_INT:
	case OPT_OCTAL:
	case OPT_SIGNAL:
		return *(const int *)a == *(const int *)b;
	case OPT_INT64:
	case OPT_BYTES:
		return *(const int64_t *)a == *(const int64_t *)b;
	case OPT_AUTORESTART:
		return *(const enum autorestart *)a == *(const enum autorestart *)b;
	case OPT_FULL_ACTION:
		return *(const enum full_action *)a == *(const enum full_action *)b;
	case OPT_EXITCODES:
		return same_exitcodes(running, loaded);
	case OPT_USER:
		return running->uid == loaded->uid;
	case OPT_LOGFILE:
		return same_logfile(a, b);
	case OPT_ENVIRONMENT:
		return same_environment(a, b);
	case OPT_TEXT:
	case OPT_URL:
		return same_text(*(char *const *)a, *(char *const *)b);
	case OPT_LOGLEVEL:
	case OPT_OWNER:
	case OPT_DIRECTORY:
	case OPT_DIRPATH:
	case OPT_PATH:
	case OPT_NAME:
	case OPT_ADDRESS:
	case OPT_SOCKET:
	case OPT_LIST:
	case OPT_EVENTS:
	case OPT_FACTORY:
	case OPT_NTYPES:
		break;
	}
	return true;
}

/* Whether a row is one of a single process, stored in struct process_config, that reread compares. */
static bool
is_compared(const struct option_row *row)
{
	return (row->flags & OPTION_COMPARED) != 0 && (row->sections & SECTION_BIT(SECTION_PROGRAM)) != 0;
}

static bool
same_process(const struct process_config *running, const struct process_config *loaded)
{
	size_t n;
	const struct option_row *rows = option_process_rows(&n);

	if (strcmp(running->name, loaded->name) != 0)
		return false;
	for (size_t i = 0; i < n; i++)
		if (is_compared(&rows[i]) && !same_option(&rows[i], running, loaded))
			return false;
	return true;
}

static bool
same_events(const struct group_config *a, const struct group_config *b)
{
	return memcmp(a->listener.events, b->listener.events, EVENT_NTYPES * sizeof(*a->listener.events)) ==
	       0;
}

/* What a group has beside its processes. */
static bool
same_group_options(const struct group_config *a, const struct group_config *b)
{
	if (a->kind != b->kind || a->priority != b->priority || strcmp(a->name, b->name) != 0)
		return false;
	switch (a->kind) {
	case GROUP_LISTENER:
		return a->listener.buffer_size == b->listener.buffer_size && same_events(a, b);
	case GROUP_FCGI:
		return strcmp(a->fcgi.url, b->fcgi.url) == 0;
	case GROUP_PROGRAM:
		break;
	}
	return true;
}

/* Whether reread calls them equal (spec/config.md 9.1). running is what runs, loaded what was read. */
static bool
is_equal(const struct group_config *running, const struct group_config *loaded)
{
	if (!same_group_options(running, loaded) || running->nprocs != loaded->nprocs)
		return false;
	for (size_t i = 0; i < running->nprocs; i++)
		if (!same_process(&running->procs[i], &loaded->procs[i]))
			return false;
	return true;
}

/* What reread does not see. */
static bool
same_unseen(const struct process_config *a, const struct process_config *b)
{
	if (!same_text(a->program, b->program) || !same_text(a->user, b->user))
		return false;
	for (int ch = 0; ch < NCHANNELS; ch++)
		if (a->channel[ch].target != b->channel[ch].target)
			return false;
	for (size_t i = 0; i < a->environment.n; i++)
		if (strcmp(a->environment.vars[i].name, b->environment.vars[i].name) != 0)
			return false;
	return true;
}

static bool
same_fcgi(const struct fcgi_config *a, const struct fcgi_config *b)
{
	return a->backlog == b->backlog && a->owner_uid == b->owner_uid && a->owner_gid == b->owner_gid &&
	       a->mode == b->mode;
}

bool
config_diff_identical(const struct group_config *a, const struct group_config *b)
{
	if (!is_equal(a, b) || strcmp(a->section, b->section) != 0 || !same_fcgi(&a->fcgi, &b->fcgi))
		return false;
	for (size_t i = 0; i < a->nprocs; i++)
		if (!same_unseen(&a->procs[i], &b->procs[i]))
			return false;
	return true;
}

/* Option by option */

static struct config_change *
add_change(struct config_group_diff *g, const char *process, const char *option, enum option_change change)
{
	struct config_change *c;

	g->changes = xreallocarray(g->changes, g->nchanges + 1, sizeof(*g->changes));
	c = &g->changes[g->nchanges++];
	*c = (struct config_change){.process = xstrdup(process), .option = option, .change = change};
	return c;
}

static void
add_group_change(struct config_group_diff *g, const char *option, enum option_change change, char *before,
		 char *after)
{
	struct config_change *c = add_change(g, NULL, option, change);

	c->before = before;
	c->after = after;
}

static char *
option_text(const struct option_row *row, const struct process_config *p)
{
	struct buf out = BUF_INIT(TEXT_MAX);

	process_config_option_text(&out, row, p);
	return buf_steal(&out);
}

static void
compare_options(struct config_group_diff *g, const struct process_config *running,
		const struct process_config *loaded)
{
	size_t n;
	const struct option_row *rows = option_process_rows(&n);

	for (size_t i = 0; i < n; i++) {
		struct config_change *c;

		if (!is_compared(&rows[i]) || same_option(&rows[i], running, loaded))
			continue;
		c = add_change(g, loaded->name, rows[i].name, rows[i].change);
		c->before = option_text(&rows[i], running);
		c->after = option_text(&rows[i], loaded);
		if (i < loaded->nsources && loaded->sources[i].line > 0) {
			c->file = loaded->sources[i].file;
			c->line = loaded->sources[i].line;
		}
	}
}

static struct map *
processes_by_name(const struct group_config *g)
{
	struct map *m = map_new();

	for (size_t i = 0; i < g->nprocs; i++)
		map_put(m, g->procs[i].name, &g->procs[i]);
	return m;
}

/* A process that only one side has. */
static void
add_process_change(struct config_group_diff *g, const char *before, const char *after)
{
	struct config_change *c =
	    add_change(g, *after != '\0' ? after : before, "process_name", CHANGE_GROUP);

	c->before = xstrdup(before);
	c->after = xstrdup(after);
}

static void
compare_processes(struct config_group_diff *g)
{
	struct map *before = processes_by_name(g->before), *after = processes_by_name(g->after);

	for (size_t i = 0; i < g->after->nprocs; i++) {
		const struct process_config *p = &g->after->procs[i], *old = map_get(before, p->name);

		if (old != NULL)
			compare_options(g, old, p);
		else
			add_process_change(g, "", p->name);
	}
	for (size_t i = 0; i < g->before->nprocs; i++)
		if (map_get(after, g->before->procs[i].name) == NULL)
			add_process_change(g, g->before->procs[i].name, "");
	map_free(before);
	map_free(after);
}

static char *
events_text(const struct group_config *g)
{
	struct buf out = BUF_INIT(TEXT_MAX);

	for (int i = 0; i < EVENT_NTYPES; i++)
		if (g->listener.events[i])
			buf_printf(&out, "%s%s", out.len > 0 ? "," : "", event_name((enum event_type)i));
	return buf_steal(&out);
}

static const char *
kind_text(enum group_kind kind)
{
	switch (kind) {
	case GROUP_LISTENER:
		return "eventlistener";
	case GROUP_FCGI:
		return "fcgi-program";
	case GROUP_PROGRAM:
		break;
	}
	return "program";
}

static void
compare_group_options(struct config_group_diff *g)
{
	const struct group_config *a = g->before, *b = g->after;

	if (a->priority != b->priority)
		add_group_change(g, "priority", CHANGE_GROUP, xasprintf("%d", a->priority),
				 xasprintf("%d", b->priority));
	if (a->kind != b->kind) {
		add_group_change(g, "kind", CHANGE_GROUP, xstrdup(kind_text(a->kind)),
				 xstrdup(kind_text(b->kind)));
		return;
	}
	if (a->kind == GROUP_FCGI && strcmp(a->fcgi.url, b->fcgi.url) != 0)
		add_group_change(g, "socket", CHANGE_RESTART, xstrdup(a->fcgi.url), xstrdup(b->fcgi.url));
	if (a->kind != GROUP_LISTENER)
		return;
	if (a->listener.buffer_size != b->listener.buffer_size)
		add_group_change(g, "buffer_size", CHANGE_LIVE, xasprintf("%d", a->listener.buffer_size),
				 xasprintf("%d", b->listener.buffer_size));
	if (!same_events(a, b))
		add_group_change(g, "events", CHANGE_LIVE, events_text(a), events_text(b));
}

/* The whole */

static struct config_group_diff *
add_group(struct config_diff *d, enum config_diff_kind kind, struct group_config *before,
	  struct group_config *after)
{
	struct config_group_diff *g;

	d->groups = xreallocarray(d->groups, d->ngroups + 1, sizeof(*d->groups));
	g = &d->groups[d->ngroups++];
	*g = (struct config_group_diff){
	    .kind = kind,
	    .name = after != NULL ? after->name : before->name,
	    .before = before != NULL ? group_config_ref(before) : NULL,
	    .after = after != NULL ? group_config_ref(after) : NULL,
	};
	return g;
}

static void
compare_loaded(struct config_diff *d, struct group_config *running, struct group_config *loaded)
{
	struct config_group_diff *g;

	if (running == NULL) {
		add_group(d, DIFF_ADDED, NULL, loaded);
		d->nadded++;
		return;
	}
	if (running == loaded || is_equal(running, loaded))
		return;
	g = add_group(d, DIFF_CHANGED, running, loaded);
	d->nchanged++;
	compare_group_options(g);
	compare_processes(g);
}

struct config_diff *
config_diff_new(const struct config *loaded, struct group_config *const *running, size_t nrunning)
{
	struct config_diff *d = xcalloc(1, sizeof(*d));
	struct map *runs = map_new(), *stays = map_new();

	for (size_t i = 0; i < nrunning; i++)
		map_put(runs, running[i]->name, running[i]);
	for (size_t i = 0; i < loaded->ngroups; i++) {
		struct group_config *g = loaded->groups[i];

		map_put(stays, g->name, g);
		compare_loaded(d, map_get(runs, g->name), g);
	}
	for (size_t i = 0; i < nrunning; i++) {
		if (map_get(stays, running[i]->name) != NULL)
			continue;
		add_group(d, DIFF_REMOVED, running[i], NULL);
		d->nremoved++;
	}
	map_free(runs);
	map_free(stays);
	return d;
}

static void
group_diff_release(struct config_group_diff *g)
{
	for (size_t i = 0; i < g->nchanges; i++) {
		free(g->changes[i].process);
		free(g->changes[i].before);
		free(g->changes[i].after);
	}
	free(g->changes);
	group_config_unref(g->before);
	group_config_unref(g->after);
}

void
config_diff_free(struct config_diff *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->ngroups; i++)
		group_diff_release(&d->groups[i]);
	free(d->groups);
	free(d);
}
