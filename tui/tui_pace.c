/* tui_pace.c: see tui_pace.h. */
#include "autoconf.h"

#include "tui/tui_pace.h"

#define SAVED_MAX 4 /* frames */

static int64_t
saved_at(const struct tui_pace *p, mono_us now, mono_us interval)
{
	int64_t saved = p->saved + (now - p->last);

	return saved < SAVED_MAX * interval ? saved : SAVED_MAX * interval;
}

/* Each frame costs an interval. What nobody waits for leaves two for keys, the answer and what follows it. */
mono_us
tui_pace_wait(const struct tui_pace *p, mono_us now, mono_us interval, bool for_key)
{
	int64_t needed = for_key ? interval : 3 * interval;
	int64_t saved = saved_at(p, now, interval);

	return saved >= needed ? 0 : needed - saved;
}

void
tui_pace_drawn(struct tui_pace *p, mono_us now, mono_us interval)
{
	p->saved = saved_at(p, now, interval) - interval;
	p->last = now;
}
