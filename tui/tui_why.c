/* tui_why.c: see tui_why.h. */
#include "autoconf.h"

#include "tui/tui_why.h"

#include <inttypes.h>
#include <string.h>

#include "tui/tui_details.h"
#include "tui/tui_rows.h"
#include "tui/tui_silence.h"
#include "tui/tui_wrap.h"

#define SENTENCE_MAX 16384

/* What a sentence is made from. */
struct why {
	const struct tui_model *m;
	const struct tui_proc *p;
	const struct tui_facts *f;    /* or NULL */
	const struct tui_record *end; /* its last, or NULL */
	struct buf *out;
	double *valid_for;
};

static const char *
since(const struct why *w, double time, char out[TUI_CELL_MAX])
{
	tui_format_age(tui_host_time(w->p->group->host) - time, out, w->valid_for);
	return out;
}

/* "last exit 1 after 0.3 s". */
static void
say_last_end(const struct why *w, const char *before)
{
	char how[TUI_HOW_MAX], length[TUI_CELL_MAX];

	if (w->end == NULL) {
		if (w->p->stop > 0 && (w->p->signal != 0 || w->p->exitstatus > 0))
			buf_printf(w->out, "%s%s", before,
				   tui_record_how(w->p->exitstatus, w->p->signal, how));
		return;
	}
	buf_printf(w->out, "%s%s", before, tui_record_how(w->end->exitstatus, w->end->signal, how));
	if (w->end->ran >= 0)
		buf_printf(w->out, " after %s", tui_length(w->end->ran, length));
}

static void
say_log(const struct why *w)
{
	if (w->f == NULL)
		return;
	for (int i = 0; i < 2; i++) {
		enum channel channel = i == 0 ? CHANNEL_STDERR : CHANNEL_STDOUT;

		if (w->f->last_line[channel] == NULL)
			continue;
		buf_printf(w->out, "; last %s line: %s", channel_name(channel), w->f->last_line[channel]);
		return;
	}
}

/* Who has stopped it; "": not known. */
static const char *
who_stopped(const struct why *w)
{
	if (w->p->who[0] != '\0' || w->end == NULL)
		return w->p->who;
	return w->end->who;
}

/* Behind a sentence about what is under way. */
static void
say_who(const struct why *w)
{
	if (w->p->who[0] != '\0')
		buf_printf(w->out, "; asked by %s", w->p->who);
}

static void
why_backoff(const struct why *w)
{
	int64_t retries = tui_facts_number(w->f, "startretries", -1);
	double left = tui_seconds_left(w->p->next_try - tui_host_time(w->p->group->host));

	buf_puts(w->out, "BACKOFF: ");
	if (w->p->tries > 0 && retries >= 0)
		buf_printf(w->out, "%" PRId64 " of %" PRId64 " tries", w->p->tries, retries + 1);
	else if (w->p->tries > 0)
		buf_printf(w->out, "%" PRId64 " %s", w->p->tries, w->p->tries == 1 ? "try" : "tries");
	else
		buf_puts(w->out, "its start failed");
	/* Without a pid it never ran: the reason is another. */
	if (w->p->spawnerr[0] != '\0' && strncmp(w->p->spawnerr, "Exited too quickly", 18) != 0)
		buf_printf(w->out, ", %s", w->p->spawnerr);
	else
		say_last_end(w, ", last ");
	if (w->p->next_try > 0) {
		if (left > 0)
			buf_printf(w->out, ", next in %.0f s", left);
		else
			buf_puts(w->out, ", the next is due");
		if (left > 0)
			tui_until(w->valid_for, 1);
	}
	say_log(w);
}

static void
why_fatal(const struct why *w)
{
	char age[TUI_CELL_MAX];
	int64_t retries = tui_facts_number(w->f, "startretries", -1);

	buf_puts(w->out, "FATAL: given up");
	if (w->p->stop > 0)
		buf_printf(w->out, " %s ago", since(w, w->p->stop, age));
	if (retries >= 0)
		buf_printf(w->out, " after %" PRId64 " %s", retries + 1, retries == 0 ? "try" : "tries");
	if (w->p->spawnerr[0] != '\0')
		buf_printf(w->out, ", %s", w->p->spawnerr);
	say_last_end(w, ", last ");
	say_log(w);
	buf_puts(w->out, "; s tries again");
}

static bool
was_expected(const struct why *w)
{
	return w->end != NULL ? w->end->expected : w->p->expected;
}

