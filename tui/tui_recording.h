/*
 * A recording (tui_recorder) as it is read: all of its lines are looked at when it is opened, so that one that is broken is
 * refused before anything is shown. Pure: the text comes from outside.
 */
#ifndef TUI_RECORDING_H
#define TUI_RECORDING_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "base/err.h"

#define TUI_RECORDING_NAME "supervisortui"
#define TUI_RECORDING_FORMAT 1
#define TUI_RECORDING_MAX (256U << 20) /* bytes of a file */

enum tui_recorded_kind {
	RECORDED_CHANGE,  /* what changes the table */
	RECORDED_LOG,     /* text of a log */
	RECORDED_FIGURES, /* CPU and memory */
};

struct tui_recorded {
	const char *text; /* its line, in the recording */
	size_t len;
	double time; /* when it came, epoch seconds; never before the one before it */
	size_t daemon;
	enum tui_recorded_kind kind;
};

struct tui_recording {
	char *text;                /* owned */
	char **daemons;            /* URLs; owned */
	struct tui_recorded *list; /* owned */
	size_t ndaemons;
	size_t n;
	size_t cap;
	bool
	    torn; /* the last line has no end: who wrote it was killed, or the disk was full. It is left out */
};

/* Takes the text over, in any case. name is for messages: FILE:LINE. */
bool tui_recording_parse(struct tui_recording *r, const char *name, char *text, size_t len, struct err *err);
void tui_recording_release(struct tui_recording *r);
/* The event's data, which the caller releases; event is borrowed from *line, which the caller releases as well. */
json_t *tui_recording_data(const struct tui_recorded *e, json_t **line, const char **event);

#endif
