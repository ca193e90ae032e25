/*
 * Signals: a terminal of another size, stopping and going on, and the end.
 */
#ifndef TUI_SIGNALS_H
#define TUI_SIGNALS_H

struct tui;

void tui_signals_add(struct tui *t);

#endif
