/* ctl_config.c: see ctl_config.h. */
#include "autoconf.h"

#include "ctl/ctl_config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"

/* Reread */

struct change {
	const char *group;
	const char *word;
	size_t rank; /* of the list it is in */
};

static int
change_compare(const void *a, const void *b)
{
	const struct change *x = a, *y = b;
	int order = strcmp(x->group, y->group);

	return order != 0 ? order : (x->rank > y->rank) - (x->rank < y->rank);
}

void
ctl_reread_lines(struct buf *out, const struct xmlrpc_value *added, const struct xmlrpc_value *changed,
		 const struct xmlrpc_value *removed)
{
	const struct xmlrpc_value *lists[] = {added, changed, removed};
	static const char *const words[] = {"available", "changed", "disappeared"};
	struct change *changes = NULL;
	size_t n = 0;

	for (size_t list = 0; list < 3; list++) {
		for (size_t i = 0; i < xmlrpc_get_length(lists[list]); i++) {
			changes = xreallocarray(changes, n + 1, sizeof(*changes));
			changes[n++] = (struct change){
			    .group = xmlrpc_get_string(xmlrpc_at(lists[list], i)),
			    .word = words[list],
			    .rank = list,
			};
		}
	}
	if (n > 0)
		qsort(changes, n, sizeof(*changes), change_compare);
	for (size_t i = 0; i < n; i++) {
		if (i + 1 == n || strcmp(changes[i].group, changes[i + 1].group) != 0)
			buf_printf(out, "%s: %s\n", changes[i].group, changes[i].word);
	}
	if (n == 0)
		buf_puts(out, "No config updates to processes\n");
	free(changes);
}

void
ctl_reread(struct ctl *ctl, const struct ctl_args *args)
{
	struct buf out = BUF_INIT(SIZE_MAX / 2);
	struct client_result r;

	if (args->n > 0) {
		ctl_usage(ctl, args, CTL_EXIT_GENERIC, "Error: reread accepts no arguments");
		return;
	}
	if (ctl_call(ctl, &r, "reloadConfig", NULL)) {
		const struct xmlrpc_value *lists = xmlrpc_at(r.value, 0);

		if (args->json) {
			ctl_json_set(ctl, "available", ctl_json_texts(xmlrpc_at(lists, 0)));
			ctl_json_set(ctl, "changed", ctl_json_texts(xmlrpc_at(lists, 1)));
			ctl_json_set(ctl, "disappeared", ctl_json_texts(xmlrpc_at(lists, 2)));
		} else {
			ctl_reread_lines(&out, xmlrpc_at(lists, 0), xmlrpc_at(lists, 1), xmlrpc_at(lists, 2));
			fputs(buf_str(&out), stdout);
		}
	} else {
		ctl_reading_failed(ctl, &r, "supervisor shutting down");
	}
	buf_release(&out);
	client_result_release(&r);
}

/* Add, remove */

static void
add_failed(struct ctl *ctl, const struct client_result *r, const char *name)
{
	/* A group that is active already is no failure. */
	if (ctl_is_fault(r, FAULT_ALREADY_ADDED)) {
		ctl_say("ERROR: process group already active");
		return;
	}
	if (ctl_is_fault(r, FAULT_BAD_NAME))
		ctl_say("ERROR: no such process/group: %s", name);
	else if (ctl_is_fault(r, FAULT_SHUTDOWN_STATE))
		ctl_say("ERROR: shutting down");
	else
		ctl_raise(ctl, &r->error);
	ctl_fail(ctl, CTL_EXIT_GENERIC);
}

void
ctl_add(struct ctl *ctl, const struct ctl_args *args)
{
	struct client_result r;

	for (size_t i = 0; i < args->n && !ctl_raised(ctl); i++) {
		if (ctl_call(ctl, &r, "addProcessGroup", ctl_strings(1, args->word[i])))
			ctl_say("%s: added process group", args->word[i]);
		else
			add_failed(ctl, &r, args->word[i]);
		client_result_release(&r);
	}
}

static void
remove_failed(struct ctl *ctl, const struct client_result *r, const char *name)
{
	if (ctl_is_fault(r, FAULT_STILL_RUNNING))
		ctl_say("ERROR: process/group still running: %s", name);
	else if (ctl_is_fault(r, FAULT_BAD_NAME))
		ctl_say("ERROR: no such process/group: %s", name);
	else
		ctl_raise(ctl, &r->error);
	ctl_fail(ctl, CTL_EXIT_GENERIC);
}

