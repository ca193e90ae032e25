/* tui_details.c: see tui_details.h. */
#include "autoconf.h"

#include "tui/tui_details.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_history.h"
#include "tui/tui_silence.h"
#include "tui/tui_why.h"
#include "tui/tui_wrap.h"

#define RECENT 6 /* starts and ends in the overview */

static const struct {
	const struct tui_overlay_type *type;
	const char *title;
	unsigned facts; /* that are asked for when it opens; bits: 1 << fact */
	unsigned after; /* ... and after a change of the process */
	enum tui_action opener;
} sections[TUI_NSECTIONS] = {
    [SECTION_OVERVIEW] = {&tui_overview_type, "",
			  1 << FACT_CONFIG | 1 << FACT_HISTORY | 1 << FACT_STDOUT | 1 << FACT_STDERR |
			      1 << FACT_RESOURCES,
			  1 << FACT_HISTORY | 1 << FACT_STDOUT | 1 << FACT_STDERR | 1 << FACT_RESOURCES,
			  ACTION_OVERVIEW},
    [SECTION_OPTION_LIST] = {&tui_option_list_type, ": options", 1 << FACT_CONFIG, 0, ACTION_OPTIONS},
    [SECTION_TREE] = {&tui_tree_type, ": processes", 1 << FACT_TREE, 1 << FACT_TREE, ACTION_TREE},
    [SECTION_HISTORY] = {&tui_history_type, ": starts and ends", 1 << FACT_HISTORY, 1 << FACT_HISTORY,
			 ACTION_HISTORY},
};

static void
ask(struct tui_model *m, unsigned facts)
{
	for (int fact = 0; fact < TUI_NFACTS; fact++)
		if ((facts & 1U << fact) != 0)
			tui_facts_ask(m, (enum tui_fact)fact);
}

void
tui_details_open(struct tui_model *m, const struct tui_proc *p, enum tui_section section)
{
	char *title = xasprintf("%s%s", p->display, sections[section].title);

	/* What was revealed is hidden again when one comes back later. */
	if (m->facts != NULL && m->facts->reveal && !tui_overlay_is_about(m, p))
		tui_facts_forget(m);
	tui_facts_about(m, p);
	tui_overlay_open_for(m, sections[section].type, title, p);
	ask(m, sections[section].facts);
	free(title);
}

struct tui_proc *
tui_details_subject(const struct tui_model *m)
{
	const struct tui_overlay *o = &m->overlay;

	return o->type == NULL || o->subject == NULL ? NULL : tui_host_proc(o->host, o->subject);
}

/* Which section is shown; TUI_NSECTIONS: none. */
static int
section_shown(const struct tui_model *m)
{
	int i = 0;

	while (i < TUI_NSECTIONS && !tui_overlay_is(m, sections[i].type))
		i++;
	return i;
}

bool
tui_details_hints_at(const struct tui_model *m, enum tui_action action)
{
	int section = section_shown(m);

	if (action == ACTION_CHANGED_ONLY || action == ACTION_REVEAL)
		return section == SECTION_OPTION_LIST;
	if (section == TUI_NSECTIONS)
		return action != ACTION_WHY;
	return action != sections[section].opener;
}

static void
go(struct tui_model *m, enum tui_section section)
{
	const struct tui_proc *p = tui_details_subject(m);

	if (p == NULL)
		p = m->selected_proc;
	if (p == NULL)
		tui_message(m, LOOK_PLAIN, "this is about one program: select one of the group");
	else if (section_shown(m) != (int)section)
		tui_details_open(m, p, section);
}

void
tui_details_overview(struct tui_model *m)
{
	go(m, SECTION_OVERVIEW);
}

void
tui_details_options(struct tui_model *m)
{
	go(m, SECTION_OPTION_LIST);
}

void
tui_details_tree(struct tui_model *m)
{
	go(m, SECTION_TREE);
}

void
tui_details_history(struct tui_model *m)
{
	if (tui_details_subject(m) != NULL || m->selected_proc != NULL)
		go(m, SECTION_HISTORY);
	else
		tui_history_open(m, m->selected_group);
}

void
tui_details_next(struct tui_model *m)
{
	int at = section_shown(m);

	go(m, at == TUI_NSECTIONS ? SECTION_OVERVIEW : (enum tui_section)((at + 1) % TUI_NSECTIONS));
}

void
tui_details_previous(struct tui_model *m)
{
	int at = section_shown(m);

	go(m, at == TUI_NSECTIONS ? SECTION_OVERVIEW
				  : (enum tui_section)((at + TUI_NSECTIONS - 1) % TUI_NSECTIONS));
}

void
tui_details_changed(struct tui_model *m, const struct tui_proc *p)
{
	int section = section_shown(m);

	if (!tui_overlay_is_about(m, p) || section == TUI_NSECTIONS)
		return;
	ask(m, sections[section].after);
	tui_overlay_refill(m);
}

