/*
 * What the log pane shows: one program, all of a group, the marked ones (of all hosts), or a daemon's own log; stdout and
 * stderr where there are both, or one of them. From that come the pane's sources, which are kept in step with the programs
 * that come and go. Pure: that logs are to be followed is asked by a request (REQUEST_FOLLOW), and each connection follows
 * what is of its host.
 */
#ifndef TUI_SHOW_H
#define TUI_SHOW_H

#include <stdbool.h>
#include <stddef.h>

#include "core/process.h"

struct tui_group;
struct tui_host;
struct tui_model;
struct tui_proc;

#define TUI_SHOW_MAX 64 /* logs at once; a daemon follows no more for one stream, either */

enum tui_show_kind {
	TUI_SHOW_NOTHING,
	TUI_SHOW_PROGRAM,
	TUI_SHOW_GROUP,
	TUI_SHOW_MARKED,
	TUI_SHOW_MAIN,
	TUI_SHOW_AROUND, /* a program at one moment (tui_around) */
};

/* Bits: 1 << channel. */
enum tui_channels {
	TUI_CHANNELS_STDOUT = 1 << CHANNEL_STDOUT,
	TUI_CHANNELS_STDERR = 1 << CHANNEL_STDERR,
	TUI_CHANNELS_BOTH = TUI_CHANNELS_STDOUT | TUI_CHANNELS_STDERR,
};

struct tui_show {
	enum tui_show_kind kind;
	struct tui_host *host; /* PROGRAM, GROUP, MAIN, AROUND */
	char *key;             /* of the program, or the group's name; else NULL; owned */
	/* That are looked for; what has no file is left out, unless it was chosen. */
	enum tui_channels channels;
	unsigned shown;  /* that there are; bits as in channels */
	bool chosen;     /* by the user; else it depends on the setting and the programs */
	size_t wanted;   /* logs that there are of it; more than TUI_SHOW_MAX are not followed */
	size_t programs; /* that they belong to */
	unsigned turn; /* counts what was shown: with another one, logs are followed from their tails again */
	char *
	    passed_key; /* the program that was selected last, so that a selection that stays changes nothing; owned */
	struct tui_host *passed_host;
};

void tui_show_init(struct tui_show *show);
void tui_show_release(struct tui_show *show);

/* Another one: what the pane had is forgotten. The same again changes nothing. */
void tui_show_program(struct tui_model *m, struct tui_host *host, const char *key);
void tui_show_group(struct tui_model *m, const struct tui_group *g);
void tui_show_marked(struct tui_model *m);
void tui_show_main(struct tui_model *m, struct tui_host *host);
/* Empty, with a source for each channel, of which none is followed. */
void tui_show_around(struct tui_model *m, struct tui_host *host, const char *key);
/* Both, stdout, stderr. It stays so for the programs that are shown after it. */
void tui_show_next_channels(struct tui_model *m);

/* The same from the beginning: what the pane had is forgotten. */
void tui_show_again(struct tui_model *m);

/* After events and keys: follows the selection, and keeps the sources in step with what is there. */
void tui_show_settle(struct tui_model *m);
/* The daemon follows what it was asked for in this turn: what comes from now on is not from before. */
void tui_show_followed(struct tui_host *h, unsigned turn);

/* The one program that is shown, NULL: none, several, or one that is not there. */
struct tui_proc *tui_show_proc(const struct tui_model *m);
/* The one source, TUI_LOG_NO_SOURCE: none or several. */
unsigned tui_show_source(const struct tui_model *m);
/* "api_02 stderr"; the caller frees it. */
char *tui_show_title(const struct tui_model *m);

#endif