void
ctl_remove(struct ctl *ctl, const struct ctl_args *args)
{
	struct client_result r;

	for (size_t i = 0; i < args->n && !ctl_raised(ctl); i++) {
		if (ctl_call(ctl, &r, "removeProcessGroup", ctl_strings(1, args->word[i])))
			ctl_say("%s: removed process group", args->word[i]);
		else
			remove_failed(ctl, &r, args->word[i]);
		client_result_release(&r);
	}
}

/* Update */

static bool
contains(const struct xmlrpc_value *list, const char *name)
{
	for (size_t i = 0; i < xmlrpc_get_length(list); i++) {
		if (strcmp(xmlrpc_get_string(xmlrpc_at(list, i)), name) == 0)
			return true;
	}
	return false;
}

static bool
has_group(const struct xmlrpc_value *infos, const char *group)
{
	for (size_t i = 0; i < xmlrpc_get_length(infos); i++) {
		if (strcmp(xmlrpc_get_string(xmlrpc_find(xmlrpc_at(infos, i), "group")), group) == 0)
			return true;
	}
	return false;
}

/* Only the first of several equal words counts. */
static bool
is_repeated(const struct ctl_args *args, size_t i)
{
	for (size_t j = 0; j < i; j++) {
		if (strcmp(args->word[j], args->word[i]) == 0)
			return true;
	}
	return false;
}

/* Says which of the names are no groups. False: raised. */
static bool
check_groups(struct ctl *ctl, const struct ctl_args *args, const struct xmlrpc_value *added)
{
	struct xmlrpc_value *infos = ctl_call_or_raise(ctl, "getAllProcessInfo", NULL);

	if (infos == NULL)
		return false;
	for (size_t i = 0; i < args->n; i++) {
		if (is_repeated(args, i) || has_group(infos, args->word[i]) || contains(added, args->word[i]))
			continue;
		ctl_complain_of(ctl, args->word[i], CTL_PROBLEM_NAME, "ERROR: no such group: %s",
				args->word[i]);
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	}
	xmlrpc_free(infos);
	return true;
}

/* One call with the group as its argument, whose result is not looked at. */
static bool
group_call(struct ctl *ctl, const char *method, const char *group)
{
	struct xmlrpc_value *v = ctl_call_or_raise(ctl, method, ctl_strings(1, group));
	bool ok = v != NULL;

	xmlrpc_free(v);
	return ok;
}

static bool
any_failed(const struct xmlrpc_value *results)
{
	for (size_t i = 0; i < xmlrpc_get_length(results); i++) {
		if (xmlrpc_get_int(xmlrpc_find(xmlrpc_at(results, i), "status")) == FAULT_FAILED)
			return true;
	}
	return false;
}

/* How a group's update ended. Whatever was raised ends the whole of it. */
enum outcome {
	OUTCOME_DONE,
	OUTCOME_FAILED, /* which has been said; the next group is looked at */
	OUTCOME_RAISED,
	OUTCOME_SKIPPED, /* another one has raised before */
};

/* A step is over: a line, as soon as it is. The document tells of whole groups. */
static void
say_step(const struct ctl *ctl, const char *group, const char *what)
{
	if (!ctl_json_wanted(ctl))
		ctl_say("%s: %s", group, what);
}

static enum outcome
update_removed(struct ctl *ctl, const char *group)
{
	struct xmlrpc_value *results = ctl_call_or_raise(ctl, "stopProcessGroup", ctl_strings(1, group));
	bool failed = any_failed(results);

	if (results == NULL)
		return OUTCOME_RAISED;
	xmlrpc_free(results);
	say_step(ctl, group, "stopped");
	if (failed) {
		ctl_complain_of(ctl, group, CTL_PROBLEM_FAILED, "%s: has problems; not removing", group);
		ctl_fail(ctl, CTL_EXIT_GENERIC);
		return OUTCOME_FAILED;
	}
	if (!group_call(ctl, "removeProcessGroup", group))
		return OUTCOME_RAISED;
	say_step(ctl, group, "removed process group");
	return OUTCOME_DONE;
}

