/*
 * What update would do: two generations compared by the names of their groups (spec/config.md 9). Pure.
 */
#ifndef CORE_CONFIG_DIFF_H
#define CORE_CONFIG_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "core/config.h"
#include "core/options_table.h"

/* One option of one process (or of the group itself) that differs. Texts owned by the diff. */
struct config_change {
	char *process; /* name within the group; NULL: the group's own */
	const char *option;
	char *before; /* as process_config_option_text gives it; "" when it was unset or the process is new */
	char *after;
	const char *file; /* where the new value is written; NULL: nowhere, the default holds */
	int line;
	enum option_change change; /* what it takes to make it so */
};

enum config_diff_kind {
	DIFF_ADDED,
	DIFF_CHANGED,
	DIFF_REMOVED,
};

struct config_group_diff {
	enum config_diff_kind kind;
	const char *name; /* of the group; borrowed from one of the configurations, referenced below */
	struct group_config *before;   /* NULL when added; one reference */
	struct group_config *after;    /* NULL when removed; one reference */
	struct config_change *changes; /* of DIFF_CHANGED */
	size_t nchanges;
};

struct config_diff {
	/* Added and changed by (priority, name), then removed in order of running. */
	struct config_group_diff *groups;
	size_t ngroups;
	size_t nadded, nchanged, nremoved;
};

/* Compares a reading with the groups that run, in their order of creation. */
struct config_diff *config_diff_new(const struct config *loaded, struct group_config *const *running,
				    size_t nrunning);
void config_diff_free(struct config_diff *diff);

/* Whether there is no difference at all, seen by reread or not, save in which lines they are written. */
bool config_diff_identical(const struct group_config *a, const struct group_config *b);

#endif
