/* tui_bell.c: see tui_bell.h. */
#include "autoconf.h"

#include "tui/tui_bell.h"

static bool
has_news(struct tui_host *h)
{
	struct tui_bell *b = &h->bell;
	size_t ill = h->ill, all = ill + tui_host_flapping(h);
	bool news = b->known && (b->past_came ? ill > b->ill : all > b->all);

	/* The first whole picture. */
	b->known = b->known || (tui_host_is_up(h) && !h->in_snapshot && tui_host_count(h) > 0);
	b->past_came = false;
	b->ill = ill;
	b->all = all;
	return news;
}

bool
tui_bell_is_due(struct tui_model *m)
{
	bool due = false;

	for (size_t i = 0; i < m->nhosts; i++)
		due |= has_news(m->hosts[i]);
	return due;
}
