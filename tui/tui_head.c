/* tui_head.c: see tui_head.h. */
#include "autoconf.h"

#include "tui/tui_head.h"

#include <stdio.h>
#include <string.h>

#include "tui/tui_player.h"
#include "tui/tui_silence.h"

static struct tui_style
look(const struct tui_model *m, enum tui_look which)
{
	return m->theme->looks[which];
}

void
tui_host_describe_gap(const struct tui_host *h, struct buf *out, double *valid_for)
{
	char age[TUI_CELL_MAX];

	if (h->link == LINK_CONNECTING && h->link_error == NULL) {
		buf_puts(out, "connecting");
		return;
	}
	buf_puts(out, "no answer");
	if (h->ever_connected) {
		tui_format_age(h->model->now - tui_host_gone_since(h), age, valid_for);
		buf_printf(out, " for %s", age);
	}
}

/* ... and when it is tried again. */
static void
describe_retry(const struct tui_host *h, struct buf *out, double *valid_for)
{
	double now = h->model->now, left = tui_seconds_left(h->retry_at - now);

	if (h->link != LINK_DOWN)
		return;
	if (h->needs_login) {
		buf_puts(out, ", :login lets ssh ask");
		return;
	}
	if (left >= 1) {
		buf_printf(out, ", trying again in %.0f s (^L now)", left);
		tui_until(valid_for, h->retry_at - now - (left - 1));
	} else
		buf_puts(out, ", trying again");
}

/* Who this is, in the bold part, and how it is reached, in the rest. */
static void
describe_daemon(const struct tui_host *h, struct buf *who, struct buf *how, double *valid_for)
{
	const struct tui_daemon *d = &h->daemon;
	char age[TUI_CELL_MAX];

	buf_puts(who, tui_host_name(h));
	if (h->model->nhosts > 1)
		buf_printf(who, " (%zu/%zu)", h->slot + 1, h->model->nhosts);
	if (!tui_host_is_fresh(h)) {
		tui_host_describe_gap(h, how, valid_for);
		describe_retry(h, how, valid_for);
		return;
	}
	buf_printf(how, "%s %s", d->identification, d->version);
	if (d->started > 0) {
		tui_format_age(tui_host_now(h) - d->started, age, valid_for);
		buf_printf(how, "  up %s", age);
	}
	if (h->link == LINK_POLLING)
		buf_puts(how, "  no push, asked every 2 s");
	if (d->statename[0] != '\0' && strcmp(d->statename, "RUNNING") != 0)
		buf_printf(how, "  %s", d->statename);
}

/* What this very screen costs the line. */
static void
describe_traffic(const struct tui_model *m, struct buf *how, double *valid_for)
{
	if (!m->settings.traffic)
		return;
	if (m->traffic < 10000)
		buf_printf(how, "  %.0f B/s", m->traffic);
	else
		buf_printf(how, "  %.0f kB/s", m->traffic / 1000);
	tui_until(valid_for, 10);
}

/* Several: how many, and which of them are not as they should be. */
static void
describe_daemons(const struct tui_model *m, struct buf *who, struct buf *how)
{
	size_t stale = tui_model_hosts_stale(m), named = 0;

	buf_printf(who, "%zu daemons", m->nhosts);
	for (size_t i = 0; i < m->nhosts; i++) {
		const struct tui_host *h = m->hosts[i];
		bool gone = !tui_host_is_fresh(h) && h->link != LINK_CONNECTING;

		if (stale > 0 && !gone)
			continue;
		buf_printf(how, "%s%s", named++ > 0 ? ", " : "", tui_host_name(h));
		if (stale == 0 && h->link == LINK_POLLING)
			buf_puts(how, " (no push)");
	}
	if (stale > 0)
		buf_puts(how, ": no answer");
}

static const struct {
	enum process_state state;
	const char *word;
} count_words[] = {
    {PROCESS_RUNNING, "running"}, {PROCESS_STARTING, "starting"}, {PROCESS_STOPPING, "stopping"},
    {PROCESS_STOPPED, "stopped"}, {PROCESS_EXITED, "exited"},     {PROCESS_BACKOFF, "backoff"},
    {PROCESS_FATAL, "fatal"},     {PROCESS_UNKNOWN, "unknown"},
};
#define NCOUNTS (sizeof(count_words) / sizeof(count_words[0]))

