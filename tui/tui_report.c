/* tui_report.c: see tui_report.h. */
#include "autoconf.h"

#include "tui/tui_report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/xmalloc.h"
#include "tui/tui_jump.h"
#include "tui/tui_record.h"
#include "tui/tui_wrap.h"

#define RECORDS 5000
#define CHANGES 1000
#define UNKNOWN_SINCE 86400.0 /* seconds: who was never here is told of the last day */
#define NAMED 3               /* programs in the sentence */
#define PROGRAMS_MAX 500      /* that are told of one by one */

/* What happened to one program. */
struct program {
	char *key; /* owned */
	size_t starts;
	size_t crashes;
	bool ill;              /* when the answer came */
	char how[TUI_HOW_MAX]; /* the last end that was not expected; "": none */
	char *who;             /* asked for a start or a stop last; owned; NULL: nobody */
};

/* The overlay's own data. */
struct report {
	struct tui_host *host;
	double since;
	bool again;               /* there was a daemon then */
	struct program *programs; /* owned */
	size_t n;
	size_t rereads;
	size_t groups;    /* added or removed */
	char *who;        /* asked for the last of these; owned; NULL: nobody */
	unsigned history; /* tickets of the questions under way; 0: none */
	unsigned changes;
	bool here;
};

static void
clear(struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->programs[i].key);
		free(r->programs[i].who);
	}
	free(r->programs);
	r->programs = NULL;
	r->n = 0;
}

static void
drop(struct report *r)
{
	clear(r);
	free(r->who);
	free(r);
}

static const struct tui_proc *
proc_of(const struct report *r, const struct program *p)
{
	return tui_host_proc(r->host, p->key);
}

/* What is not well comes first, then what was started most often. */
static int
compare(const void *a, const void *b)
{
	const struct program *pa = a, *pb = b;

	if (pa->ill != pb->ill)
		return pa->ill ? -1 : 1;
	if (pa->starts != pb->starts)
		return pa->starts > pb->starts ? -1 : 1;
	return tui_compare_names(pa->key, pb->key);
}

static void
sort(struct report *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct tui_proc *p = proc_of(r, &r->programs[i]);

		r->programs[i].ill = p != NULL && tui_proc_is_ill(p);
	}
	if (r->n > 0)
		qsort(r->programs, r->n, sizeof(*r->programs), compare);
}

static struct program *
put_program(struct report *r, struct map *by_key, const char *key)
{
	uintptr_t at = (uintptr_t)map_get(by_key, key);

	if (at > 0)
		return &r->programs[at - 1];
	if (r->n == PROGRAMS_MAX)
		return NULL;
	r->programs = xreallocarray(r->programs, r->n + 1, sizeof(*r->programs));
	r->programs[r->n++] = (struct program){.key = xstrdup(key)};
	map_put(by_key, key, (void *)(uintptr_t)r->n); // NOLINT(performance-no-int-to-ptr)
	return &r->programs[r->n - 1];
}

/* Those that have gone bad since, and tell so only by their state. */
static void
add_ill(struct report *r, struct map *by_key)
{
	const struct tui_model *m = r->host->model;

	for (size_t i = 0; i < m->ngroups; i++)
		for (size_t j = 0; m->groups[i]->host == r->host && j < m->groups[i]->n; j++) {
			const struct tui_proc *p = m->groups[i]->procs[j];

			if (p->ill && p->stop >= r->since)
				put_program(r, by_key, p->key);
		}
}

static void
take_records(struct report *r, const struct xmlrpc_value *value)
{
	struct tui_records records = {0};
	struct map *by_key = map_new();

	clear(r);
	tui_records_read(&records, value, NULL);
	for (size_t i = 0; i < records.n; i++) {
		const struct tui_record *at = &records.records[i];
		struct program *p = put_program(r, by_key, at->name);

		if (p == NULL)
			continue;
		p->starts += !at->end;
		if (p->who == NULL && at->who[0] != '\0')
			p->who = xstrdup(at->who);
		if (!at->end || at->expected)
			continue;
		if (p->crashes++ == 0)
			tui_record_how(at->exitstatus, at->signal, p->how);
	}
	add_ill(r, by_key);
	map_free(by_key);
	tui_records_release(&records);
	sort(r);
}

