/* tui_update.c: see tui_update.h. */
#include "autoconf.h"

#include "tui/tui_update.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_actions.h"

#define UNKNOWN_METHOD 1

struct names {
	char **names;
	size_t n;
};

struct step {
	const char *method;
	char *group; /* owned */
};

struct tui_update {
	struct tui_host *host;
	struct names added;
	struct names changed;
	struct names removed;
	bool reread; /* the daemon has read the file already */
	bool applying;
	struct step *steps;
	size_t nsteps;
	size_t at;
	char *trouble; /* the first fault; owned */
};

static void
add_name(struct names *list, const char *name)
{
	list->names = xreallocarray(list->names, list->n + 1, sizeof(char *));
	list->names[list->n++] = xstrdup(name);
}

static void
free_names(struct names *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->names[i]);
	free(list->names);
	*list = (struct names){0};
}

static bool
has_name(const struct names *list, const char *name)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->names[i], name) == 0)
			return true;
	return false;
}

bool
tui_update_is_of(const struct tui_model *m, const struct tui_host *h)
{
	return m->update != NULL && m->update->host == h;
}

void
tui_update_free(struct tui_model *m)
{
	struct tui_update *u = m->update;

	m->update = NULL;
	if (u == NULL)
		return;
	free_names(&u->added);
	free_names(&u->changed);
	free_names(&u->removed);
	for (size_t i = 0; i < u->nsteps; i++)
		free(u->steps[i].group);
	free(u->steps);
	free(u->trouble);
	free(u);
}

void
tui_update_preview(struct tui_model *m)
{
	if (m->update != NULL && m->update->applying) {
		tui_message(m, LOOK_PLAIN, "an update is under way");
		return;
	}
	tui_update_free(m);
	m->update = xcalloc(1, sizeof(*m->update));
	m->update->host = tui_model_host(m);
	tui_message(m, LOOK_PLAIN, "asking what an update would change");
	tui_request_call(m->update->host, TAG_PREVIEW, ++m->tickets, "cvisor.previewUpdate", NULL);
}

/* Closed without an answer, nothing is done. */
static void
closed(struct tui_model *m, bool by_user)
{
	if (m->update == NULL || m->update->applying)
		return;
	tui_update_free(m);
	if (by_user)
		tui_message(m, LOOK_PLAIN, "nothing was changed");
}

static void
disconnected(struct tui_model *m, const struct tui_host *h)
{
	if (tui_update_is_of(m, h))
		tui_overlay_close(m, false);
}

static const struct tui_overlay_type update_type = {
    .keymap = KEYMAP_UPDATE,
    .disconnected = disconnected,
    .closed = closed,
};

#define ONE_LINE 40 /* bytes of both values that still fit beside their option */

/* One option: in one line when both values are short, else with a line for each. */
static void
show_option(struct tui_model *m, const char *group, const struct xmlrpc_value *o)
{
	struct tui_text *text = &m->overlay.text;
	const char *file = xmlrpc_get_string(xmlrpc_find(o, "file"));
	const char *process = xmlrpc_get_string(xmlrpc_find(o, "process"));
	const char *option = xmlrpc_get_string(xmlrpc_find(o, "option"));
	const char *old = xmlrpc_get_string(xmlrpc_find(o, "old"));
	const char *new = xmlrpc_get_string(xmlrpc_find(o, "new"));
	long long line = xmlrpc_get_int(xmlrpc_find(o, "line"));
	char *place = *file == '\0' ? xstrdup("") : xasprintf("   %s:%lld", file, line);
	/* The process is named where the group has several. */
	bool named = *process != '\0' && strcmp(process, group) != 0;

	/* The name of a process that only one side has says that it comes or goes. */
	if (strcmp(option, "process_name") == 0 && *old == '\0')
		tui_text_addf(text, LOOK_ADDED, "     + %s%s", new, place);
	else if (strcmp(option, "process_name") == 0 && *new == '\0')
		tui_text_addf(text, LOOK_REMOVED, "     - %s%s", old, place);
	else if (strlen(old) + strlen(new) <= ONE_LINE)
		tui_text_addf(text, LOOK_PLAIN, "     %s%s%-16s %s%s%s%s", named ? process : "",
			      named ? "  " : "", option, *old == '\0' ? "(none)" : old, m->glyphs->arrow,
			      *new == '\0' ? "(none)" : new, place);
	else {
		tui_text_addf(text, LOOK_PLAIN, "     %s%s%s%s", named ? process : "", named ? "  " : "",
			      option, place);
		tui_text_addf(text, LOOK_REMOVED, "     - %s", old);
		tui_text_addf(text, LOOK_ADDED, "     + %s", new);
	}
	free(place);
}

