/*
 * What lies over the panes: a title and lines of text, scrolled or, in a menu, with a line that is chosen. What it is
 * about belongs to its type, one constant struct in the file that opens it. At most one is open. The help lies over that one
 * and leaves it as it is: what happens meanwhile is told to it, keys and the picture are of what is in front.
 */
#ifndef TUI_OVERLAY_H
#define TUI_OVERLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/tui_keys.h"
#include "tui/tui_text.h"

struct tui_host;
struct tui_model;
struct tui_pattern;
struct tui_proc;

/* All of the hooks may be NULL. */
struct tui_overlay_type {
	enum tui_keymap keymap; /* KEYMAP_OVERLAY, or one of its own, which comes before that */
	bool chooses;           /* one line is selected; moving moves the selection */
	/*
	 * Makes the text again: before it is drawn in another width, when it has not held any longer, and after
	 * tui_overlay_refill. The text is empty; valid_for is as in tui_format_age. It may ask the daemon for something.
	 */
	void (*fill)(struct tui_model *m, struct tui_text *t, int width, double *valid_for);
	/* Keys that are in no table, such as the letters of a menu. False: not one of its own. */
	bool (*key)(struct tui_model *m, uint32_t key);
	/* Enter on a line. */
	void (*choose)(struct tui_model *m, size_t line);
	/* A process has changed, or is about to go; a daemon does not answer any more. */
	void (*changed)(struct tui_model *m, const struct tui_proc *p);
	void (*removed)(struct tui_model *m, const struct tui_proc *p);
	void (*disconnected)(struct tui_model *m, const struct tui_host *h);
	/* It closes, or another one takes its place: its data is freed. by_user: by a key, not by the course of things. */
	void (*closed)(struct tui_model *m, bool by_user);
};

struct tui_overlay {
	const struct tui_overlay_type *type; /* NULL: none is open */
	char *title;                         /* owned */
	struct tui_text text;
	size_t cursor;         /* the line that is chosen, in a type that chooses */
	size_t top;            /* first line shown */
	size_t page;           /* lines that fit, told by the layout */
	int width;             /* of the screen, when it was filled last */
	bool stale;            /* it has to be filled again */
	double valid_until;    /* by the model's clock: then it says something else; 0: never */
	size_t hit;            /* 1 + the line that was found last; 0: none */
	char *pattern;         /* searched for; owned; NULL: nothing yet */
	bool follow;           /* stay at the end */
	bool running;          /* more lines come */
	struct tui_host *host; /* whom it is about, for the type; NULL: none */
	char *subject;         /* key of the process it is about; owned; NULL: none */
	void *data;            /* the type's own */
};

/* Opens it, empty; the one that is open is closed, and the help. */
void tui_overlay_open(struct tui_model *m, const struct tui_overlay_type *type, const char *title);
/* About one process. */
void tui_overlay_open_for(struct tui_model *m, const struct tui_overlay_type *type, const char *title,
			  const struct tui_proc *p);
/* by_user: and the help, if it lies over it. */
void tui_overlay_close(struct tui_model *m, bool by_user);
/* What has the keys and is seen: the help, or else the overlay; NULL: none is open. */
struct tui_overlay *tui_overlay_front(struct tui_model *m);
const struct tui_overlay *tui_overlay_shown(const struct tui_model *m);
/* One step back: closes what is in front. */
void tui_overlay_back(struct tui_model *m);
bool tui_overlay_is(const struct tui_model *m, const struct tui_overlay_type *type);
/* Is this the process it is about? */
bool tui_overlay_is_about(const struct tui_model *m, const struct tui_proc *p);
/* By lines; in a type that chooses, the selection moves. */
void tui_overlay_scroll(struct tui_overlay *o, long lines);
/* Enter in what is in front: chooses the selected line, or goes down. */
void tui_overlay_choose(struct tui_model *m);
/* Told by the layout: so many lines fit. Brings the text or the selection into sight. */
void tui_overlay_fit(struct tui_overlay *o, size_t page);
/* What it says has changed; it is filled before the next frame. */
void tui_overlay_refill(struct tui_model *m);
/* Before the layout, with the width of the screen: fills what is in front where that is needed. */
void tui_overlay_prepare(struct tui_model *m, int width);
/* To the next line with the pattern in direction step; wraps around. False: none has it. */
bool tui_overlay_search(struct tui_overlay *o, const struct tui_pattern *pattern, int step, bool *wrapped);

#endif
