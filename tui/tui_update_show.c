/* tui_update_show.c: the preview of an update; see tui_update_impl.h. */
#include "autoconf.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_update_impl.h"

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

static size_t
count_running(const struct tui_host *h, const char *group)
{
	const struct tui_group *g = tui_host_group(h, group);
	size_t n = 0;

	for (size_t i = 0; g != NULL && i < g->n; i++)
		n += process_state_is_running(g->procs[i]->state);
	return n;
}

/* Those that are started are not those that run: a program that somebody stopped is started, one without autostart= is not. */
static void
put_change(struct buf *out, size_t running, int64_t starts)
{
	if (starts < 0 || (size_t)starts == running) {
		if (running == 0)
			buf_puts(out, "   nothing of it runs");
		else
			buf_printf(out, "   restarts %zu program%s", running, running == 1 ? "" : "s");
		return;
	}
	if (running > 0)
		buf_printf(out, "   stops %zu, starts %" PRId64 " program%s", running, starts,
			   starts == 1 ? "" : "s");
	else
		buf_printf(out, "   starts %" PRId64 " program%s", starts, starts == 1 ? "" : "s");
}

/* "   restarts 3 programs": what becomes of those that run. */
static void
put_effect(struct buf *out, const struct tui_update *u, const struct entry *e)
{
	size_t running = count_running(u->host, e->name);

	switch (e->change) {
	case CHANGE_ADDED:
		if (e->processes > 1)
			buf_printf(out, "   numprocs %lld", (long long)e->processes);
		break;
	case CHANGE_CHANGED:
		put_change(out, running, e->starts);
		break;
	case CHANGE_REMOVED:
		if (running > 0)
			buf_printf(out, "   stops %zu program%s", running, running == 1 ? "" : "s");
		break;
	case NCHANGES:
		break;
	}
}

static enum tui_look
look_of(const struct entry *e)
{
	static const enum tui_look looks[NCHANGES] = {LOOK_ADDED, LOOK_WARN, LOOK_REMOVED};

	return e->chosen ? looks[e->change] : LOOK_DIM;
}

static char *
head_of(const struct tui_update *u, const struct entry *e)
{
	struct buf out = BUF_INIT(TUI_PROMPT_MAX);

	buf_printf(&out, " [%c] %c %s", e->chosen ? 'x' : ' ', "+~-"[e->change], e -> name);
	put_effect(&out, u, e);
	return buf_steal(&out);
}

static void
show_head(struct tui_text *text, const struct tui_update *u, struct entry *e)
{
	char *head = head_of(u, e);

	e->line = text->n;
	tui_text_add(text, look_of(e), head);
	free(head);
}

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
		tui_text_addf(text, LOOK_ADDED, "         + %s%s", new, place);
	else if (strcmp(option, "process_name") == 0 && *new == '\0')
		tui_text_addf(text, LOOK_REMOVED, "         - %s%s", old, place);
	else if (strlen(old) + strlen(new) <= ONE_LINE)
		tui_text_addf(text, LOOK_PLAIN, "         %s%s%-16s %s%s%s%s", named ? process : "",
			      named ? "  " : "", option, *old == '\0' ? "(none)" : old, m->glyphs->arrow,
			      *new == '\0' ? "(none)" : new, place);
	else {
		tui_text_addf(text, LOOK_PLAIN, "         %s%s%s%s", named ? process : "", named ? "  " : "",
			      option, place);
		tui_text_addf(text, LOOK_REMOVED, "         - %s", old);
		tui_text_addf(text, LOOK_ADDED, "         + %s", new);
	}
	free(place);
}

/* The group that a line of the overlay belongs to; NULL: none. */
static struct entry *
entry_at(const struct tui_update *u, size_t line)
{
	struct entry *found = NULL;

	for (size_t i = 0; i < u->n && u->entries[i].line <= line; i++)
		found = &u->entries[i];
	return found;
}