static void
take_changes(struct report *r, const struct xmlrpc_value *value)
{
	bool before_start = false;

	r->rereads = r->groups = 0;
	tui_set(&r->who, NULL);
	for (size_t i = 0; i < xmlrpc_get_length(value); i++) {
		const char *change = xmlrpc_get_string(xmlrpc_find(xmlrpc_at(value, i), "change"));
		const char *who = xmlrpc_get_string(xmlrpc_find(xmlrpc_at(value, i), "who"));
		const char *state = xmlrpc_get_string(xmlrpc_find(xmlrpc_at(value, i), "statename"));

		/* The newest comes first: the groups that came with the daemon are no changes. */
		before_start =
		    before_start || (strcmp(change, "state") == 0 && strcmp(state, "RUNNING") == 0);
		r->rereads += strcmp(change, "reread") == 0;
		r->groups +=
		    !before_start && (strcmp(change, "added") == 0 || strcmp(change, "removed") == 0);
		if (r->who == NULL && who[0] != '\0')
			r->who = xstrdup(who);
	}
}

/* Words */

static void
say_age(const struct report *r, double time, char out[TUI_CELL_MAX], double *valid_for)
{
	tui_format_age(tui_host_now(r->host) - time, out, valid_for);
}

/* "api_02 3 starts, 3 ends that were not expected (exit 1), BACKOFF for 3 s". */
static void
say_program(const struct report *r, const struct program *p, struct buf *out, double *valid_for)
{
	const struct tui_proc *proc = proc_of(r, p);
	char age[TUI_CELL_MAX];
	const char *comma = "";

	if (p->starts > 0) {
		buf_printf(out, "%zu start%s", p->starts, p->starts == 1 ? "" : "s");
		comma = ", ";
	}
	if (p->crashes > 0) {
		buf_printf(out, "%s%zu bad end%s, the last %s", comma, p->crashes, p->crashes == 1 ? "" : "s",
			   p->how);
		comma = ", ";
	}
	if (proc == NULL) {
		buf_printf(out, "%snot there any more", comma);
		return;
	}
	buf_printf(out, "%s%s", comma, process_state_name(proc->state));
	if (proc->ill && proc->stop > 0) {
		say_age(r, proc->stop, age, valid_for);
		buf_printf(out, " for %s", age);
	}
}

static void
say_configuration(const struct report *r, struct buf *out, const char *comma)
{
	if (r->host->daemon.started > r->since) {
		/* Who was never here does not know of one before. */
		buf_printf(out, "%sthe daemon was started%s", comma, r->again ? " again" : "");
		comma = ", ";
	}
	if (r->rereads > 0) {
		buf_printf(out, "%sconfiguration read %zu time%s", comma, r->rereads,
			   r->rereads == 1 ? "" : "s");
		comma = ", ";
	}
	if (r->groups > 0)
		buf_printf(out, "%s%zu group%s added or removed", comma, r->groups,
			   r->groups == 1 ? "" : "s");
}

static bool
is_empty(const struct report *r)
{
	return r->n == 0 && r->rereads == 0 && r->groups == 0 && r->host->daemon.started <= r->since;
}

static const char *
display_of(const struct report *r, const struct program *p)
{
	const struct tui_proc *proc = proc_of(r, p);

	return proc != NULL ? proc->display : p->key;
}