void
tui_details_removed(struct tui_model *m, const struct tui_proc *p)
{
	if (!tui_overlay_is_about(m, p))
		return;
	tui_message(m, LOOK_WARN, "%s is not there any more", p->display);
	tui_overlay_close(m, false);
}

const char *
tui_details_missing(const struct tui_facts *f, enum tui_fact fact, const char *what,
		    char out[TUI_MISSING_MAX])
{
	const struct tui_fact_state *state = &f->states[fact];

	if (state->here)
		return NULL;
	if (state->unknown)
		snprintf(out, TUI_MISSING_MAX,
			 "this daemon does not tell %s: it is Supervisor's own, and polled", what);
	else if (state->trouble != NULL)
		snprintf(out, TUI_MISSING_MAX, "%s: %.200s", what, state->trouble);
	else if (!tui_host_is_up(f->host))
		snprintf(out, TUI_MISSING_MAX, "the daemon does not answer");
	else
		snprintf(out, TUI_MISSING_MAX, "asking ...");
	return out;
}

/* The overview */

struct page {
	struct tui_model *m;
	struct tui_text *t;
	const struct tui_proc *p;
	const struct tui_facts *f;
	int width;
	double *valid_for;
};

/* "14:02:11, 10 s ago". */
static void
add_when(const struct page *g, const char *name, double time, const char *more)
{
	const struct tui_host *h = g->p->group->host;
	char stamp[TUI_STAMP_MAX], age[TUI_CELL_MAX];

	if (time <= 0) {
		tui_wrap_field(g->t, LOOK_PLAIN, g->width, name, "never");
		return;
	}
	tui_format_age(tui_host_time(h) - time, age, g->valid_for);
	tui_wrap_fieldf(g->t, LOOK_PLAIN, g->width, name, "%s, %s ago%s", tui_stamp(g->m, h, time, stamp),
			age, more);
}

static void
add_last_end(const struct page *g)
{
	const struct tui_record *end = tui_records_last_end(&g->f->records, g->p->key);
	char how[TUI_HOW_MAX], length[TUI_CELL_MAX], cause[TUI_CAUSE_MAX];
	char *more;

	if (end != NULL && end->ran >= 0)
		more = xasprintf(": %s after %s, %s", tui_record_how(end->exitstatus, end->signal, how),
				 tui_length(end->ran, length), tui_record_cause(end, cause));
	else if (end != NULL)
		more = xasprintf(": %s, %s", tui_record_how(end->exitstatus, end->signal, how),
				 tui_record_cause(end, cause));
	/* Supervisor's field is 0 in most states, however the last run ended; in EXITED a 0 is one. */
	else if (g->p->stop > 0 &&
		 (g->p->signal != 0 || g->p->state == PROCESS_EXITED || g->p->exitstatus != 0))
		more = xasprintf(": %s", tui_record_how(g->p->exitstatus, g->p->signal, how));
	else
		more = xstrdup("");
	add_when(g, "last end", g->p->stop, more);
	free(more);
}

static void
add_usage(const struct page *g)
{
	char bytes[TUI_CELL_MAX];

	if (g->p->pid == 0 || g->p->cpu < 0)
		return;
	tui_format_bytes(g->p->rss, bytes);
	tui_wrap_fieldf(g->t, LOOK_PLAIN, g->width, "uses", "%.1f%% of a core, %s, %" PRId64 " thread%s",
			g->p->cpu, bytes, g->p->threads, g->p->threads == 1 ? "" : "s");
}

/* Whether it is in the files or not. */
static void
add_output(const struct page *g)
{
	const struct tui_activity *a = &g->p->activity;
	struct buf more = BUF_INIT(2 * TUI_CELL_MAX);
	char bytes[TUI_CELL_MAX];

	if (a->last < 0)
		return;
	tui_format_bytes(a->out, bytes);
	buf_printf(&more, "; %s in all", bytes);
	if (a->silent) {
		buf_puts(&more, "; silent: ");
		tui_silence_normal(g->p, &more);
	}
	add_when(g, "last output", a->last, buf_str(&more));
	buf_release(&more);
}

/* READY and BUSY change with each event, and are not told: it takes events. */
static void
add_listener(const struct page *g)
{
	const struct tui_listener *l = &g->p->listener;
	struct buf text = BUF_INIT(1024);

	if (!l->is)
		return;
	buf_puts(&text,
		 l->deaf ? "UNKNOWN: it has broken the protocol, and gets no events until it is started again"
		 : l->begins ? "it has not said READY yet"
			     : "it takes events");
	if (l->queued > 0)
		buf_printf(&text, "; %" PRId64 " wait", l->queued);
	if (l->dropped > 0)
		buf_printf(&text, "; %" PRId64 " lost", l->dropped);
	tui_wrap_field(g->t, l->deaf || l->dropped > 0 ? LOOK_WARN : LOOK_PLAIN, g->width, "listener",
		       buf_str(&text));
	buf_release(&text);
}

