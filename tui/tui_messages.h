/*
 * What was said so far: the message line shows the last, the list behind M the last few hundred, with the failures
 * of each process. An error stays on the line until a key shows that somebody was there.
 */
#ifndef TUI_MESSAGES_H
#define TUI_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/tui_theme.h"

struct tui_host;
struct tui_job;
struct tui_model;

#define TUI_MESSAGES_MAX 500
#define TUI_MESSAGE_BYTES 2048 /* of one; more is cut off */

struct tui_said {
	double time; /* epoch seconds, by the clock of the host that it is about */
	enum tui_look look;
	char *host; /* its name, "": none in particular; owned */
	char *text; /* owned */
};

struct tui_messages {
	struct tui_said *list; /* a ring of TUI_MESSAGES_MAX; owned */
	size_t first;
	size_t n;
};

/* What a message says can be done, or waits for. When that is no more, the message goes. */
enum tui_offer {
	OFFER_NONE,
	OFFER_UNDO,       /* what was done last can be taken back */
	OFFER_UPDATE,     /* groups wait to be added, changed or removed */
	OFFER_CONNECTION, /* to a daemon, which is not there yet */
};

/* On the message line, and kept unless it is only by the way (LOOK_PLAIN). False: an unread error is on the line. */
bool tui_message(struct tui_model *m, enum tui_look look, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same about one daemon, which is named where there are several. */
bool tui_say(struct tui_host *h, enum tui_look look, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* What was just said offers this, about this daemon. */
void tui_offer(struct tui_host *h, enum tui_offer offer);
bool tui_is_offered(const struct tui_host *h, enum tui_offer offer);
/* It is there no longer: the line goes if it still says so. What was said as a line stays. */
void tui_offer_ends(struct tui_host *h, enum tui_offer offer);
/* What helps, in a message: by_key where there are keys, by_line where commands are typed as lines. */
const char *tui_hint(const struct tui_model *m, const char *by_key, const char *by_line);
/* News that nobody asked for, and that the picture tells in its own place, too: kept, and shown on the line unless something
   else was said there a moment ago or is under way. */
void tui_news(struct tui_host *h, enum tui_look look, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Kept, and not shown on the line. */
void tui_note(struct tui_host *h, enum tui_look look, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* How far a job is: the line follows it until something else is said. Not kept. */
void tui_progress(struct tui_host *h, const struct tui_job *job, const char *text);
/* A key was pressed: what has been there long enough goes. */
void tui_message_read(struct tui_model *m);
void tui_messages_open(struct tui_model *m);
void tui_messages_release(struct tui_messages *messages);

#endif