/* The whole in one sentence. */
static void
say_all(const struct report *r, struct buf *out)
{
	char age[TUI_CELL_MAX];
	double valid_for = TUI_FOREVER;
	const char *comma = "";

	say_age(r, r->since, age, &valid_for);
	buf_printf(out, "since you left (%s): ", age);
	for (size_t i = 0; i < r->n && i < NAMED; i++) {
		const struct program *p = &r->programs[i];
		const struct tui_proc *proc = proc_of(r, p);

		if (p->starts > 0 && (proc == NULL || !proc->ill))
			buf_printf(out, "%s%zu start%s of %s", comma, p->starts, p->starts == 1 ? "" : "s",
				   display_of(r, p));
		else {
			buf_printf(out, "%s%s ", comma, display_of(r, p));
			say_program(r, p, out, &valid_for);
		}
		comma = "; ";
	}
	if (r->n > NAMED)
		buf_printf(out, "%s%zu more programs", comma, r->n - NAMED);
	say_configuration(r, out, r->n > 0 ? "; " : "");
}

/* Short, where all does not fit. */
static void
say_counts(const struct report *r, struct buf *out)
{
	char age[TUI_CELL_MAX];
	double valid_for = TUI_FOREVER;
	size_t starts = 0;

	for (size_t i = 0; i < r->n; i++)
		starts += r->programs[i].starts;
	say_age(r, r->since, age, &valid_for);
	buf_printf(out, "since you left (%s): %zu start%s, %zu ill now; %s shows it", age, starts,
		   starts == 1 ? "" : "s", r->host->ill, tui_hint(r->host->model, "E", "report"));
}

/* Asking */

static void
ask(struct report *r)
{
	struct tui_model *m = r->host->model;
	struct xmlrpc_value *params = xmlrpc_array();

	xmlrpc_append(params, xmlrpc_string(""));
	xmlrpc_append(params, xmlrpc_int(RECORDS));
	xmlrpc_append(params, xmlrpc_double(r->since));
	r->history = ++m->tickets;
	tui_request_ask(r->host, TAG_REPORT_HISTORY, r->history, "cvisor.getHistory", params);
	params = xmlrpc_array();
	xmlrpc_append(params, xmlrpc_int(CHANGES));
	xmlrpc_append(params, xmlrpc_double(r->since));
	r->changes = ++m->tickets;
	tui_request_ask(r->host, TAG_REPORT_CHANGES, r->changes, "cvisor.getChanges", params);
}

static void
fill(struct tui_model *m, struct tui_text *t, int width, double *valid_for)
{
	struct report *r = m->overlay.data;
	struct buf line = BUF_INIT(4096);
	int names = 0;

	if (!tui_host_is_up(r->host) || r->host->polled || !r->here) {
		tui_wrap(t, LOOK_DIM, width, "   ",
			 r->host->polled
			     ? "this daemon does not tell what happened: it is Supervisor's own, and polled"
			 : !tui_host_is_up(r->host) ? "the daemon does not answer"
						    : "asking ...");
		buf_release(&line);
		return;
	}
	for (size_t i = 0; i < r->n; i++) {
		int columns = tui_text_columns(display_of(r, &r->programs[i]));

		names = columns > names ? columns : names;
	}
	names = names > width / 3 ? width / 3 : names;
	for (size_t i = 0; i < r->n; i++) {
		const struct program *p = &r->programs[i];
		const struct tui_proc *proc = proc_of(r, p);

		buf_clear(&line);
		say_program(r, p, &line, valid_for);
		if (p->who != NULL)
			buf_printf(&line, ", last asked by %s", p->who);
		tui_text_addf(t, proc != NULL && proc->ill ? LOOK_WARN : LOOK_PLAIN, "   %-*s  %s", names,
			      display_of(r, p), buf_str(&line));
	}
	buf_clear(&line);
	say_configuration(r, &line, "");
	if (line.len > 0 && r->who != NULL)
		buf_printf(&line, ", last asked by %s", r->who);
	if (line.len > 0)
		tui_wrap(t, LOOK_PLAIN, width, "   ", buf_str(&line));
	if (is_empty(r))
		tui_wrap(t, LOOK_OK, width, "   ", "nothing happened");
	buf_release(&line);
}