static void
add_resources(const struct page *g)
{
	if (g->p->pid == 0 || g->f->limits == NULL)
		return;
	tui_wrap_field(g->t, LOOK_PLAIN, g->width, "listens on", g->f->ports);
	tui_wrap_field(g->t, LOOK_PLAIN, g->width, "limits", g->f->limits);
}

static void
add_log(const struct page *g, enum channel channel, const char *path)
{
	char bytes[TUI_CELL_MAX];

	if (path[0] == '\0' || g->f->log_size[channel] < 0 || !g->f->states[FACT_STDOUT + channel].here) {
		tui_wrap_field(g->t, LOOK_PLAIN, g->width, channel_name(channel), path);
		return;
	}
	tui_format_bytes(g->f->log_size[channel], bytes);
	tui_wrap_fieldf(g->t, LOOK_PLAIN, g->width, channel_name(channel), "%s  (%s)", path, bytes);
}

static void
add_options(const struct page *g)
{
	static const char *const shown[] = {"command", "directory", "user"};
	static const char *const rules[] = {"autostart", "autorestart", "startsecs", "startretries",
					    "exitcodes"};
	struct buf text = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		tui_wrap_field(g->t, LOOK_PLAIN, g->width, shown[i], tui_facts_option(g->f, shown[i]));
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (*tui_facts_option(g->f, rules[i]) != '\0')
			buf_printf(&text, "%s%s=%s", text.len > 0 ? " " : "", rules[i],
				   tui_facts_option(g->f, rules[i]));
	tui_wrap_field(g->t, LOOK_PLAIN, g->width, "rules", buf_str(&text));
	buf_release(&text);
}

static void
add_recent(const struct page *g)
{
	const struct tui_records *r = &g->f->records;

	if (r->n == 0)
		return;
	tui_text_add(g->t, LOOK_PLAIN, "");
	tui_text_add(g->t, LOOK_TITLE, "   Starts and ends, the newest first (H shows all)");
	for (size_t i = 0; i < r->n && i < RECENT; i++)
		tui_history_line(g->m, g->p->group->host, g->t, &r->records[i], g->width, 0);
}

static void
add_why(const struct page *g)
{
	struct buf text = BUF_INIT(16384);

	tui_why_sentence(g->m, g->p, g->f, &text, g->valid_for);
	tui_wrap_field(g->t, tui_look_of_state(g->p->state), g->width, "state", buf_str(&text));
	buf_release(&text);
}

static void
fill(struct tui_model *m, struct tui_text *t, int width, double *valid_for)
{
	const struct tui_proc *p = tui_details_subject(m);
	struct page g = {.m = m, .t = t, .p = p, .width = width, .valid_for = valid_for};

	if (p == NULL)
		return;
	g.f = tui_facts_about(m, p);
	add_why(&g);
	if (p->pid != 0)
		tui_wrap_fieldf(t, LOOK_PLAIN, width, "pid", "%" PRId64, p->pid);
	add_usage(&g);
	add_output(&g);
	add_listener(&g);
	add_resources(&g);
	/* That of what runs has the uptime of the moment when the daemon wrote it. */
	if (p->pid == 0 && strcmp(p->description, p->spawnerr) != 0)
		tui_wrap_field(t, LOOK_PLAIN, width, "description", p->description);
	tui_wrap_field(t, LOOK_WARN, width, "spawn error", p->spawnerr);
	add_when(&g, "last start", p->start, "");
	add_last_end(&g);
	if (p->restarts >= 0)
		tui_wrap_fieldf(t, LOOK_PLAIN, width, "restarts", "%" PRId64, p->restarts);
	add_options(&g);
	add_log(&g, CHANNEL_STDOUT, p->stdout_logfile);
	add_log(&g, CHANNEL_STDERR, p->stderr_logfile);
	if (p->lost_bytes > 0)
		tui_wrap_fieldf(t, LOOK_WARN, width, "output lost", "%" PRId64 " bytes", p->lost_bytes);
	if (p->group->host->polled)
		tui_wrap_field(t, LOOK_PLAIN, width, "group", p->group->name);
	else
		tui_wrap_fieldf(t, LOOK_PLAIN, width, "group", "%s, priority %" PRId64, p->group->name,
				p->priority);
	add_recent(&g);
}

const struct tui_overlay_type tui_overview_type = {
    .keymap = KEYMAP_DETAILS,
    .fill = fill,
    .changed = tui_details_changed,
    .removed = tui_details_removed,
};