static int
draw_count(const struct tui_model *m, struct tui_canvas *c, int x, size_t n, const char *word,
	   enum tui_look which, bool dry)
{
	char text[48];

	if (n == 0)
		return x;
	snprintf(text, sizeof(text), "%zu %s", n, word);
	if (!dry)
		tui_canvas_text(c, 0, x, c->width - x, look(m, which), text);
	return x + (int)strlen(text) + 2;
}

/* Of those that run, who needs a hand all the same. */
struct odd {
	size_t flapping;
	size_t silent;
};

/* One count per state, or the short form. Returns the column behind them. */
static int
draw_counts(const struct tui_model *m, struct tui_canvas *c, int x, const struct odd *odd, bool brief,
	    bool dry)
{
	size_t well = tui_model_count_in(m, PROCESS_RUNNING) + tui_model_count_in(m, PROCESS_STARTING);
	size_t total = tui_model_count(m), ill = tui_model_ill(m);

	if (brief) {
		x = draw_count(m, c, x, well - odd->flapping - odd->silent, "run", LOOK_PLAIN, dry);
		x = draw_count(m, c, x, total - well - ill, "stop", LOOK_PLAIN, dry);
		return draw_count(m, c, x, ill + odd->flapping + odd->silent, "ill", LOOK_BAD, dry);
	}
	for (size_t i = 0; i < NCOUNTS; i++) {
		enum process_state state = count_words[i].state;
		enum tui_look which = state == PROCESS_RUNNING ? LOOK_PLAIN : tui_look_of_state(state);

		x = draw_count(m, c, x, tui_model_count_in(m, state), count_words[i].word, which, dry);
	}
	x = draw_count(m, c, x, odd->flapping, "flapping", LOOK_WARN, dry);
	return draw_count(m, c, x, odd->silent, "silent", LOOK_WARN, dry);
}

void
tui_head_draw(const struct tui_model *m, struct tui_canvas *c, double *valid_for)
{
	const struct tui_host *h = tui_model_host(m);
	bool several = tui_model_hosts_shown(m) > 1;
	bool stale = several ? tui_model_hosts_stale(m) > 0 : !tui_host_is_fresh(h);
	struct buf who = BUF_INIT(1024), how = BUF_INIT(4096);
	const struct odd odd = {.flapping = tui_model_flapping(m), .silent = tui_silence_count(m)};
	int x = 1, left, counts;
	bool brief = false;

	if (several)
		describe_daemons(m, &who, &how);
	else
		describe_daemon(h, &who, &how, valid_for);
	describe_traffic(m, &how, valid_for);
	/* What lies too far back counts no more, whether the graph is in sight or not. */
	if (odd.flapping > 0)
		tui_until(valid_for, 60);
	if (m->player != NULL)
		x = tui_player_draw(m, c, x, valid_for);
	left = x + 5 + tui_text_columns(buf_str(&who)) + tui_text_columns(buf_str(&how));
	counts = draw_counts(m, c, 0, &odd, false, true) - 2;
	if (left + counts > c->width) {
		brief = true;
		counts = draw_counts(m, c, 0, &odd, true, true) - 2;
	}
	/* Without a daemon, why matters more than what was. */
	if (stale && !several && left + counts > c->width)
		counts = -3;
	/* The time of a recording is what makes sense of the rest. */
	if (counts > c->width / 2 + 12 || (m->player != NULL && x > c->width - counts - 3))
		counts = -3;
	left = c->width - counts - 3;
	x += tui_canvas_text(c, 0, x, left - x, look(m, LOOK_TITLE), buf_str(&who)) + 2;
	/* Half a version number says nothing. */
	if (stale || x + tui_text_columns(buf_str(&how)) <= left)
		tui_canvas_text(c, 0, x, left - x, look(m, stale ? LOOK_WARN : LOOK_DIM), buf_str(&how));
	if (counts > 0) {
		draw_counts(m, c, c->width - counts - 1, &odd, brief, false);
		if (stale && !several)
			tui_canvas_restyle(c, 0, c->width - counts - 1, counts, TUI_DIM, true);
	}
	buf_release(&who);
	buf_release(&how);
}