static void
choose(struct tui_model *m, size_t line)
{
	const struct report *r = m->overlay.data;

	if (line < r->n && r->here) {
		char *key = xstrdup(r->programs[line].key);

		tui_jump_to_program(m, r->host, key);
		free(key);
	}
}

static void
changed(struct tui_model *m, const struct tui_proc *p)
{
	const struct report *r = m->overlay.data;

	if (p->group->host == r->host)
		tui_overlay_refill(m);
}

static void
closed(struct tui_model *m, bool by_user)
{
	(void)by_user;
	drop(m->overlay.data);
}

static const struct tui_overlay_type report_type = {
    .keymap = KEYMAP_OVERLAY,
    .chooses = true,
    .fill = fill,
    .choose = choose,
    .changed = changed,
    .closed = closed,
};

void
tui_report_open(struct tui_model *m)
{
	struct tui_host *h = tui_model_host(m);
	struct report *r = xcalloc(1, sizeof(*r));
	double since = h->last_seen > 0 ? h->last_seen : tui_host_now(h) - UNKNOWN_SINCE;
	char stamp[TUI_STAMP_MAX], *title;

	title = xasprintf("%s: %s %s", tui_host_name(h),
			  h->last_seen > 0 ? "since you left," : "the last day, since",
			  tui_stamp(m, h, since, stamp));
	tui_overlay_open(m, &report_type, title);
	m->overlay.host = h;
	m->overlay.data = r;
	r->host = h;
	r->since = since;
	r->again = h->last_seen > 0;
	if (tui_host_is_up(h) && !h->polled)
		ask(r);
	free(title);
}

/* The one that was asked for when the screen opened, or the one that is open. */
static struct report *
waiting(struct tui_host *h, unsigned ticket)
{
	struct tui_model *m = h->model;
	struct report *r = h->report;

	if (r != NULL && (r->history == ticket || r->changes == ticket))
		return r;
	r = tui_overlay_is(m, &report_type) ? m->overlay.data : NULL;
	return r != NULL && r->host == h && (r->history == ticket || r->changes == ticket) ? r : NULL;
}

static void
say(struct tui_model *m, const struct report *r)
{
	struct buf text = BUF_INIT(16384);

	if (!is_empty(r)) {
		say_all(r, &text);
		if (m->overlay.width > 0 && tui_text_columns(buf_str(&text)) + 2 > m->overlay.width) {
			buf_clear(&text);
			say_counts(r, &text);
		}
		tui_message(m, LOOK_WARN, "%s", buf_str(&text));
	}
	buf_release(&text);
}

static void
answered(struct tui_host *h, struct report *r)
{
	if (r->history != 0 || r->changes != 0)
		return;
	r->here = true;
	if (r != h->report) {
		tui_overlay_refill(h->model);
		return;
	}
	say(h->model, r);
	tui_report_forget(h);
}

void
tui_report_history(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *value)
{
	struct report *r = waiting(h, ticket);

	if (r == NULL || r->history != ticket)
		return;
	r->history = 0;
	take_records(r, value);
	answered(h, r);
}

void
tui_report_changes(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *value)
{
	struct report *r = waiting(h, ticket);

	if (r == NULL || r->changes != ticket)
		return;
	r->changes = 0;
	take_changes(r, value);
	answered(h, r);
}

void
tui_report_forget(struct tui_host *h)
{
	if (h->report == NULL)
		return;
	drop(h->report);
	h->report = NULL;
}

void
tui_report_connected(struct tui_host *h)
{
	if (h->reported)
		return;
	h->reported = true;
	if (h->last_seen <= 0)
		return;
	h->report = xcalloc(1, sizeof(struct report));
	h->report->host = h;
	h->report->since = h->last_seen;
	h->report->again = true;
	ask(h->report);
}
