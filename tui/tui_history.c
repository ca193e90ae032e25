/* tui_history.c: see tui_history.h. */
#include "autoconf.h"

#include "tui/tui_history.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_details.h"
#include "tui/tui_jump.h"
#include "tui/tui_wrap.h"

#define RECORDS 1000 /* of a group or of all */
#define NAME_COLUMNS 20
#define NARROW 60
#define UNKNOWN_METHOD 1

/* Text in a field of so many columns, harmless, with an ellipsis where it is cut. */
static void
put_field(struct buf *out, const char *text, int columns)
{
	struct tui_canvas c;
	int used = tui_text_columns(text);

	if (used <= columns) {
		buf_printf(out, "%s%*s", text, columns - used, "");
		return;
	}
	tui_canvas_init(&c, columns, 1);
	tui_canvas_text(&c, 0, 0, columns, (struct tui_style){0}, text);
	tui_canvas_dump(&c, out);
	tui_canvas_release(&c);
	while (out->len > 0 && (out->data[out->len - 1] == '\n' || out->data[out->len - 1] == ' '))
		buf_truncate(out, out->len - 1);
}

/* "cron" for "cron:cron", as in the table. */
static char *
display_of(const char *name)
{
	const char *colon = strchr(name, ':');

	if (colon != NULL && strncmp(name, colon + 1, (size_t)(colon - name)) == 0 &&
	    strlen(colon + 1) == (size_t)(colon - name))
		return xstrdup(colon + 1);
	return xstrdup(name);
}

void
tui_history_line(const struct tui_model *m, const struct tui_host *h, struct tui_text *t,
		 const struct tui_record *r, int width, int names)
{
	bool narrow = width < NARROW;
	char stamp[TUI_STAMP_MAX], what[TUI_HOW_MAX], length[TUI_CELL_MAX],
	    took[TUI_CELL_MAX + 8] = "", cause[TUI_CAUSE_MAX];
	struct buf line = BUF_INIT(4096);

	tui_stamp(m, h, r->time, stamp);
	if (r->end)
		tui_record_how(r->exitstatus, r->signal, what);
	else
		snprintf(what, sizeof(what), "pid %" PRId64, r->pid);
	if (r->ran >= 0)
		snprintf(took, sizeof(took), "%s %s", r->end ? "after" : "ran", tui_length(r->ran, length));
	buf_printf(&line, narrow ? " %s " : "   %-12s ", stamp);
	if (names > 0) {
		char *name = display_of(r->name);

		put_field(&line, name, narrow ? names / 2 : names);
		buf_puts(&line, " ");
		free(name);
	}
	if (narrow)
		buf_printf(&line, "%s %s %s", r->end ? "end" : "start", what, took);
	else
		buf_printf(&line, "%-5s %-17s %-13s %s", r->end ? "end" : "start", what, took,
			   tui_record_cause(r, cause));
	tui_text_add(t, r->end && !r->expected ? LOOK_WARN : LOOK_PLAIN, buf_str(&line));
	buf_release(&line);
}

/* Of one program */

static void
fill_section(struct tui_model *m, struct tui_text *t, int width, double *valid_for)
{
	const struct tui_proc *p = tui_details_subject(m);
	char missing[TUI_MISSING_MAX];
	const struct tui_facts *f;
	const char *why;

	(void)valid_for;
	if (p == NULL)
		return;
	f = tui_facts_about(m, p);
	why = tui_details_missing(f, FACT_HISTORY, "starts and ends", missing);
	if (why != NULL)
		tui_wrap(t, LOOK_DIM, width, "   ", why);
	else if (f->records.n == 0)
		tui_wrap(t, LOOK_DIM, width, "   ", "none since the daemon started");
	for (size_t i = 0; i < f->records.n; i++)
		tui_history_line(m, f->host, t, &f->records.records[i], width, 0);
}

static void
choose_of_section(struct tui_model *m, size_t line)
{
	const struct tui_facts *f = m->facts;

	if (f != NULL && line < f->records.n)
		tui_jump_to_record(m, f->host, &f->records.records[line]);
}

const struct tui_overlay_type tui_history_type = {
    .keymap = KEYMAP_DETAILS,
    .chooses = true,
    .fill = fill_section,
    .choose = choose_of_section,
    .changed = tui_details_changed,
    .removed = tui_details_removed,
};

/* Of several */

struct several {
	char *group; /* owned; NULL: of all */
	struct tui_records records;
	unsigned ticket; /* of the question under way; 0: none */
	bool again;
	bool here;
	char *trouble; /* owned */
};

static const struct tui_overlay_type several_type;