static void
why_exited(const struct why *w)
{
	const char *autorestart = tui_facts_option(w->f, "autorestart");
	const char *codes = tui_facts_option(w->f, "exitcodes");
	bool expected = was_expected(w);
	char age[TUI_CELL_MAX], how[TUI_HOW_MAX];

	buf_printf(w->out, "EXITED %s ago", since(w, w->p->stop, age));
	if (w->end != NULL)
		say_last_end(w, ": ");
	else
		buf_printf(w->out, ": %s", tui_record_how(w->p->exitstatus, w->p->signal, how));
	buf_puts(w->out, expected ? ", as expected" : ", which was not expected");
	if (*codes != '\0')
		buf_printf(w->out, " (exitcodes=%s)", codes);
	if (strcmp(autorestart, "true") != 0 && *autorestart != '\0')
		buf_printf(w->out, "; autorestart=%s: it is not started again", autorestart);
	if (!expected)
		say_log(w);
}

static void
why_stopped(const struct why *w)
{
	char age[TUI_CELL_MAX], stamp[TUI_STAMP_MAX];
	const char *autostart = tui_facts_option(w->f, "autostart");

	if (w->p->start <= 0 && w->p->stop <= 0) {
		buf_puts(w->out, "STOPPED: never started since the daemon runs");
		if (strcmp(autostart, "false") == 0)
			buf_puts(w->out, "; autostart=false: it is started only when somebody asks");
		return;
	}
	buf_puts(w->out, "STOPPED");
	if (w->p->stop > 0)
		buf_printf(w->out, " %s ago", since(w, w->p->stop, age));
	if (w->end != NULL && strcmp(w->end->cause, "shutdown") == 0)
		buf_puts(w->out, ": with the daemon");
	else if (*who_stopped(w) != '\0')
		buf_printf(w->out, ", at %s, by %s", tui_stamp(w->m, w->p->group->host, w->p->stop, stamp),
			   who_stopped(w));
	else
		buf_puts(w->out, ": somebody asked for it");
	say_last_end(w, ", ");
}

static void
why_starting(const struct why *w)
{
	int64_t startsecs = tui_facts_number(w->f, "startsecs", -1);
	double ran = tui_host_time(w->p->group->host) - w->p->start;

	buf_printf(w->out, "STARTING: pid %" PRId64 " runs for %.0f", w->p->pid, ran > 0 ? ran : 0);
	if (startsecs >= 0)
		buf_printf(w->out, " of %" PRId64, startsecs);
	buf_puts(w->out, " s; after startsecs= it counts as RUNNING");
	say_who(w);
	tui_until(w->valid_for, 1);
}

static void
why_stopping(const struct why *w)
{
	const char *signal = tui_facts_option(w->f, "stopsignal");
	const char *seconds = tui_facts_option(w->f, "stopwaitsecs");

	buf_printf(w->out, "STOPPING: pid %" PRId64 " was asked to end", w->p->pid);
	if (*signal != '\0')
		buf_printf(w->out, " by SIG%s", strncmp(signal, "SIG", 3) == 0 ? signal + 3 : signal);
	if (*seconds != '\0')
		buf_printf(w->out, "; after %s s (stopwaitsecs) it is killed", seconds);
	say_who(w);
}

static void
say_silence(const struct why *w)
{
	char age[TUI_CELL_MAX], stamp[TUI_STAMP_MAX];
	double silent = tui_silence_since(w->p);

	if (!w->p->activity.silent)
		return;
	buf_printf(w->out, "; silent: no output since %s (%s), ",
		   tui_stamp(w->m, w->p->group->host, silent, stamp), since(w, silent, age));
	tui_silence_normal(w->p, w->out);
}

/* The daemon calls it well, which is not all. */
static void
say_flapping(const struct why *w)
{
	double now = tui_host_time(w->p->group->host);

	if (!tui_proc_flaps(w->p))
		return;
	buf_printf(w->out, "; flapping: it has died %u times in the last quarter of an hour",
		   tui_health_deaths(&w->p->health, now));
	say_log(w);
}

static void
why_running(const struct why *w)
{
	char age[TUI_CELL_MAX], stamp[TUI_STAMP_MAX], cause[TUI_CAUSE_MAX];
	const struct tui_host *h = w->p->group->host;

	buf_printf(w->out, "RUNNING: it runs, pid %" PRId64 ", since %s (%s)", w->p->pid,
		   tui_stamp(w->m, h, w->p->start, stamp), since(w, w->p->start, age));
	for (size_t i = 0; w->f != NULL && i < w->f->records.n; i++) {
		const struct tui_record *r = &w->f->records.records[i];

		if (r->end)
			continue;
		if (r->cause[0] != '\0')
			buf_printf(w->out, ", started %s", tui_record_cause(r, cause));
		break;
	}
	say_silence(w);
	if (w->end != NULL)
		say_last_end(w, "; the run before: ");
	say_flapping(w);
}

