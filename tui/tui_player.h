/*
 * Plays a recording into a model: a clock of its own, that can be stopped, made faster and set. Pure: how much real time
 * has passed is told to it.
 */
#ifndef TUI_PLAYER_H
#define TUI_PLAYER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tui/tui_canvas.h"
#include "tui/tui_recording.h"

struct tui_model;

struct tui_player {
	struct tui_recording recording; /* owned */
	struct tui_model *m;            /* borrowed */
	double at;                      /* the clock; epoch seconds */
	double speed;                   /* seconds of it in a real one */
	bool stopped;
	bool greeted; /* a daemon has said who it is; what it has follows at once */
	size_t next;  /* the event that comes next */
};

/* Takes the recording over; its daemons become the model's hosts. The model's clock is the player's from now on. */
void tui_player_init(struct tui_player *p, struct tui_recording *recording, struct tui_model *m);
void tui_player_release(struct tui_player *p);

/* So many real seconds have passed. */
void tui_player_advance(struct tui_player *p, double seconds);
/* Feeds what is due by now, at most max events. True: there is more. */
bool tui_player_feed(struct tui_player *p, size_t max);
/* Real seconds until the next event is due; < 0: none will be, unless a key is pressed. */
double tui_player_wait(const struct tui_player *p);
bool tui_player_has_ended(const struct tui_player *p);
/* The log pane shows another log: what was recorded of it so far, as far as it is not too much. */
void tui_player_follow(struct tui_player *p);

/* Keys. */
void tui_player_toggle(struct tui_model *m);
/* To the next event that changes the table, and stops there. */
void tui_player_step(struct tui_model *m);
void tui_player_faster(struct tui_model *m);
void tui_player_slower(struct tui_model *m);
void tui_player_back(struct tui_model *m);
void tui_player_forward(struct tui_model *m);

/* In the head line, from x on: "REPLAY 14:02:11". Returns the column behind it. */
int tui_player_draw(const struct tui_model *m, struct tui_canvas *c, int x, double *valid_for);

#endif