static void
show_options(struct tui_model *m, const char *group, const struct xmlrpc_value *options)
{
	for (size_t i = 0; i < xmlrpc_get_length(options); i++)
		show_option(m, group, xmlrpc_at(options, i));
}

static void
show(struct tui_model *m, const struct xmlrpc_value *changes)
{
	struct tui_update *u = m->update;
	struct tui_text *text;
	size_t same = 0;

	for (size_t i = 0; i < m->ngroups; i++)
		same += m->groups[i]->host == u->host;
	same -= same < u->changed.n + u->removed.n ? same : u->changed.n + u->removed.n;
	if (u->added.n + u->changed.n + u->removed.n == 0) {
		tui_message(m, LOOK_OK, "the configuration asks for no change");
		tui_update_free(m);
		return;
	}
	tui_overlay_open(m, &update_type, "update");
	text = &m->overlay.text;
	tui_text_addf(text, LOOK_DIM, " %zu added, %zu changed, %zu removed, %zu stay", u->added.n,
		      u->changed.n, u->removed.n, same);
	for (size_t i = 0; i < u->added.n; i++)
		tui_text_addf(text, LOOK_ADDED, " + %s", u->added.names[i]);
	for (size_t i = 0; i < u->changed.n; i++) {
		tui_text_addf(text, LOOK_WARN, " ~ %s   restarts", u->changed.names[i]);
		if (changes != NULL)
			show_options(m, u->changed.names[i], xmlrpc_find(xmlrpc_at(changes, i), "options"));
	}
	for (size_t i = 0; i < u->removed.n; i++)
		tui_text_addf(text, LOOK_REMOVED, " - %s   stops", u->removed.names[i]);
	tui_message(m, LOOK_PLAIN, "y applies all, Esc leaves everything as it is");
}

static void
take_names(struct names *list, const struct xmlrpc_value *array)
{
	for (size_t i = 0; i < xmlrpc_get_length(array); i++) {
		const struct xmlrpc_value *item = xmlrpc_at(array, i);

		if (xmlrpc_type(item) == XMLRPC_STRUCT)
			item = xmlrpc_find(item, "name");
		add_name(list, xmlrpc_get_string(item));
	}
}

static void
preview_reply(struct tui_model *m, const struct xmlrpc_value *value, int code, const char *fault)
{
	struct tui_update *u = m->update;

	if (value == NULL && code == UNKNOWN_METHOD) {
		tui_request_call(u->host, TAG_REREAD, ++m->tickets, "supervisor.reloadConfig", NULL);
		return;
	}
	if (value == NULL) {
		tui_message(m, LOOK_BAD, "update: %s", fault);
		tui_update_free(m);
		return;
	}
	take_names(&u->added, xmlrpc_find(value, "added"));
	take_names(&u->changed, xmlrpc_find(value, "changed"));
	take_names(&u->removed, xmlrpc_find(value, "removed"));
	show(m, xmlrpc_find(value, "changed"));
}

static void
reread_reply(struct tui_model *m, const struct xmlrpc_value *value, const char *fault)
{
	const struct xmlrpc_value *lists = xmlrpc_at(value, 0);
	struct tui_update *u = m->update;

	if (value == NULL) {
		tui_message(m, LOOK_BAD, "update: %s", fault);
		tui_update_free(m);
		return;
	}
	u->reread = true;
	take_names(&u->added, xmlrpc_at(lists, 0));
	take_names(&u->changed, xmlrpc_at(lists, 1));
	take_names(&u->removed, xmlrpc_at(lists, 2));
	show(m, NULL);
}

