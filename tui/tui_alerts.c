/* tui_alerts.c: see tui_alerts.h. */
#include "autoconf.h"

#include "tui/tui_alerts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_act_table.h"
#include "tui/tui_rows.h"
#include "tui/tui_silence.h"
#include "tui/tui_wrap.h"

#define NAME_MAX_COLUMNS 20 /* longer ones push the rest to the right */

enum what {
	WHAT_STATE,    /* of the program */
	WHAT_LISTENER, /* as an event listener */
	WHAT_SILENCE,  /* it writes nothing */
	NWHATS,
};

struct alert {
	struct tui_host *host;
	char *key; /* "group:name"; owned */
	enum what what;
	enum process_state state; /* the last that was not well */
	char *note;               /* what there is to say; owned */
	unsigned times;           /* how often it came to that */
	double since;             /* by the server's clock */
	double until;             /* 0: it goes on */
	bool ill;                 /* just now: between two tries it is not, but it is not over */
	int64_t dropped;          /* events that a listener had lost */
};

/* The newest last. */
struct tui_alerts {
	struct alert *list[TUI_ALERTS_MAX]; /* each owned */
	size_t n;
	size_t lines[TUI_ALERTS_MAX]; /* which one stands in a line of the window */
	size_t nlines;
};

static const struct tui_overlay_type alerts_type;

static void
free_alert(struct alert *a)
{
	free(a->key);
	free(a->note);
	free(a);
}

static void
drop(struct tui_alerts *alerts, size_t i)
{
	free_alert(alerts->list[i]);
	alerts->n--;
	memmove(alerts->list + i, alerts->list + i + 1, (alerts->n - i) * sizeof(alerts->list[0]));
}

static struct alert *
find(struct tui_model *m, const struct tui_proc *p, enum what what)
{
	for (size_t i = 0; m->alerts != NULL && i < m->alerts->n; i++) {
		struct alert *a = m->alerts->list[i];

		if (a->host == p->group->host && a->what == what && strcmp(a->key, p->key) == 0)
			return a;
	}
	return NULL;
}

/* When the list is full, the oldest of those that are over goes, else the oldest. */
static void
make_room(struct tui_alerts *alerts)
{
	size_t i = 0;

	if (alerts->n < TUI_ALERTS_MAX)
		return;
	while (i < alerts->n && alerts->list[i]->until == 0)
		i++;
	drop(alerts, i < alerts->n ? i : 0);
}

static struct alert *
add(struct tui_model *m, const struct tui_proc *p, enum what what)
{
	struct alert *a = xcalloc(1, sizeof(*a));

	if (m->alerts == NULL)
		m->alerts = xcalloc(1, sizeof(*m->alerts));
	make_room(m->alerts);
	a->host = p->group->host;
	a->key = xstrdup(p->key);
	a->what = what;
	m->alerts->list[m->alerts->n++] = a;
	return a;
}

/* The first snapshot tells of what has been so for long, and silence is noticed late. */
static double
since_when(const struct tui_proc *p, enum what what)
{
	double now = tui_host_now(p->group->host);

	if (what == WHAT_SILENCE)
		return tui_silence_since(p);
	return what == WHAT_STATE && p->stop > 0 && p->stop <= now ? p->stop : now;
}

static void
begin(struct tui_model *m, struct tui_proc *p, enum what what, const char *note)
{
	struct alert *a = find(m, p, what);
	bool known = a != NULL;

	if (!known)
		a = add(m, p, what);
	if (!known || a->until > 0)
		a->since = since_when(p, what);
	/* From BACKOFF to FATAL nothing new has happened. */
	if (!a->ill || a->until > 0)
		a->times++;
	p->alerted = true;
	a->ill = true;
	a->until = 0;
	a->state = p->state;
	tui_set(&a->note, note);
}

static void
end(struct tui_model *m, const struct tui_proc *p, enum what what, bool over)
{
	struct alert *a = p->alerted ? find(m, p, what) : NULL;

	if (a == NULL)
		return;
	a->ill = false;
	if (over && a->until == 0)
		a->until = tui_host_now(a->host);
}

static void
look_at_listener(struct tui_model *m, struct tui_proc *p)
{
	const struct alert *a = find(m, p, WHAT_LISTENER);
	int64_t before = a == NULL ? 0 : a->dropped;
	char note[TUI_CELL_MAX];

	if (!p->listener.deaf && p->listener.dropped <= before) {
		end(m, p, WHAT_LISTENER, true);
		return;
	}
	if (p->listener.deaf)
		snprintf(note, sizeof(note), "deaf until restarted: it broke the protocol");
	else
		snprintf(note, sizeof(note), "%" PRId64 " events lost: its queue was full",
			 p->listener.dropped);
	begin(m, p, WHAT_LISTENER, note);
	find(m, p, WHAT_LISTENER)->dropped = p->listener.dropped;
}

static void
look_at_silence(struct tui_model *m, struct tui_proc *p)
{
	struct buf note = BUF_INIT(TUI_CELL_MAX);

	if (p->activity.silent) {
		tui_silence_normal(p, &note);
		begin(m, p, WHAT_SILENCE, buf_str(&note));
	} else
		end(m, p, WHAT_SILENCE, true);
	buf_release(&note);
}

void
tui_alerts_changed(struct tui_model *m, struct tui_proc *p)
{
	char note[TUI_NOTE_MAX];

	if (tui_proc_is_ill(p))
		begin(m, p, WHAT_STATE, tui_proc_note(p, note));
	else
		/* STARTING is only the next try. */
		end(m, p, WHAT_STATE, p->state != PROCESS_STARTING);
	if (p->listener.is)
		look_at_listener(m, p);
	look_at_silence(m, p);
	if (tui_overlay_is(m, &alerts_type))
		tui_overlay_refill(m);
}

