/*
 * The running program: its one loop, and what hangs on it. Only for the files that run it: tui_run_* (the screen, --once,
 * --plain), tui_frame, tui_serve, tui_signals. What things mean is in the pure files, which do not know this one.
 */
#ifndef TUI_APP_H
#define TUI_APP_H

#include <stdbool.h>
#include <stdint.h>

#include <event2/event.h>

#include "base/buf.h"
#include "base/err.h"
#include "tui/tui_attach.h"
#include "tui/tui_canvas.h"
#include "tui/tui_child.h"
#include "tui/tui_effects.h"
#include "tui/tui_export.h"
#include "tui/tui_input.h"
#include "tui/tui_layout.h"
#include "tui/tui_links.h"
#include "tui/tui_model.h"
#include "tui/tui_options.h"
#include "tui/tui_override.h"
#include "tui/tui_pace.h"
#include "tui/tui_plain.h"
#include "tui/tui_term.h"

/* How the program ends. */
enum exit_status {
	EXIT_OK = 0,
	EXIT_TROUBLE = 1,
	EXIT_USAGE = 2,
};

struct tui {
	const struct tui_options *options;
	struct event_base *base;
	struct tui_model m;
	struct tui_layout layout;
	struct tui_canvas canvas;
	struct tui_term term;
	struct tui_effects effects;
	struct tui_input input;
	struct tui_links *links;
	struct tui_recorder *recorder; /* NULL: nothing is recorded */
	struct tui_play *play;         /* NULL: no recording is shown */
	struct tui_override override;
	struct tui_child *child;
	char *history;             /* the file of command lines; owned; NULL: none */
	struct tui_attach *attach; /* who has the terminal instead of us */
	struct tui_export *export; /* lines of the log on their way out */
	struct event *keys;
	struct event *escape; /* a lone Esc has waited long enough */
	struct event *frame;  /* the next frame is due */
	struct event *tick;   /* time alone changes the picture */
	struct event *work;   /* a slice of what takes long is due */
	struct event *signals[6];
	struct tui_pace pace;
	bool all;  /* the next frame is sent whole */
	bool late; /* a frame waits for the terminal to take the one before */
	bool resized;
	bool settled;           /* for --once: all have answered, or never will */
	bool complete;          /* for --once: figures have come, too, and logs with their notes */
	bool patient;           /* for --once: nothing but logs is waited for */
	struct tui_plain plain; /* --plain: what was said */
	struct buf typed;       /* ... and what was typed of a line that has not ended */
	bool listening;
	bool said_all; /* standard input has ended */
	int status;
};

/* The options are borrowed. */
void tui_app_init(struct tui *t, const struct tui_options *o);
void tui_app_release(struct tui *t);
/* tui.conf becomes the model's settings and keys. */
bool tui_app_read_settings(struct tui *t, struct err *err);
/* What the screen remembers. That it cannot be written is worth a word, and no more. */
void tui_app_save_settings(struct tui *t);
/* The timer goes off so many microseconds from now. */
void tui_app_arm(struct event *timer, int64_t us);
/* Reads the clock into the model: this host's, or that of the recording. */
void tui_app_tick(struct tui *t);

#endif
