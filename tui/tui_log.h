/*
 * The scrollback of one log: lines as they came, bounded by number and bytes; the oldest go first. Lines are
 * named by a serial number that stays with them. Text is kept raw and made harmless when it is drawn
 * (tui_sanitize).
 */
#ifndef TUI_LOG_H
#define TUI_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define TUI_LOG_LINES 100000
#define TUI_LOG_BYTES (16 * 1024 * 1024)
#define TUI_LOG_LINE_MAX 65536 /* a longer line goes on in the next one */

enum tui_log_kind {
	TUI_LOG_TEXT,
	TUI_LOG_NOTE, /* not from the log: a gap, a rotation, a start or an end */
};

struct tui_log_line {
	double time; /* of arrival, server's clock */
	uint32_t len;
	enum tui_log_kind kind;
	char text[];
};

struct tui_log {
	struct tui_log_line **lines; /* a ring; owned */
	size_t cap;                  /* 0 or a power of two */
	size_t head;
	size_t count;
	size_t bytes; /* of all lines, their heads included */
	size_t max_lines;
	size_t max_bytes;
	uint64_t first;  /* serial number of the oldest line */
	struct buf open; /* the line that has not ended yet */
	double open_time;
	int64_t offset; /* in the file: where the next text begins, -1: not known */
	bool resuming;  /* the connection is a new one: text may come again, or be missing */
};

void tui_log_init(struct tui_log *log, size_t max_lines, size_t max_bytes);
void tui_log_release(struct tui_log *log);
/* Forgets all lines. Serial numbers go on. */
void tui_log_clear(struct tui_log *log);

/* Adds text that begins at offset of the file (-1: not known). While resuming, what is there already is
   passed over and a note says how much is missing. */
void tui_log_add(struct tui_log *log, double time, int64_t offset, const char *text, size_t len);
/* The file begins again at 0. */
void tui_log_rotated(struct tui_log *log);
/* A line of our own; it ends the open line. */
void tui_log_note(struct tui_log *log, double time, const char *text);

/* Serial number behind the newest line; the open line, if there is one, is the last. */
uint64_t tui_log_end(const struct tui_log *log);
/* A line by its number. text is borrowed until the log changes. False if it is not there (any more). */
bool tui_log_get(const struct tui_log *log, uint64_t serial, const char **text, size_t *len, double *time,
		 enum tui_log_kind *kind);
/* The nearest line from `from` in direction step (1 or -1) that contains the pattern. */
bool tui_log_search(const struct tui_log *log, uint64_t from, int step, const char *pattern, uint64_t *found);

/* Does the text contain the pattern? Upper and lower case are the same unless the pattern has upper case. */
bool tui_match(const char *text, size_t len, const char *pattern);

#endif