/* Enter, like Space, only chooses. */
static void
toggle(struct tui_model *m, size_t line)
{
	struct tui_update *u = m->update;
	struct entry *e = u == NULL ? NULL : entry_at(u, line);
	struct tui_text_line *head;

	if (e == NULL)
		return;
	e->chosen = !e->chosen;
	head = &m->overlay.text.lines[e->line];
	free(head->text);
	head->text = head_of(u, e);
	head->look = look_of(e);
}

static const struct tui_overlay_type update_type = {
    .keymap = KEYMAP_UPDATE,
    .chooses = true,
    .choose = toggle,
    .disconnected = disconnected,
    .closed = closed,
};

void
tui_update_toggle(struct tui_model *m)
{
	toggle(m, m->overlay.cursor);
}

size_t
tui_update_count(const struct tui_update *u, enum change change, bool chosen)
{
	size_t n = 0;

	for (size_t i = 0; i < u->n; i++)
		n += u->entries[i].change == change && (!chosen || u->entries[i].chosen);
	return n;
}

static size_t
count_same(const struct tui_model *m, const struct tui_update *u)
{
	size_t groups = 0, touched = tui_update_count(u, CHANGE_CHANGED, false) +
				     tui_update_count(u, CHANGE_REMOVED, false);

	for (size_t i = 0; i < m->ngroups; i++)
		groups += m->groups[i]->host == u->host;
	return groups - (groups < touched ? groups : touched);
}

void
tui_update_show(struct tui_model *m, const struct xmlrpc_value *changes)
{
	struct tui_update *u = m->update;
	size_t nth = 0;
	char *title;

	if (u->n == 0) {
		tui_say(u->host, LOOK_OK, "the configuration asks for no change");
		tui_update_free(m);
		return;
	}
	title =
	    xasprintf("update%s%s: %zu added, %zu changed, %zu removed, %zu stay",
		      m->nhosts > 1 ? " of " : "", m->nhosts > 1 ? tui_host_name(u->host) : "",
		      tui_update_count(u, CHANGE_ADDED, false), tui_update_count(u, CHANGE_CHANGED, false),
		      tui_update_count(u, CHANGE_REMOVED, false), count_same(m, u));
	tui_overlay_open(m, &update_type, title);
	free(title);
	for (size_t i = 0; i < u->n; i++) {
		struct entry *e = &u->entries[i];
		const struct xmlrpc_value *options = NULL;

		show_head(&m->overlay.text, u, e);
		if (e->change == CHANGE_CHANGED)
			options = xmlrpc_find(xmlrpc_at(changes, nth++), "options");
		for (size_t o = 0; o < xmlrpc_get_length(options); o++)
			show_option(m, e->name, xmlrpc_at(options, o));
	}
	/* The hints say what can be done now, if they are there. */
	tui_message(m, LOOK_PLAIN, "%s",
		    m->settings.hints ? "" : "y applies what is chosen, Space chooses, Esc changes nothing");
}

static const struct tui_overlay_type refused_type = {
    .keymap = KEYMAP_OVERLAY,
};

#define REFUSAL_COLUMNS 76

/* Adds a paragraph in lines that any terminal shows whole. */
static void
add_wrapped(struct tui_text *text, const char *s, size_t len)
{
	while (len > 0) {
		size_t n = len;

		if (n > REFUSAL_COLUMNS) {
			for (n = REFUSAL_COLUMNS; n > 0 && s[n] != ' '; n--)
				;
			if (n == 0)
				n = len < REFUSAL_COLUMNS ? len : REFUSAL_COLUMNS;
		}
		tui_text_addf(text, LOOK_BAD, " %.*s", (int)n, s);
		while (n < len && s[n] == ' ')
			n++;
		s += n;
		len -= n;
	}
}

void
tui_update_show_refusal(struct tui_model *m, const char *fault)
{
	const char *end;

	tui_overlay_open(m, &refused_type, "update: the configuration is refused, nothing was changed");
	for (const char *at = fault; *at != '\0'; at = *end == '\0' ? end : end + 1) {
		end = at + strcspn(at, "\n");
		add_wrapped(&m->overlay.text, at, (size_t)(end - at));
	}
}
