/* tui_update.c: see tui_update.h. */
#include "autoconf.h"

#include "tui/tui_update.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "core/fault.h"
#include "tui/tui_actions.h"
#include "tui/tui_equal.h"
#include "tui/tui_update_impl.h"

bool
tui_update_is_of(const struct tui_model *m, const struct tui_host *h)
{
	return m->update != NULL && m->update->host == h;
}

bool
tui_update_is_applying(const struct tui_model *m)
{
	return m->update != NULL && m->update->applying;
}

void
tui_update_free(struct tui_model *m)
{
	struct tui_update *u = m->update;

	m->update = NULL;
	if (u == NULL)
		return;
	for (size_t i = 0; i < u->n; i++)
		free(u->entries[i].name);
	for (size_t i = 0; i < u->nwanted; i++)
		free(u->wanted[i]);
	free(u->entries);
	free(u->wanted);
	free(u->steps);
	free(u->trouble);
	free(u);
}

static void
ask(struct tui_update *u, enum tui_tag tag, const char *method, struct xmlrpc_value *params)
{
	u->ticket = ++u->host->model->tickets;
	tui_request_call(u->host, tag, u->ticket, method, params);
}

void
tui_update_preview(struct tui_model *m, char *const *words, size_t n)
{
	struct tui_update *u;

	if (m->update != NULL && m->update->applying) {
		tui_message(m, LOOK_WARN, "an update is under way");
		return;
	}
	tui_update_free(m);
	u = m->update = xcalloc(1, sizeof(*m->update));
	u->host = tui_model_host(m);
	u->wanted = xcalloc(n + 1, sizeof(char *));
	for (size_t i = 0; i < n && strcmp(words[0], "all") != 0; i++)
		u->wanted[u->nwanted++] = xstrdup(words[i]);
	tui_message(m, LOOK_PLAIN, "asking what an update would change");
	ask(u, TAG_PREVIEW, "cvisor.previewUpdate", NULL);
}

void
tui_update_open(struct tui_model *m)
{
	tui_update_preview(m, NULL, 0);
}

/* Answers */

static bool
is_wanted(const struct tui_update *u, const char *name)
{
	for (size_t i = 0; i < u->nwanted; i++)
		if (strcmp(u->wanted[i], name) == 0)
			return true;
	return u->nwanted == 0;
}

/* numbers: a struct with a number for each group, or NULL. */
static int64_t
number_of(const struct xmlrpc_value *numbers, const char *group)
{
	const struct xmlrpc_value *number = xmlrpc_find(numbers, group);

	return number != NULL ? xmlrpc_get_int(number) : -1;
}

/* answer: what tells more of the groups, or NULL. */
static void
take(struct tui_update *u, enum change change, const struct xmlrpc_value *array,
     const struct xmlrpc_value *answer)
{
	const struct xmlrpc_value *processes = xmlrpc_find(answer, "processes"),
				  *starts = xmlrpc_find(answer, "starts");

	for (size_t i = 0; i < xmlrpc_get_length(array); i++) {
		const struct xmlrpc_value *item = xmlrpc_at(array, i);
		const char *name;

		if (xmlrpc_type(item) == XMLRPC_STRUCT)
			item = xmlrpc_find(item, "name");
		name = xmlrpc_get_string(item);
		u->entries = xreallocarray(u->entries, u->n + 1, sizeof(*u->entries));
		u->entries[u->n++] = (struct entry){
		    .change = change,
		    .name = xstrdup(name),
		    .chosen = is_wanted(u, name),
		    .processes = number_of(processes, name),
		    .starts = number_of(starts, name),
		};
	}
}

/* The file is bad: where and why is shown whole. */
static void
refused(struct tui_model *m, int code, const char *fault)
{
	struct tui_host *h = m->update->host;

	tui_update_free(m);
	if (code != FAULT_CANT_REREAD) {
		tui_say(h, LOOK_BAD, "update: %s", fault);
		return;
	}
	tui_update_show_refusal(m, fault);
	tui_say(h, LOOK_BAD, "update refused: %s", fault);
}

static void
preview_reply(struct tui_model *m, const struct xmlrpc_value *value, int code, const char *fault)
{
	struct tui_update *u = m->update;

	if (value == NULL && code == FAULT_UNKNOWN_METHOD && m->settings.readonly) {
		tui_say(u->host, LOOK_WARN,
			"read-only: this daemon has to read its file again to tell what would change");
		tui_update_free(m);
	} else if (value == NULL && code == FAULT_UNKNOWN_METHOD)
		ask(u, TAG_REREAD, "supervisor.reloadConfig", NULL);
	else if (value == NULL)
		refused(m, code, fault);
	else {
		take(u, CHANGE_ADDED, xmlrpc_find(value, "added"), value);
		take(u, CHANGE_CHANGED, xmlrpc_find(value, "changed"), value);
		take(u, CHANGE_REMOVED, xmlrpc_find(value, "removed"), NULL);
		tui_update_show(m, xmlrpc_find(value, "changed"));
	}
}

static void
reread_reply(struct tui_model *m, const struct xmlrpc_value *value, int code, const char *fault)
{
	const struct xmlrpc_value *lists = xmlrpc_at(value, 0);
	struct tui_update *u = m->update;

	if (value == NULL) {
		refused(m, code, fault);
		return;
	}
	u->reread = true;
	for (int change = 0; change < NCHANGES; change++)
		take(u, (enum change)change, xmlrpc_at(lists, (size_t)change), NULL);
	tui_update_show(m, NULL);
}

/* Doing it */

static void
add_step(struct tui_update *u, const char *method, const struct entry *e)
{
	u->steps = xreallocarray(u->steps, u->nsteps + 1, sizeof(*u->steps));
	u->steps[u->nsteps++] = (struct step){.method = method, .group = e->name};
}

