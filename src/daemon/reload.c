/* reload.c: see reload.h. What is read is compared with the groups that run, in the order in which they were
 * added. */
#include "autoconf.h"

#include "daemon/reload.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "core/config_diff.h"
#include "daemon/daemon.h"
#include "daemon/eventbus.h"
#include "daemon/supervise.h"

static struct config_diff *
compare(const struct daemon *d, const struct config *read)
{
	struct group_config **running = xcalloc(d->table.ngroups + 1, sizeof(*running));
	struct config_diff *diff;

	for (size_t i = 0; i < d->table.ngroups; i++)
		running[i] = d->table.groups[i]->config;
	diff = config_diff_new(read, running, d->table.ngroups);
	free(running);
	return diff;
}

/* The names of one kind, NULL-terminated; borrowed from the diff, the array is the caller's. */
static const char **
names_of(const struct config_diff *diff, enum config_diff_kind kind)
{
	const char **names = xcalloc(diff->ngroups + 1, sizeof(*names));
	size_t n = 0;

	for (size_t i = 0; i < diff->ngroups; i++)
		if (diff->groups[i].kind == kind)
			names[n++] = diff->groups[i].name;
	return names;
}

static void
tell(struct daemon *d, const struct config_diff *diff, const char *who)
{
	const char **added = names_of(diff, DIFF_ADDED);
	const char **changed = names_of(diff, DIFF_CHANGED);
	const char **removed = names_of(diff, DIFF_REMOVED);

	eventbus_fire(d->bus, &(struct bus_event){
				  .type = BUS_CONFIG_READ,
				  .now = &d->now,
				  .who = who,
				  .added = added,
				  .changed = changed,
				  .removed = removed,
			      });
	free(added);
	free(changed);
	free(removed);
}

bool
reload_read(struct daemon *d, const char *who, struct config_diff **diff, struct err *err)
{
	struct config *read = daemon_read_config(d, err);
	struct config_diff *difference;

	if (read == NULL)
		return false;
	if (d->loaded != d->config)
		config_free(d->loaded);
	d->loaded = read;
	d->loaded_next_id = d->table.next_id;
	difference = compare(d, read);
	tell(d, difference, who);
	if (diff != NULL)
		*diff = difference;
	else
		config_diff_free(difference);
	return true;
}

bool
reload_preview(struct daemon *d, struct config_diff **diff, struct err *err)
{
	struct config *read = daemon_read_config(d, err);

	if (read == NULL)
		return false;
	/* The diff holds its own references to the groups. */
	*diff = compare(d, read);
	config_free(read);
	return true;
}

enum fault
reload_add_group(struct daemon *d, const char *name, const char *who, struct err *err)
{
	struct group_config *config = config_group(d->loaded, name);

	if (config == NULL)
		return FAULT_BAD_NAME;
	if (process_table_group(&d->table, name) != NULL)
		return FAULT_ALREADY_ADDED;
	return supervise_add_group(d, config, who, err) ? FAULT_NONE : FAULT_FAILED;
}

enum fault
reload_remove_group(struct daemon *d, const char *name, const char *who, struct err *err)
{
	struct group *g = process_table_group(&d->table, name);

	(void)err;
	return g != NULL ? supervise_remove_group(d, g, who) : FAULT_BAD_NAME;
}
