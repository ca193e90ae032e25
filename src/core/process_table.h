/*
 * All active groups and their processes, with O(1) lookup by name. Groups keep the order in which they were
 * added (at start: by priority and name); the other orders are made on request.
 */
#ifndef CORE_PROCESS_TABLE_H
#define CORE_PROCESS_TABLE_H

#include <stddef.h>

#include "core/process.h"

struct fcgi_socket;

struct group {
	struct group_config *config; /* one reference */
	const char *name;            /* config->name */
	struct process *procs;       /* in the order of the configuration */
	size_t nprocs;
	size_t index;               /* position in table->groups */
	struct fcgi_socket *socket; /* the daemon's; NULL unless its kind is GROUP_FCGI */
};

struct process_table {
	struct group **groups; /* in order of addition */
	size_t ngroups;
	struct map *by_name; /* group name -> struct group */
	struct map *by_spec; /* "group:name" -> struct process; both parts are free of ':' in valid names, and
				a name that is not is still unique here */
	size_t nprocs;       /* of all groups */
	uint64_t next_id;
	uint64_t changes; /* how often a group was added or removed */
};

void process_table_init(struct process_table *t);
void process_table_release(struct process_table *t);
/* Takes a reference to config. NULL when a group of that name is active. Its processes are STOPPED. */
struct group *process_table_add(struct process_table *t, struct group_config *config);
/* Frees the group and its processes, whose io must be NULL. */
void process_table_remove(struct process_table *t, struct group *g);
struct group *process_table_group(const struct process_table *t, const char *name);
struct process *process_table_find(const struct process_table *t, const char *group, const char *name);

/* What a name given by a client means (spec/xmlrpc.md 7). */
struct namespec {
	struct group *group;     /* NULL: unknown name */
	struct process *process; /* NULL: the whole group was named (or the name is unknown) */
};
struct namespec process_table_lookup(const struct process_table *t, const char *name);

/* A place in the table that stays right while groups come and go. Zeroed: before all processes. */
struct process_cursor {
	size_t group;  /* where the last one was found */
	uint64_t next; /* id of the next process, or less */
};
/* The next process, in the order of the table; NULL: there is none any more. */
struct process *process_table_next(const struct process_table *t, struct process_cursor *at);

enum process_order {
	ORDER_NAME,     /* by group name, then process name (getAllProcessInfo) */
	ORDER_PRIORITY, /* by group priority (stable), then process priority (stable): start and stop of many
			 */
};
/* All processes in that order; the caller frees the array. *n is their number. */
struct process **process_table_all(const struct process_table *t, enum process_order order, size_t *n);
/* The same for one group. */
struct process **process_table_members(const struct group *g, enum process_order order, size_t *n);

#endif
