/* tui_effects.c: see tui_effects.h. */
#include "autoconf.h"

#include "tui/tui_effects.h"

#include <string.h>

#include "tui/tui_bell.h"
#include "tui/tui_watch.h"

static const char *
theme_name(const struct tui_term *term, const struct tui_model *m)
{
	switch ((enum tui_theme_setting)m->settings.theme) {
	case THEME_AUTO:
		return term->light ? "light" : "dark";
	case THEME_DARK:
		return "dark";
	case THEME_LIGHT:
		return "light";
	case THEME_MONO:
		break;
	}
	return "mono";
}

/* "2 ill - web-03": what matters comes first, where a tab or a list of windows cuts it. */
static void
set_title(struct tui_term *term, const struct tui_model *m, bool lost)
{
	struct buf title = BUF_INIT(TUI_TITLE_MAX - 1);
	size_t ill = m->settings.title ? tui_model_needing_hand(m) : 0, words = tui_watch_unseen_all(m);

	if (m->settings.title) {
		if (words > 0)
			buf_printf(&title, "%zu watched - ", words);

		if (lost)
			buf_puts(&title, "no answer - ");
		else if (ill > 0)
			buf_printf(&title, "%zu ill - ", ill);
		/* Not that of the selection: moving would send a title each time. */
		if (m->nhosts > 0)
			buf_puts(&title, tui_host_name(m->hosts[0]));
		if (m->nhosts > 1)
			buf_printf(&title, " and %zu more", m->nhosts - 1);
		buf_puts(&title, " - supervisor");
	}
	tui_term_set_title(term, buf_str(&title));
	buf_release(&title);
}

/* Bytes a second, over the last ten or less. */
static void
measure_traffic(struct tui_effects *e, const struct tui_term *term, struct tui_model *m)
{
	uint64_t total = tui_out_total(term->out);

	if (e->nsamples == 0 || m->now - e->samples[e->nsamples - 1].at >= 1) {
		if (e->nsamples == TUI_EFFECTS_SAMPLES)
			memmove(e->samples, e->samples + 1, --e->nsamples * sizeof(e->samples[0]));
		e->samples[e->nsamples].at = m->now;
		e->samples[e->nsamples++].total = total;
	}
	/* What is older than ten seconds does not count, however little there was since. */
	while (e->nsamples > 1 && m->now - e->samples[1].at >= 10)
		memmove(e->samples, e->samples + 1, --e->nsamples * sizeof(e->samples[0]));
	m->traffic = 0;
	if (m->now > e->samples[0].at)
		m->traffic = (double)(total - e->samples[0].total) / (m->now - e->samples[0].at);
}

void
tui_effects_update(struct tui_effects *e, struct tui_term *term, struct tui_canvas *c, struct tui_model *m)
{
	bool up = false, due = tui_bell_is_due(m);

	for (size_t i = 0; i < m->nhosts; i++)
		up = up || tui_host_is_up(m->hosts[i]);
	m->theme = tui_theme_find(theme_name(term, m), term->colours);
	c->mono = m->theme == &tui_theme_mono;
	tui_term_set_mouse(term, m->settings.mouse);
	measure_traffic(e, term, m);
	set_title(term, m, e->known && !up);
	if (m->settings.bell && e->known && (due || m->bell))
		tui_term_bell(term);
	m->bell = false;
	e->known = e->known || (up && m->ngroups > 0);
}
