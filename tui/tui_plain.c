/* tui_plain.c: see tui_plain.h. */
#include "autoconf.h"

#include "tui/tui_plain.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/utf8.h"
#include "base/xmalloc.h"
#include "tui/tui_actions.h"
#include "tui/tui_command.h"
#include "tui/tui_input.h"
#include "tui/tui_overlay.h"
#include "tui/tui_record.h"
#include "tui/tui_sanitize.h"
#include "tui/tui_who.h"

/* Where windows that wrap do so. */
#define LINE_COLUMNS 100

/* What was said of a process. */
struct seen {
	const struct tui_host *host;
	enum process_state state;
	int64_t pid;
	unsigned round; /* in which it was there */
};

void
tui_plain_init(struct tui_plain *p, bool ascii)
{
	*p = (struct tui_plain){.ascii = ascii, .seen = map_new(), .message = xstrdup("")};
}

void
tui_plain_release(struct tui_plain *p)
{
	size_t pos = 0;
	void *value;

	while (p->seen != NULL && map_next(p->seen, &pos, NULL, &value))
		free(value);
	map_free(p->seen);
	free(p->links);
	free(p->message);
	free(p->question);
	free(p->title);
	free(p->first);
}

/* A line; what is in it comes from outside, too. */
static void __attribute__((format(printf, 3, 4)))
say(const struct tui_plain *p, struct buf *out, const char *fmt, ...)
{
	struct tui_sanitizer z;
	struct tui_glyph g;
	char bytes[4], *line;
	va_list ap;

	va_start(ap, fmt);
	line = xvasprintf(fmt, ap);
	va_end(ap);
	tui_sanitize_begin(&z, line, strlen(line), false);
	while (tui_sanitize_next(&z, &g)) {
		if (p->ascii && g.ch > 0x7e)
			buf_putc(out, '?');
		else
			buf_append(out, bytes, utf8_encode(g.ch, bytes));
	}
	buf_putc(out, '\n');
	free(line);
}

/* "web-03 " where there are several. */
static const char *
host_prefix(const struct tui_host *h, char out[TUI_CELL_MAX])
{
	out[0] = '\0';
	if (h->model->nhosts > 1)
		snprintf(out, TUI_CELL_MAX, "%.100s ", tui_host_name(h));
	return out;
}

/* Programs */

/* "RUNNING, pid 812" or "FATAL: Exited too quickly". */
static void
describe(const struct tui_proc *proc, struct buf *out)
{
	char note[TUI_NOTE_MAX];
	const char *why = tui_proc_note(proc, note);

	buf_puts(out, process_state_name(proc->state));
	if (proc->pid > 0)
		buf_printf(out, ", pid %" PRId64, proc->pid);
	if (why[0] != '\0')
		buf_printf(out, ": %s", why);
	else if (tui_who_is_another(proc->group->host, proc->who))
		buf_printf(out, ", asked by %s", proc->who);
}

static size_t
count_ill(const struct tui_host *h)
{
	const struct tui_model *m = h->model;
	size_t n = 0;

	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; m->groups[i]->host == h && j < m->groups[i]->n; j++)
			n += tui_proc_needs_hand(m->groups[i]->procs[j]);
	return n;
}

static void
say_table(const struct tui_plain *p, const struct tui_model *m, struct buf *out)
{
	for (size_t h = 0; h < m->nhosts; h++)
		say(p, out, "%s: %zu programs, %zu ill", tui_host_name(m->hosts[h]),
		    tui_host_count(m->hosts[h]), count_ill(m->hosts[h]));
	for (size_t i = 0; i < m->ngroups; i++) {
		for (size_t j = 0; j < m->groups[i]->n; j++) {
			const struct tui_proc *proc = m->groups[i]->procs[j];
			struct buf text = BUF_INIT(4096);
			char host[TUI_CELL_MAX];

			describe(proc, &text);
			say(p, out, "%s%s %s", host_prefix(m->groups[i]->host, host), proc->display,
			    buf_str(&text));
			buf_release(&text);
		}
	}
}