void
tui_alerts_removed(struct tui_model *m, const struct tui_proc *p)
{
	for (int what = 0; what < NWHATS; what++)
		end(m, p, (enum what)what, true);
	if (tui_overlay_is(m, &alerts_type))
		tui_overlay_refill(m);
}

void
tui_alerts_clear(struct tui_model *m)
{
	for (size_t i = m->alerts == NULL ? 0 : m->alerts->n; i-- > 0;)
		if (m->alerts->list[i]->until > 0)
			drop(m->alerts, i);
	tui_overlay_refill(m);
}

void
tui_alerts_free(struct tui_model *m)
{
	while (m->alerts != NULL && m->alerts->n > 0)
		drop(m->alerts, m->alerts->n - 1);
	free(m->alerts);
	m->alerts = NULL;
}

/* The window */

static const char *
word_of(const struct alert *a)
{
	static const char *const words[NWHATS] = {[WHAT_LISTENER] = "LISTENER", [WHAT_SILENCE] = "SILENT"};

	return a->what == WHAT_STATE ? process_state_name(a->state) : words[a->what];
}

static enum tui_look
look_of(const struct alert *a)
{
	if (a->until > 0)
		return LOOK_DIM;
	return a->what == WHAT_SILENCE || a->state == PROCESS_BACKOFF ? LOOK_WARN : LOOK_BAD;
}

static const char *
name_of(const struct alert *a)
{
	const struct tui_proc *p = tui_host_proc(a->host, a->key);

	return p != NULL ? p->display : a->key;
}

/* Columns that take no more than they need: the note behind them is what is read. */
struct columns {
	int name;
	bool over; /* some are */
	int width; /* of all */
};

static struct columns
measure(const struct tui_alerts *alerts, int width)
{
	struct columns c = {.width = width};

	for (size_t i = 0; i < alerts->n; i++) {
		int columns = tui_text_columns(name_of(alerts->list[i]));

		c.name = columns > c.name ? columns : c.name;
		c.over = c.over || alerts->list[i]->until > 0;
	}
	c.name = c.name > NAME_MAX_COLUMNS ? NAME_MAX_COLUMNS : c.name;
	return c;
}

static void
add_line(struct tui_model *m, struct tui_text *t, size_t i, const struct columns *c, double *valid_for)
{
	const struct alert *a = m->alerts->list[i];
	const char *over = !c->over ? " " : a->until > 0 ? "over  " : "      ", *name = name_of(a);
	double end_time = a->until > 0 ? a->until : tui_host_time(a->host), valid = TUI_FOREVER;
	char clock[TUI_CLOCK_MAX], age[TUI_CELL_MAX], times[24] = "", host[64] = "", *first, *note;
	int pad = c->name - tui_text_columns(name);

	if (m->nhosts > 1)
		snprintf(host, sizeof(host), "%-12.40s ", tui_host_name(a->host));
	tui_format_age(end_time - a->since, age, &valid);
	if (a->until == 0 && tui_host_is_fresh(a->host))
		tui_until(valid_for, valid);
	if (a->times > 1)
		snprintf(times, sizeof(times), "%u times: ", a->times);
	first = xasprintf("  %s%s%*s %-8s  %s  %8.20s %s", host, name, pad > 0 ? pad : 0, "", word_of(a),
			  tui_clock(m, a->since - a->host->clock_ahead, clock), age, over);
	note = xasprintf("%s%s", times, a->note);
	tui_leave_out(note, c->width - tui_text_columns(first));
	tui_text_addf(t, look_of(a), "%s%s", first, note);
	m->alerts->lines[m->alerts->nlines++] = i;
	free(first);
	free(note);
}

/* What goes on comes first, the newest on top. */
static void
fill(struct tui_model *m, struct tui_text *t, int width, double *valid_for)
{
	struct columns c;

	if (m->alerts == NULL || m->alerts->n == 0) {
		tui_text_add(t, LOOK_DIM, "  nothing was ill since the screen was opened");
		return;
	}
	m->alerts->nlines = 0;
	c = measure(m->alerts, width);
	for (int over = 0; over < 2; over++)
		for (size_t i = m->alerts->n; i-- > 0;)
			if ((m->alerts->list[i]->until > 0) == (over == 1))
				add_line(m, t, i, &c, valid_for);
}

static void
choose(struct tui_model *m, size_t line)
{
	struct tui_proc *p = NULL;

	if (m->alerts != NULL && line < m->alerts->nlines) {
		const struct alert *a = m->alerts->list[m->alerts->lines[line]];

		p = tui_host_proc(a->host, a->key);
	}
	if (p == NULL) {
		tui_message(m, LOOK_PLAIN, "this program is not there any more");
		return;
	}
	tui_overlay_close(m, true);
	tui_act_table_go_to(m, p);
}

static void
closed(struct tui_model *m, bool by_user)
{
	(void)by_user;
	if (m->alerts != NULL)
		m->alerts->nlines = 0;
}

static const struct tui_overlay_type alerts_type = {
    .keymap = KEYMAP_ALERTS,
    .chooses = true,
    .fill = fill,
    .choose = choose,
    .closed = closed,
};

void
tui_alerts_open(struct tui_model *m)
{
	tui_overlay_open(m, &alerts_type, "troubles: program, what, since, for how long, how often");
	tui_overlay_refill(m);
}
