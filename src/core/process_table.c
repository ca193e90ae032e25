/* process_table.c: groups in order of addition, with an index by name for both groups and processes. */
#include "autoconf.h"

#include "core/process_table.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xmalloc.h"

static char *
spec_key(const char *group, const char *name)
{
	return xasprintf("%s:%s", group, name);
}

void
process_table_init(struct process_table *t)
{
	*t = (struct process_table){
	    .by_name = map_new(),
	    .by_spec = map_new(),
	    .next_id = 1,
	};
}

void
process_table_release(struct process_table *t)
{
	while (t->ngroups > 0)
		process_table_remove(t, t->groups[t->ngroups - 1]);
	free(t->groups);
	map_free(t->by_name);
	map_free(t->by_spec);
	*t = (struct process_table){0};
}

static void
process_release(struct process *p)
{
	assert(p->io == NULL);
	for (int channel = 0; channel < NCHANNELS; channel++)
		free(p->logpath[channel]);
	free(p->spawnerr);
	free(p->who);
	exit_counts_release(&p->exits);
}

static void
index_process(struct process_table *t, struct process *p)
{
	char *key = spec_key(p->group->name, p->name);

	map_put(t->by_spec, key, p);
	free(key);
}

struct group *
process_table_add(struct process_table *t, struct group_config *config)
{
	struct group *g;

	if (map_get(t->by_name, config->name) != NULL)
		return NULL;
	g = xcalloc(1, sizeof(*g));
	g->config = group_config_ref(config);
	g->name = config->name;
	g->nprocs = config->nprocs;
	g->procs = xcalloc(g->nprocs, sizeof(*g->procs));
	g->index = t->ngroups;
	for (size_t i = 0; i < g->nprocs; i++) {
		g->procs[i] = (struct process){
		    .config = &config->procs[i],
		    .group = g,
		    .name = config->procs[i].name,
		    .id = t->next_id++,
		    .state = PROCESS_STOPPED,
		};
		index_process(t, &g->procs[i]);
	}
	t->groups = xreallocarray(t->groups, t->ngroups + 1, sizeof(*t->groups));
	t->groups[t->ngroups++] = g;
	t->nprocs += g->nprocs;
	t->changes++;
	map_put(t->by_name, g->name, g);
	return g;
}

void
process_table_remove(struct process_table *t, struct group *g)
{
	map_del(t->by_name, g->name);
	for (size_t i = 0; i < g->nprocs; i++) {
		char *key = spec_key(g->name, g->procs[i].name);

		map_del(t->by_spec, key);
		free(key);
		process_release(&g->procs[i]);
	}
	for (size_t i = g->index + 1; i < t->ngroups; i++) {
		t->groups[i - 1] = t->groups[i];
		t->groups[i - 1]->index = i - 1;
	}
	t->ngroups--;
	t->nprocs -= g->nprocs;
	t->changes++;
	free(g->procs);
	group_config_unref(g->config);
	free(g);
}

struct group *
process_table_group(const struct process_table *t, const char *name)
{
	return map_get(t->by_name, name);
}

struct process *
process_table_find(const struct process_table *t, const char *group, const char *name)
{
	char *key = spec_key(group, name);
	struct process *p = map_get(t->by_spec, key);

	free(key);
	/* "a" + "b:c" and "a:b" + "c" have the same key. */
	return p != NULL && strcmp(p->name, name) == 0 ? p : NULL;
}

struct namespec
process_table_lookup(const struct process_table *t, const char *name)
{
	const char *colon = strchr(name, ':'), *member;
	struct namespec found = {0};
	char *group;

	group = colon != NULL ? xstrndup(name, (size_t)(colon - name)) : xstrdup(name);
	member = colon != NULL ? colon + 1 : name;
	found.group = process_table_group(t, group);
	if (found.group != NULL && !(colon != NULL && (member[0] == '\0' || strcmp(member, "*") == 0))) {
		found.process = process_table_find(t, group, member);
		if (found.process == NULL)
			found.group = NULL;
	}
	free(group);
	return found;
}

/* Groups are added at the end, and their processes numbered then: the order of the table is that of the ids. */
static bool
ends_before(const struct group *g, uint64_t id)
{
	return g->nprocs > 0 && g->procs[g->nprocs - 1].id < id;
}

struct process *
process_table_next(const struct process_table *t, struct process_cursor *at)
{
	size_t i = at->group < t->ngroups ? at->group : t->ngroups;
	const struct group *g;
	struct process *p;

	/* Some that stood before it may have gone. */
	while (i > 0 && !ends_before(t->groups[i - 1], at->next))
		i--;
	while (i < t->ngroups && (t->groups[i]->nprocs == 0 || ends_before(t->groups[i], at->next)))
		i++;
	at->group = i;
	if (i == t->ngroups)
		return NULL;
	g = t->groups[i];
	p = &g->procs[at->next > g->procs[0].id ? at->next - g->procs[0].id : 0];
	at->next = p->id + 1;
	return p;
}

static int
compare_ints(int a, int b)
{
	return (a > b) - (a < b);
}

static int
compare_position(const struct process *a, const struct process *b)
{
	if (a->group->index != b->group->index)
		return a->group->index < b->group->index ? -1 : 1;
	return (a > b) - (a < b); /* one group's processes are one array */
}

static int
compare_names(const void *va, const void *vb)
{
	const struct process *a = *(struct process *const *)va, *b = *(struct process *const *)vb;
	int order = strcmp(a->group->name, b->group->name);

	if (order == 0)
		order = strcmp(a->name, b->name);
	return order != 0 ? order : compare_position(a, b);
}

static int
compare_priorities(const void *va, const void *vb)
{
	const struct process *a = *(struct process *const *)va, *b = *(struct process *const *)vb;
	int order = compare_ints(a->group->config->priority, b->group->config->priority);

	if (order == 0 && a->group == b->group)
		order = compare_ints(a->config->priority, b->config->priority);
	return order != 0 ? order : compare_position(a, b);
}

static void
sort(struct process **procs, size_t n, enum process_order order)
{
	switch (order) {
	case ORDER_NAME:
		qsort(procs, n, sizeof(struct process *), compare_names);
		break;
	case ORDER_PRIORITY:
		qsort(procs, n, sizeof(struct process *), compare_priorities);
		break;
	}
}

struct process **
process_table_all(const struct process_table *t, enum process_order order, size_t *n)
{
	struct process **procs = xcalloc(t->nprocs, sizeof(struct process *));

	*n = 0;
	for (size_t g = 0; g < t->ngroups; g++)
		for (size_t i = 0; i < t->groups[g]->nprocs; i++)
			procs[(*n)++] = &t->groups[g]->procs[i];
	sort(procs, *n, order);
	return procs;
}

struct process **
process_table_members(const struct group *g, enum process_order order, size_t *n)
{
	struct process **procs = xcalloc(g->nprocs, sizeof(struct process *));

	*n = g->nprocs;
	for (size_t i = 0; i < g->nprocs; i++)
		procs[i] = &g->procs[i];
	sort(procs, *n, order);
	return procs;
}