static struct seen *
seen_of(struct tui_plain *p, const struct tui_proc *proc, bool *is_new)
{
	char *key = xasprintf("%zu %s", proc->group->host->number, proc->key);
	struct seen *seen = map_get(p->seen, key);

	*is_new = seen == NULL;
	if (seen == NULL) {
		seen = xcalloc(1, sizeof(*seen));
		map_put(p->seen, key, seen);
	}
	free(key);
	return seen;
}

/* "ended (exit 3, not expected), ": a run that was told of, and whose end the next run has overtaken. */
static void
describe_end(const struct seen *seen, const struct tui_proc *proc, struct buf *out)
{
	const struct tui_end *end = &proc->ended;
	char how[TUI_HOW_MAX];

	if (seen->pid == 0 || end->pid != seen->pid || proc->pid == 0)
		return;
	buf_printf(out, "ended (%s%s), ", tui_record_how(end->exitstatus, end->signal, how),
		   end->expected ? "" : ", not expected");
}

static void
look_at(struct tui_plain *p, const struct tui_model *m, const struct tui_proc *proc, struct buf *out)
{
	bool is_new;
	struct seen *seen = seen_of(p, proc, &is_new);
	struct buf text = BUF_INIT(4096);
	char clock[TUI_CLOCK_MAX], host[TUI_CELL_MAX];
	bool changed = seen->state != proc->state || seen->pid != proc->pid;

	seen->host = proc->group->host;
	seen->round = p->round;
	if (p->begun && (is_new || changed)) {
		describe_end(seen, proc, &text);
		buf_puts(&text, is_new ? "is new: " : "is now ");
		describe(proc, &text);
		say(p, out, "%s %s%s %s", tui_clock(m, m->now, clock), host_prefix(proc->group->host, host),
		    proc->display, buf_str(&text));
	}
	seen->state = proc->state;
	seen->pid = proc->pid;
	buf_release(&text);
}

/* Those that were not there in this round. One at a time: the map must not change under the walk. */
static void
say_removed(struct tui_plain *p, const struct tui_model *m, struct buf *out)
{
	char clock[TUI_CLOCK_MAX];
	const char *key;
	void *value;

	for (size_t pos = 0; map_next(p->seen, &pos, &key, &value);) {
		const struct seen *seen = value;
		char *copy;

		if (seen->round == p->round)
			continue;
		copy = xstrdup(key);
		/* All of a daemon's are not told one by one. */
		if (!seen->host->dropped)
			say(p, out, "%s %s is removed", tui_clock(m, m->now, clock),
			    copy + strcspn(copy, " ") + 1);
		map_del(p->seen, copy);
		free(value);
		free(copy);
		pos = 0;
	}
}

static void
say_programs(struct tui_plain *p, const struct tui_model *m, struct buf *out)
{
	p->round++;
	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; j < m->groups[i]->n; j++)
			look_at(p, m, m->groups[i]->procs[j], out);
	say_removed(p, m, out);
}

/* The rest */

static bool
is_link_up(enum tui_link link)
{
	return link == LINK_LIVE || link == LINK_POLLING;
}

static void
say_links(struct tui_plain *p, const struct tui_model *m, struct buf *out)
{
	char clock[TUI_CLOCK_MAX];

	for (; p->nlinks < m->nhosts + m->ndropped; p->nlinks++) {
		p->links = xreallocarray(p->links, p->nlinks + 1, sizeof(*p->links));
		p->links[p->nlinks] = LINK_CONNECTING;
	}
	for (size_t i = 0; i < m->ndropped; i++)
		p->links[m->dropped[i]->number] = LINK_DOWN;
	for (size_t i = 0; i < m->nhosts; i++) {
		const struct tui_host *h = m->hosts[i];
		enum tui_link before = p->links[h->number];
		bool in_vain = h->link == LINK_DOWN && before == LINK_CONNECTING;

		if ((is_link_up(h->link) != is_link_up(before) || in_vain) && p->begun) {
			tui_clock(m, m->now, clock);
			if (is_link_up(h->link))
				say(p, out, "%s %s answers", clock, tui_host_name(h));
			else
				say(p, out, "%s no answer from %s%s%s", clock, tui_host_name(h),
				    h->link_error != NULL ? ": " : "",
				    h->link_error != NULL ? h->link_error : "");
		}
		p->links[h->number] = h->link;
	}
}

