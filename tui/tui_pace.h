/*
 * When the next frame may be drawn: at most 20 a second over any length of time, but what a key has done is shown at
 * once. A key finds a frame saved up for it, whatever else changes 20 times a second. Pure; times are monotonic.
 */
#ifndef TUI_PACE_H
#define TUI_PACE_H

#include <stdbool.h>

#include "base/clock.h"

struct tui_pace {
	mono_us last;  /* when the last frame was drawn */
	int64_t saved; /* time in which none was drawn, as far as it counts */
};

/* How long the next frame has to wait, 0: none. interval: between frames that nobody waits for; for_key: somebody
   does. */
mono_us tui_pace_wait(const struct tui_pace *p, mono_us now, mono_us interval, bool for_key);
void tui_pace_drawn(struct tui_pace *p, mono_us now, mono_us interval);

#endif