static void
ask_several(struct tui_model *m)
{
	struct several *s = m->overlay.data;
	struct xmlrpc_value *params;

	if (!tui_host_is_up(m->overlay.host))
		return;
	if (s->ticket != 0) {
		s->again = true;
		return;
	}
	params = xmlrpc_array();
	xmlrpc_append(params, xmlrpc_string(""));
	xmlrpc_append(params, xmlrpc_int(s->group == NULL ? RECORDS : 5 * RECORDS));
	s->ticket = ++m->tickets;
	tui_request_ask(m->overlay.host, TAG_HISTORY, s->ticket, "cvisor.getHistory", params);
}

static void
fill_several(struct tui_model *m, struct tui_text *t, int width, double *valid_for)
{
	const struct several *s = m->overlay.data;
	int names = 0;

	(void)valid_for;
	if (s->trouble != NULL)
		tui_wrap(t, LOOK_DIM, width, "   ", s->trouble);
	else if (!s->here)
		tui_wrap(t, LOOK_DIM, width, "   ", "asking ...");
	else if (s->records.n == 0)
		tui_wrap(t, LOOK_DIM, width, "   ", "none since the daemon started");
	for (size_t i = 0; i < s->records.n; i++) {
		char *name = display_of(s->records.records[i].name);
		int columns = tui_text_columns(name);

		names = columns > names ? columns : names;
		free(name);
	}
	names = names > NAME_COLUMNS ? NAME_COLUMNS : names;
	for (size_t i = 0; i < s->records.n; i++)
		tui_history_line(m, m->overlay.host, t, &s->records.records[i], width, names);
}

/* Is it a record of the group? "GROUP:NAME". */
static bool
is_of_group(const struct tui_record *r, const char *group)
{
	size_t len = strlen(group);

	return strncmp(r->name, group, len) == 0 && r->name[len] == ':';
}

static void
keep_group(struct tui_records *r, const char *group)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		if (is_of_group(&r->records[i], group)) {
			r->records[n++] = r->records[i];
			continue;
		}
		tui_record_release(&r->records[i]);
	}
	r->n = n;
}

void
tui_history_reply(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *value, int code,
		  const char *fault)
{
	struct tui_model *m = h->model;
	struct several *s = m->overlay.data;

	if (!tui_overlay_is(m, &several_type) || m->overlay.host != h || s->ticket != ticket)
		return;
	s->ticket = 0;
	s->here = value != NULL;
	tui_set(&s->trouble,
		value != NULL ? NULL
		: code == UNKNOWN_METHOD
		    ? "this daemon does not tell starts and ends: it is Supervisor's own, and polled"
		    : fault);
	tui_records_read(&s->records, value, s->group == NULL ? &m->overlay.cursor : NULL);
	if (s->group != NULL)
		keep_group(&s->records, s->group);
	if (s->again) {
		s->again = false;
		ask_several(m);
	}
	tui_overlay_refill(m);
}

static void
choose_of_several(struct tui_model *m, size_t line)
{
	const struct several *s = m->overlay.data;

	if (line < s->records.n)
		tui_jump_to_record(m, m->overlay.host, &s->records.records[line]);
}

static void
changed_several(struct tui_model *m, const struct tui_proc *p)
{
	const struct several *s = m->overlay.data;

	if (p->group->host == m->overlay.host && (s->group == NULL || strcmp(s->group, p->group->name) == 0))
		ask_several(m);
}

static void
disconnected_several(struct tui_model *m, const struct tui_host *h)
{
	if (h == m->overlay.host)
		((struct several *)m->overlay.data)->ticket = 0;
}

static void
closed_several(struct tui_model *m, bool by_user)
{
	struct several *s = m->overlay.data;

	(void)by_user;
	tui_records_release(&s->records);
	free(s->group);
	free(s->trouble);
	free(s);
}

static const struct tui_overlay_type several_type = {
    .keymap = KEYMAP_OVERLAY,
    .chooses = true,
    .fill = fill_several,
    .choose = choose_of_several,
    .changed = changed_several,
    .disconnected = disconnected_several,
    .closed = closed_several,
};

void
tui_history_open(struct tui_model *m, const struct tui_group *g)
{
	struct tui_host *h = g == NULL ? tui_model_host(m) : g->host;
	char *title = g == NULL ? xasprintf("%s: starts and ends of all programs", tui_host_name(h))
				: xasprintf("group %s: starts and ends", g->name);
	struct several *s = xcalloc(1, sizeof(*s));

	tui_overlay_open(m, &several_type, title);
	m->overlay.host = h;
	m->overlay.data = s;
	tui_set(&s->group, g == NULL ? NULL : g->name);
	ask_several(m);
	free(title);
}