static void
say_message(struct tui_plain *p, const struct tui_model *m, struct buf *out)
{
	if (strcmp(p->message, m->message) == 0)
		return;
	tui_set(&p->message, m->message);
	if (m->message[0] != '\0')
		say(p, out, "%s", m->message);
}

static void
say_question(struct tui_plain *p, const struct tui_model *m, struct buf *out)
{
	bool open = m->prompt.kind != PROMPT_NONE;
	const char *label = open ? m->prompt.label : NULL;

	if (open && (p->question == NULL || strcmp(p->question, label) != 0))
		say(p, out, "%s%s", label, m->prompt.kind == PROMPT_CONFIRM ? "? y/N" : "");
	if (!open && p->question != NULL)
		tui_set(&p->question, NULL);
	else if (open)
		tui_set(&p->question, label);
}

static void
say_window(struct tui_plain *p, const struct tui_model *m, struct buf *out)
{
	const struct tui_overlay *o = &m->overlay;
	const char *title = o->title != NULL ? o->title : "";

	if (o->type == NULL) {
		tui_set(&p->title, NULL);
		return;
	}
	if (p->title == NULL || strcmp(p->title, title) != 0 || o->text.n < p->lines) {
		tui_set(&p->title, title);
		p->lines = 0;
		say(p, out, "%s", title);
	}
	if (p->lines > 0 && p->first != NULL && strcmp(p->first, o->text.lines[0].text) != 0)
		p->lines = 0;
	if (o->text.n > 0)
		tui_set(&p->first, o->text.lines[0].text);
	for (; p->lines < o->text.n; p->lines++)
		say(p, out, "%s", o->text.lines[p->lines].text);
	if (o->type->keymap == KEYMAP_UPDATE && p->question == NULL) {
		tui_set(&p->question, "");
		say(p, out, "y does it, anything else leaves everything as it is");
	}
}

void
tui_plain_take(struct tui_plain *p, struct tui_model *m, struct buf *out)
{
	say_links(p, m, out);
	say_programs(p, m, out);
	if (!p->begun)
		say_table(p, m, out);
	p->begun = true;
	say_message(p, m, out);
	say_question(p, m, out);
	tui_overlay_prepare(m, LINE_COLUMNS);
	say_window(p, m, out);
}

static void
answer(struct tui_model *m, const char *line)
{
	if (m->prompt.kind == PROMPT_CONFIRM) {
		tui_actions_key(m, strcmp(line, "y") == 0 || strcmp(line, "yes") == 0 ? 'y' : 'n');
		return;
	}
	tui_prompt_insert(&m->prompt, line);
	tui_actions_key(m, TUI_KEY_ENTER);
}

void
tui_plain_line(struct tui_plain *p, struct tui_model *m, const char *line)
{
	/* What is said twice because it is asked twice, is said twice. An error was read: it does not hold up what comes. */
	m->message_unread = false;
	tui_message(m, LOOK_PLAIN, "%s", "");
	tui_set(&p->message, "");
	if (m->prompt.kind != PROMPT_NONE) {
		tui_set(&p->question, NULL);
		answer(m, line);
		return;
	}
	if (m->overlay.type != NULL) {
		bool apply = m->overlay.type->keymap == KEYMAP_UPDATE && strcmp(line, "y") == 0;

		tui_set(&p->question, NULL);
		if (apply)
			tui_actions_do(m, ACTION_APPLY);
		if (m->overlay.type != NULL)
			tui_overlay_close(m, true);
		tui_set(&p->title, NULL);
		p->lines = 0;
		if (apply)
			return;
	}
	/* Messages, the manual and fingers say it with the colon of the screen. */
	line += strspn(line, " \t");
	line += *line == ':';
	if (line[strspn(line, " \t")] == '\0')
		p->begun = false; /* the table once more */
	else
		tui_command_run(m, line);
}