static enum outcome
update_changed(struct ctl *ctl, const char *group)
{
	if (!group_call(ctl, "stopProcessGroup", group))
		return OUTCOME_RAISED;
	say_step(ctl, group, "stopped");
	if (!group_call(ctl, "removeProcessGroup", group) || !group_call(ctl, "addProcessGroup", group))
		return OUTCOME_RAISED;
	say_step(ctl, group, "updated process group");
	return OUTCOME_DONE;
}

static enum outcome
update_added(struct ctl *ctl, const char *group)
{
	if (!group_call(ctl, "addProcessGroup", group))
		return OUTCOME_RAISED;
	say_step(ctl, group, "added process group");
	return OUTCOME_DONE;
}

/* The lists of reloadConfig, in the order in which they are carried out. */
static const struct change_kind {
	const char *word;
	size_t list; /* which one it is in the answer */
	enum outcome (*update)(struct ctl *ctl, const char *group);
} change_kinds[] = {
    {.word = "removed", .list = 2, .update = update_removed},
    {.word = "changed", .list = 1, .update = update_changed},
    {.word = "added", .list = 0, .update = update_added},
};

static json_t *
outcome_json(const struct ctl *ctl, const char *group, const char *change, enum outcome outcome)
{
	json_t *object = json_object(), *error = NULL;

	/* What was raised is the error of the document, too; what failed is the last of those of names. */
	if (outcome == OUTCOME_RAISED)
		error = json_object_get(ctl->document, "error");
	else if (outcome == OUTCOME_FAILED)
		error = json_array_get(json_object_get(ctl->document, "errors"),
				       json_array_size(json_object_get(ctl->document, "errors")) - 1);
	json_object_set_new_nocheck(object, "group", ctl_json_text(group));
	json_object_set_new_nocheck(object, "change", json_string(change));
	json_object_set_new_nocheck(object, "done", json_boolean(outcome == OUTCOME_DONE));
	json_object_set_new_nocheck(object, "error", error != NULL ? json_deep_copy(error) : json_null());
	return object;
}

struct update {
	struct ctl *ctl;
	const struct ctl_args *only; /* NULL: all groups */
	enum outcome last;
	json_t *groups; /* of the document; NULL: lines are said */
};

static void
update_list(struct update *u, const struct change_kind *kind, const struct xmlrpc_value *list)
{
	for (size_t i = 0; i < xmlrpc_get_length(list); i++) {
		const char *group = xmlrpc_get_string(xmlrpc_at(list, i));

		if (u->only != NULL && !ctl_args_contain(u->only, group))
			continue;
		if (u->last == OUTCOME_RAISED || u->last == OUTCOME_SKIPPED)
			u->last = OUTCOME_SKIPPED;
		else
			u->last = kind->update(u->ctl, group);
		if (u->groups != NULL)
			json_array_append_new(u->groups, outcome_json(u->ctl, group, kind->word, u->last));
	}
}

static void
apply_update(struct ctl *ctl, const struct xmlrpc_value *lists, const struct ctl_args *only)
{
	struct update u = {.ctl = ctl, .only = only};

	if (ctl_json_wanted(ctl))
		u.groups = ctl_json_list(ctl, "groups");
	if (only != NULL && !check_groups(ctl, only, xmlrpc_at(lists, 0)))
		return;
	for (size_t i = 0; i < sizeof(change_kinds) / sizeof(change_kinds[0]); i++)
		update_list(&u, &change_kinds[i], xmlrpc_at(lists, change_kinds[i].list));
}

void
ctl_update(struct ctl *ctl, const struct ctl_args *args)
{
	bool everything = args->n == 0 || ctl_args_contain(args, "all");
	struct client_result r;

	if (ctl_call(ctl, &r, "reloadConfig", NULL)) {
		apply_update(ctl, xmlrpc_at(r.value, 0), everything ? NULL : args);
	} else if (ctl_is_fault(&r, FAULT_SHUTDOWN_STATE)) {
		ctl_complain(ctl, CTL_PROBLEM_FAULT, r.error.code, "ERROR: already shutting down");
		ctl_fail(ctl, CTL_EXIT_GENERIC);
	} else {
		ctl_raise(ctl, &r.error);
	}
	client_result_release(&r);
}
