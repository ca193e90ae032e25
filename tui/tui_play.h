/*
 * --replay: a recording from a file, in place of connections: the clock that drives the player (tui_player), and answers to
 * what is asked of daemons.
 */
#ifndef TUI_PLAY_H
#define TUI_PLAY_H

#include <stdbool.h>

#include "base/err.h"
#include "tui/tui_conn.h"
#include "tui/tui_model.h"

struct event_base;
struct tui_play;

/* Reads the file. Its daemons become the model's hosts. NULL: err. */
struct tui_play *tui_play_open(const char *path, struct tui_model *m, struct err *err);
/* May be NULL. */
void tui_play_free(struct tui_play *play);
/* changed is called when something in the model is another. */
void tui_play_begin(struct tui_play *play, struct event_base *base, tui_changed_fn *changed, void *arg);
/* Reads the recording's clock into the model. */
void tui_play_tick(struct tui_play *play);
/* A key may have set the clock. */
void tui_play_look(struct tui_play *play);
/* So many seconds of the recording, in real ones. */
double tui_play_real(const struct tui_play *play, double seconds);
/* Does a request that is for a daemon. False: it is not. */
bool tui_play_serve(struct tui_play *play, struct tui_request *r);

#endif