static void
add_step(struct tui_update *u, const char *method, const char *group)
{
	u->steps = xreallocarray(u->steps, u->nsteps + 1, sizeof(*u->steps));
	u->steps[u->nsteps++] = (struct step){.method = method, .group = xstrdup(group)};
}

static void
add_steps(struct tui_update *u)
{
	for (size_t i = 0; i < u->removed.n; i++) {
		add_step(u, "supervisor.stopProcessGroup", u->removed.names[i]);
		add_step(u, "supervisor.removeProcessGroup", u->removed.names[i]);
	}
	for (size_t i = 0; i < u->changed.n; i++) {
		add_step(u, "supervisor.stopProcessGroup", u->changed.names[i]);
		add_step(u, "supervisor.removeProcessGroup", u->changed.names[i]);
		add_step(u, "supervisor.addProcessGroup", u->changed.names[i]);
	}
	for (size_t i = 0; i < u->added.n; i++)
		add_step(u, "supervisor.addProcessGroup", u->added.names[i]);
}

static void
next_step(struct tui_model *m)
{
	struct tui_update *u = m->update;
	struct xmlrpc_value *params;

	if (u->at == u->nsteps) {
		if (u->trouble != NULL)
			tui_message(m, LOOK_BAD, "update: %s", u->trouble);
		else
			tui_message(m, LOOK_OK, "updated: %zu added, %zu changed, %zu removed", u->added.n,
				    u->changed.n, u->removed.n);
		tui_update_free(m);
		return;
	}
	tui_message(m, LOOK_PLAIN, "update: %s, step %zu of %zu", u->steps[u->at].group, u->at + 1,
		    u->nsteps);
	params = xmlrpc_array();
	xmlrpc_append(params, xmlrpc_string(u->steps[u->at].group));
	tui_request_call(u->host, TAG_UPDATE, ++m->tickets, u->steps[u->at].method, params);
}

void
tui_update_apply(struct tui_model *m)
{
	struct tui_update *u = m->update;

	if (u == NULL || u->applying)
		return;
	u->applying = true;
	tui_overlay_close(m, false);
	add_steps(u);
	tui_message(m, LOOK_PLAIN, "update: reading the configuration");
	if (u->reread)
		next_step(m);
	else
		tui_request_call(u->host, TAG_UPDATE, ++m->tickets, "supervisor.reloadConfig", NULL);
}

/* Nothing is done to a group that was not shown: the file may have changed since. */
static bool
only_known(const struct xmlrpc_value *found, const struct names *shown)
{
	for (size_t i = 0; i < xmlrpc_get_length(found); i++)
		if (!has_name(shown, xmlrpc_get_string(xmlrpc_at(found, i))))
			return false;
	return true;
}

static void
reread_before_steps(struct tui_model *m, const struct xmlrpc_value *value, const char *fault)
{
	const struct xmlrpc_value *lists = xmlrpc_at(value, 0);
	struct tui_update *u = m->update;

	u->reread = true;
	if (value == NULL) {
		tui_message(m, LOOK_BAD, "update: %s", fault);
		tui_update_free(m);
	} else if (!only_known(xmlrpc_at(lists, 0), &u->added) ||
		   !only_known(xmlrpc_at(lists, 1), &u->changed) ||
		   !only_known(xmlrpc_at(lists, 2), &u->removed)) {
		tui_message(m, LOOK_WARN,
			    "the configuration has changed meanwhile, nothing was done: look again with u");
		tui_update_free(m);
	} else
		next_step(m);
}

void
tui_update_reply(struct tui_model *m, enum tui_tag tag, const struct xmlrpc_value *value, int code,
		 const char *fault)
{
	struct tui_update *u = m->update;

	if (u == NULL)
		return;
	if (tag == TAG_PREVIEW)
		preview_reply(m, value, code, fault);
	else if (tag == TAG_REREAD)
		reread_reply(m, value, fault);
	else if (!u->reread)
		reread_before_steps(m, value, fault);
	else {
		if (value == NULL && u->trouble == NULL)
			u->trouble = xasprintf("%s: %s", u->steps[u->at].group, fault);
		u->at++;
		next_step(m);
	}
}