/* What goes comes first, as supervisorctl does it. */
static void
add_steps(struct tui_update *u)
{
	static const enum change order[NCHANGES] = {CHANGE_REMOVED, CHANGE_CHANGED, CHANGE_ADDED};

	for (size_t i = 0; i < (size_t)NCHANGES * u->n; i++) {
		const struct entry *e = &u->entries[i % u->n];

		if (e->change != order[i / u->n] || !e->chosen)
			continue;
		if (e->change != CHANGE_ADDED) {
			add_step(u, "supervisor.stopProcessGroup", e);
			add_step(u, "supervisor.removeProcessGroup", e);
		}
		if (e->change != CHANGE_REMOVED)
			add_step(u, "supervisor.addProcessGroup", e);
	}
}

static void
finish(struct tui_model *m)
{
	struct tui_update *u = m->update;

	if (u->trouble != NULL)
		tui_say(u->host, LOOK_BAD, "update: %s%s", u->trouble,
			u->failed > 1 ? tui_hint(m, "; M lists all", "; messages lists all") : "");
	else
		tui_say(u->host, LOOK_OK, "updated: %zu added, %zu changed, %zu removed",
			tui_update_count(u, CHANGE_ADDED, true), tui_update_count(u, CHANGE_CHANGED, true),
			tui_update_count(u, CHANGE_REMOVED, true));
	tui_update_free(m);
}

static void
next_step(struct tui_model *m)
{
	struct tui_update *u = m->update;
	struct xmlrpc_value *params;

	if (u->at == u->nsteps) {
		finish(m);
		return;
	}
	tui_message(m, LOOK_PLAIN, "update: %s, step %zu of %zu", u->steps[u->at].group, u->at + 1,
		    u->nsteps);
	params = xmlrpc_array();
	xmlrpc_append(params, xmlrpc_string(u->steps[u->at].group));
	ask(u, TAG_UPDATE, u->steps[u->at].method, params);
}

/* "update", with the groups when not all are chosen. */
static void
remember(const struct tui_update *u)
{
	struct buf words = BUF_INIT(TUI_PROMPT_MAX);
	size_t chosen = 0;

	buf_puts(&words, "update");
	for (size_t i = 0; i < u->n; i++)
		chosen += u->entries[i].chosen;
	for (size_t i = 0; i < u->n && chosen < u->n; i++) {
		if (!u->entries[i].chosen)
			continue;
		buf_putc(&words, ' ');
		tui_equal_quote(&words, u->entries[i].name);
	}
	tui_equal_remember_word(u->host, buf_str(&words));
	buf_release(&words);
}

void
tui_update_apply(struct tui_model *m)
{
	struct tui_update *u = m->update;

	if (u == NULL || u->applying)
		return;
	if (m->settings.readonly) {
		tui_message(m, LOOK_WARN, "read-only: nothing is changed from here");
		return;
	}
	add_steps(u);
	if (u->nsteps == 0) {
		tui_message(m, LOOK_WARN, "no group is chosen: Space chooses");
		return;
	}
	u->applying = true;
	tui_overlay_close(m, false);
	remember(u);
	tui_message(m, LOOK_PLAIN, "update: reading the configuration");
	if (u->reread)
		next_step(m);
	else
		ask(u, TAG_UPDATE, "supervisor.reloadConfig", NULL);
}

/* Nothing is done to a group that was not shown: the file may have changed since. */
static bool
was_shown(const struct tui_update *u, enum change change, const struct xmlrpc_value *found)
{
	size_t known = 0;

	for (size_t i = 0; i < xmlrpc_get_length(found); i++)
		for (size_t j = 0; j < u->n; j++)
			known += u->entries[j].change == change &&
				 strcmp(u->entries[j].name, xmlrpc_get_string(xmlrpc_at(found, i))) == 0;
	return known == xmlrpc_get_length(found);
}

static void
reread_before_steps(struct tui_model *m, const struct xmlrpc_value *value, int code, const char *fault)
{
	const struct xmlrpc_value *lists = xmlrpc_at(value, 0);
	struct tui_update *u = m->update;
	bool same = true;

	u->reread = true;
	if (value == NULL) {
		refused(m, code, fault);
		return;
	}
	for (int change = 0; change < NCHANGES; change++)
		same = same && was_shown(u, (enum change)change, xmlrpc_at(lists, (size_t)change));
	if (same) {
		next_step(m);
		return;
	}
	tui_say(u->host, LOOK_WARN,
		"the configuration has changed meanwhile, nothing was done: look again with u");
	tui_update_free(m);
}

static void
step_reply(struct tui_model *m, const struct xmlrpc_value *value, const char *fault)
{
	struct tui_update *u = m->update;
	const char *group = u->steps[u->at].group;

	if (value == NULL) {
		u->failed++;
		tui_note(u->host, LOOK_BAD, "update: %s: %s", group, fault);
		if (u->trouble == NULL)
			u->trouble = xasprintf("%s: %s", group, fault);
	}
	u->at++;
	next_step(m);
}

void
tui_update_reply(struct tui_model *m, enum tui_tag tag, unsigned ticket, const struct xmlrpc_value *value,
		 int code, const char *fault)
{
	/* Of one that was given up, perhaps of another daemon: what it says must not be done here. */
	if (m->update == NULL || m->update->ticket != ticket)
		return;
	if (tag == TAG_PREVIEW)
		preview_reply(m, value, code, fault);
	else if (tag == TAG_REREAD)
		reread_reply(m, value, code, fault);
	else if (!m->update->reread)
		reread_before_steps(m, value, code, fault);
	else
		step_reply(m, value, fault);
}
