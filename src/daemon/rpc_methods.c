/* rpc_methods.c: which methods there are, by their full names, and how often each was called. */
#include "autoconf.h"

#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xmalloc.h"
#include "core/config.h"
#include "daemon/rpc.h"
#include "daemon/rpc_parts.h"

/* What an [rpcinterface:x] section offers. */
static const struct rpc_method *const supervisor_tables[] = {
    rpc_supervisor_daemon_methods,  rpc_supervisor_start_methods, rpc_supervisor_signal_methods,
    rpc_supervisor_process_methods, rpc_supervisor_log_methods,
};

struct entry {
	char *full; /* "namespace.method"; owned */
	const struct rpc_method *method;
};

struct rpc {
	struct map *by_name;   /* full name -> struct rpc_method */
	struct entry *entries; /* sorted by full name */
	size_t nentries;
	struct intmap *counts; /* address of a struct rpc_method, or 0 -> struct rpc_count, owned */
};

static void
add_methods(struct rpc *rpc, const char *namespace, const struct rpc_method *table)
{
	char *full;

	for (; table->name != NULL; table++) {
		full = xasprintf("%s.%s", namespace, table->name);
		if (map_put(rpc->by_name, full, (void *)(uintptr_t)table) != NULL) {
			free(full);
			continue;
		}
		rpc->entries = xreallocarray(rpc->entries, rpc->nentries + 1, sizeof(*rpc->entries));
		rpc->entries[rpc->nentries++] = (struct entry){.full = full, .method = table};
	}
}

static int
compare_entries(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->full, ((const struct entry *)b)->full);
}

/* The namespaces that are built in cannot be taken by an [rpcinterface:x]. */
static bool
is_builtin(const char *namespace)
{
	return strcmp(namespace, "system") == 0 || strcmp(namespace, "cvisor") == 0;
}

static int64_t
count_key(const struct rpc_method *method)
{
	return (int64_t)(intptr_t)method;
}

static void
add_count(struct rpc *rpc, const char *full, const struct rpc_method *method)
{
	struct rpc_count *count = xcalloc(1, sizeof(*count));

	count->full = full;
	intmap_put(rpc->counts, count_key(method), count);
}

/* A method that two namespaces have is counted once, under its first name. */
static void
add_counts(struct rpc *rpc)
{
	rpc->counts = intmap_new();
	add_count(rpc, NULL, NULL);
	for (size_t i = 0; i < rpc->nentries; i++)
		if (intmap_get(rpc->counts, count_key(rpc->entries[i].method)) == NULL)
			add_count(rpc, rpc->entries[i].full, rpc->entries[i].method);
}

struct rpc_count *
rpc_count_of(const struct rpc *rpc, const struct rpc_method *method)
{
	return intmap_get(rpc->counts, count_key(method));
}

const struct rpc_count *
rpc_count(const struct rpc *rpc, const struct rpc_method *method)
{
	return rpc_count_of(rpc, method);
}

struct rpc *
rpc_new(const struct config *config)
{
	struct rpc *rpc = xcalloc(1, sizeof(*rpc));

	rpc->by_name = map_new();
	add_methods(rpc, "system", rpc_system_methods);
	add_methods(rpc, "cvisor", rpc_cvisor_methods);
	for (size_t i = 0; i < config->nrpc_namespaces; i++) {
		if (is_builtin(config->rpc_namespaces[i]))
			continue;
		for (size_t j = 0; j < sizeof(supervisor_tables) / sizeof(supervisor_tables[0]); j++)
			add_methods(rpc, config->rpc_namespaces[i], supervisor_tables[j]);
	}
	qsort(rpc->entries, rpc->nentries, sizeof(*rpc->entries), compare_entries);
	add_counts(rpc);
	return rpc;
}

void
rpc_free(struct rpc *rpc)
{
	size_t pos = 0;
	void *count;

	if (rpc == NULL)
		return;
	while (intmap_next(rpc->counts, &pos, NULL, &count))
		free(count);
	intmap_free(rpc->counts);
	for (size_t i = 0; i < rpc->nentries; i++)
		free(rpc->entries[i].full);
	free(rpc->entries);
	map_free(rpc->by_name);
	free(rpc);
}

void
rpc_each_method(const struct rpc *rpc,
		void (*fn)(void *arg, const char *full, const struct rpc_method *method), void *arg)
{
	for (size_t i = 0; i < rpc->nentries; i++)
		fn(arg, rpc->entries[i].full, rpc->entries[i].method);
}

const struct rpc_method *
rpc_find_method(const struct rpc *rpc, const char *full)
{
	return map_get(rpc->by_name, full);
}

static const struct rpc_method *
find_in_table(const struct rpc_method *table, const char *name)
{
	for (; table->name != NULL; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

const struct rpc_method *
rpc_find_supervisor_method(const char *name)
{
	const struct rpc_method *method = NULL;

	for (size_t i = 0; i < sizeof(supervisor_tables) / sizeof(supervisor_tables[0]) && method == NULL;
	     i++)
		method = find_in_table(supervisor_tables[i], name);
	return method;
}

const char *
rpc_type_name(char letter)
{
	switch (letter) {
	case 's':
	case 't':
		return "string";
	case 'i':
	case 'n':
		return "int";
	case 'b':
		return "boolean";
	case 'a':
		return "array";
	case 'S':
		return "struct";
	default:
		return "any";
	}
}