static void
why_unknown(const struct why *w)
{
	buf_puts(w->out, "UNKNOWN: the daemon has lost track of it; its own log says why");
	if (w->p->spawnerr[0] != '\0')
		buf_printf(w->out, ": %s", w->p->spawnerr);
}

static void (*const sentences[PROCESS_NSTATES])(const struct why *w) = {
    [PROCESS_STOPPED] = why_stopped, [PROCESS_STARTING] = why_starting, [PROCESS_RUNNING] = why_running,
    [PROCESS_BACKOFF] = why_backoff, [PROCESS_STOPPING] = why_stopping, [PROCESS_EXITED] = why_exited,
    [PROCESS_FATAL] = why_fatal,     [PROCESS_UNKNOWN] = why_unknown,
};

void
tui_why_sentence(const struct tui_model *m, const struct tui_proc *p, const struct tui_facts *f,
		 struct buf *out, double *valid_for)
{
	const struct tui_host *h = p->group->host;
	struct why w = {.m = m, .p = p, .f = f, .out = out, .valid_for = valid_for};
	char age[TUI_CELL_MAX];

	if (f != NULL)
		w.end = tui_records_last_end(&f->records, p->key);
	if (!tui_host_is_up(h)) {
		tui_format_age(m->now - h->link_since, age, valid_for);
		buf_printf(out, "%s does not answer for %s; what was known then: ", tui_host_name(h), age);
	}
	sentences[p->state](&w);
}

/* Saying it */

static void
fill(struct tui_model *m, struct tui_text *t, int width, double *valid_for)
{
	const struct tui_proc *p = tui_details_subject(m);
	struct buf text = BUF_INIT(SENTENCE_MAX);

	if (p == NULL)
		return;
	tui_why_sentence(m, p, tui_facts_known(m, p), &text, valid_for);
	tui_wrap(t, LOOK_PLAIN, width - 1, " ", buf_str(&text));
	buf_release(&text);
}

static void
changed(struct tui_model *m, const struct tui_proc *p)
{
	if (!tui_overlay_is_about(m, p))
		return;
	tui_facts_ask(m, FACT_HISTORY);
	tui_overlay_refill(m);
}

static const struct tui_overlay_type why_type = {
    .keymap = KEYMAP_DETAILS,
    .fill = fill,
    .changed = changed,
    .removed = tui_details_removed,
};

static enum tui_look
look_of(const struct tui_proc *p)
{
	return tui_proc_needs_hand(p) ? LOOK_WARN : LOOK_OK;
}

static void
say(struct tui_model *m, const struct tui_proc *p)
{
	struct buf text = BUF_INIT(SENTENCE_MAX);
	double valid_for = TUI_FOREVER;

	tui_why_sentence(m, p, tui_facts_known(m, p), &text, &valid_for);
	if (tui_text_columns(buf_str(&text)) + 2 <= m->overlay.width)
		tui_message(m, look_of(p), "%s", buf_str(&text));
	else {
		tui_overlay_open_for(m, &why_type, p->display, p);
		tui_message(m, LOOK_PLAIN, "%s", "");
	}
	buf_release(&text);
}

void
tui_why_answered(struct tui_model *m)
{
	struct tui_facts *f = m->facts;
	const struct tui_proc *p;

	if (f == NULL || !f->why || !tui_facts_are_complete(f))
		return;
	f->why = false;
	p = tui_host_proc(f->host, f->subject);
	if (p != NULL)
		say(m, p);
}

/* Of a group, the one that needs a hand first. */
static const struct tui_proc *
selected_worst(struct tui_model *m)
{
	const struct tui_row *row = tui_rows_selected(m);

	return row == NULL ? NULL : tui_worst_of(row);
}

void
tui_why_ask(struct tui_model *m)
{
	const struct tui_proc *p = tui_details_subject(m);
	struct tui_facts *f;

	if (p == NULL)
		p = m->selected_proc != NULL ? m->selected_proc : selected_worst(m);
	if (p == NULL)
		return;
	f = tui_facts_about(m, p);
	tui_facts_ask(m, FACT_CONFIG);
	tui_facts_ask(m, FACT_HISTORY);
	if (p->state != PROCESS_RUNNING || tui_proc_flaps(p)) {
		tui_facts_ask(m, FACT_STDERR);
		tui_facts_ask(m, FACT_STDOUT);
	}
	f->why = true;
	tui_message(m, LOOK_PLAIN, "%s: asking the daemon why it is %s", p->display,
		    process_state_name(p->state));
	tui_why_answered(m);
}
