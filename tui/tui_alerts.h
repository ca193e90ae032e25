/*
 * The list of troubles: what was not well since the screen was opened, since when, for how long, how often, and when it
 * ended. Kept on this side, bounded, until it is cleared. A program has at most one line, another one for its silence, an
 * event listener one more for what is wrong with it as a listener.
 */
#ifndef TUI_ALERTS_H
#define TUI_ALERTS_H

#include "tui/tui_model.h"

#define TUI_ALERTS_MAX 500

/* A process is another. */
void tui_alerts_changed(struct tui_model *m, struct tui_proc *p);
/* It is about to go: what was wrong with it ends. */
void tui_alerts_removed(struct tui_model *m, const struct tui_proc *p);
/* Those that are over go; what goes on stays. */
void tui_alerts_clear(struct tui_model *m);
void tui_alerts_open(struct tui_model *m);
void tui_alerts_free(struct tui_model *m);

#endif
