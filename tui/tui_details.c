/* tui_details.c: see tui_details.h. */
#include "autoconf.h"

#include "tui/tui_details.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_actions.h"

#define HISTORY_LINES 100

/* The overlay's own data. */
struct details {
	struct tui_text history; /* starts and ends */
	unsigned ticket;         /* of the last question for them */
};

static const char *
when(const struct tui_model *m, double time, char out[TUI_CELL_MAX])
{
	char clock[TUI_CLOCK_MAX], age[TUI_CELL_MAX];
	double valid = 1e9;

	if (time <= 0)
		return "never";
	tui_format_age(tui_host_now(m->overlay.host) - time, age, &valid);
	snprintf(out, TUI_CELL_MAX, "%s, %.60s ago", tui_clock(m, time, clock), age);
	return out;
}

static void
add_field(struct tui_text *t, const char *name, const char *value)
{
	if (value[0] != '\0')
		tui_text_addf(t, LOOK_PLAIN, "   %-14s %s", name, value);
}

static void
add_number(struct tui_text *t, const char *name, int64_t value)
{
	tui_text_addf(t, LOOK_PLAIN, "   %-14s %" PRId64, name, value);
}

static void
fill(struct tui_model *m, const struct tui_proc *p)
{
	const struct details *details = m->overlay.data;
	struct tui_text *t = &m->overlay.text;
	char out[TUI_CELL_MAX];

	tui_text_release(t);
	tui_text_addf(t, tui_look_of_state(p->state), "   %-14s %s", "state", process_state_name(p->state));
	add_field(t, "description", p->description);
	add_field(t, "spawn error", p->spawnerr);
	add_field(t, "group", p->group->name);
	if (p->pid != 0)
		add_number(t, "pid", p->pid);
	add_field(t, "last start", when(m, p->start, out));
	add_field(t, "last end", when(m, p->stop, out));
	/* Supervisor's field is 0 in most states, however the last run ended; in EXITED a 0 is one. */
	if (p->stop > 0 && p->signal != 0)
		add_number(t, "killed by", p->signal);
	else if (p->stop > 0 && (p->state == PROCESS_EXITED || p->exitstatus != 0))
		add_number(t, "exit status", p->exitstatus);
	if (p->restarts >= 0)
		add_number(t, "restarts", p->restarts);
	if (p->cpu >= 0) {
		tui_format_bytes(p->rss, out);
		tui_text_addf(t, LOOK_PLAIN, "   %-14s %.1f%% of a core, %s, %" PRId64 " thread%s", "uses",
			      p->cpu, out, p->threads, p->threads == 1 ? "" : "s");
	}
	add_number(t, "priority", p->priority);
	add_field(t, "stdout", p->stdout_logfile);
	add_field(t, "stderr", p->stderr_logfile);
	if (p->lost_bytes > 0)
		add_number(t, "output lost", p->lost_bytes);
	for (size_t i = 0; i < details->history.n; i++)
		tui_text_add(t, details->history.lines[i].look, details->history.lines[i].text);
}

static void
ask_history(struct tui_model *m, const struct tui_proc *p)
{
	struct xmlrpc_value *params = xmlrpc_array();

	if (p->group->host->link != LINK_LIVE) {
		xmlrpc_free(params);
		return;
	}
	xmlrpc_append(params, xmlrpc_string(p->key));
	xmlrpc_append(params, xmlrpc_int(HISTORY_LINES));
	tui_request_call(p->group->host, TAG_HISTORY, ++m->tickets, "cvisor.getHistory", params);
	((struct details *)m->overlay.data)->ticket = m->tickets;
}

static void
changed(struct tui_model *m, const struct tui_proc *p)
{
	if (!tui_overlay_is_about(m, p))
		return;
	fill(m, p);
	ask_history(m, p);
}

static void
removed(struct tui_model *m, const struct tui_proc *p)
{
	if (tui_overlay_is_about(m, p))
		tui_overlay_close(m, false);
}

static void
closed(struct tui_model *m, bool by_user)
{
	struct details *details = m->overlay.data;

	(void)by_user;
	tui_text_release(&details->history);
	free(details);
}

static const struct tui_overlay_type details_type = {
    .keymap = KEYMAP_OVERLAY,
    .changed = changed,
    .removed = removed,
    .closed = closed,
};

void
tui_details_open(struct tui_model *m, const struct tui_proc *p)
{
	tui_overlay_open_for(m, &details_type, p->display, p);
	m->overlay.data = xcalloc(1, sizeof(struct details));
	fill(m, p);
	ask_history(m, p);
}

static void
add_record(struct tui_model *m, struct tui_text *t, const struct xmlrpc_value *r)
{
	const char *event = xmlrpc_get_string(xmlrpc_find(r, "event"));
	const char *cause = xmlrpc_get_string(xmlrpc_find(r, "cause"));
	const struct xmlrpc_value *time = xmlrpc_find(r, "time");
	int64_t signal = xmlrpc_get_int(xmlrpc_find(r, "signal"));
	int64_t status = xmlrpc_get_int(xmlrpc_find(r, "exitstatus"));
	int64_t pid = xmlrpc_get_int(xmlrpc_find(r, "pid"));
	char clock[TUI_CLOCK_MAX];
	double at =
	    xmlrpc_type(time) == XMLRPC_DOUBLE ? xmlrpc_get_double(time) : (double)xmlrpc_get_int(time);

	tui_clock(m, at, clock);
	if (strcmp(event, "start") == 0)
		tui_text_addf(t, LOOK_PLAIN, "   %s  start  pid %-8" PRId64 " %s", clock, pid, cause);
	else if (signal != 0)
		tui_text_addf(t, LOOK_WARN, "   %s  end    signal %-5" PRId64 " %s", clock, signal, cause);
	else
		tui_text_addf(t, status == 0 ? LOOK_PLAIN : LOOK_WARN, "   %s  end    exit %-7" PRId64 " %s",
			      clock, status, cause);
}

/* The newest first, whatever order the daemon has. */
static bool
is_oldest_first(const struct xmlrpc_value *history, size_t n)
{
	const struct xmlrpc_value *first = xmlrpc_find(xmlrpc_at(history, 0), "time");
	const struct xmlrpc_value *last = xmlrpc_find(xmlrpc_at(history, n - 1), "time");

	if (xmlrpc_type(first) == XMLRPC_DOUBLE)
		return xmlrpc_get_double(first) < xmlrpc_get_double(last);
	return xmlrpc_get_int(first) < xmlrpc_get_int(last);
}

void
tui_details_history(struct tui_model *m, unsigned ticket, const struct xmlrpc_value *history)
{
	struct tui_overlay *o = &m->overlay;
	size_t n = xmlrpc_get_length(history);
	struct details *details = o->data;
	const struct tui_proc *p;

	if (!tui_overlay_is(m, &details_type) || details->ticket != ticket || history == NULL || n == 0)
		return;
	tui_text_release(&details->history);
	tui_text_add(&details->history, LOOK_PLAIN, "");
	tui_text_add(&details->history, LOOK_TITLE, "   Starts and ends, the newest first");
	for (size_t i = 0; i < n; i++)
		add_record(m, &details->history,
			   xmlrpc_at(history, is_oldest_first(history, n) ? n - 1 - i : i));
	p = tui_host_proc(o->host, o->subject);
	if (p != NULL)
		fill(m, p);
}
