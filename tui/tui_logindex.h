/*
 * Which lines of a log have something: made in slices, so that no key waits for 100,000 lines, and kept up as lines come,
 * grow and go. What it is that they have is a function's affair. Looking begins at a line and goes on to the end, then
 * from there back to the beginning, so that what is nearest is known first.
 */
#ifndef TUI_LOGINDEX_H
#define TUI_LOGINDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/tui_log.h"
#include "tui/tui_serials.h"

/* Bytes that are looked at in one slice, at a weight of 1. */
#define TUI_LOGINDEX_SLICE (1024 * 1024)

typedef bool tui_logindex_fn(void *arg, const struct tui_log_line *line);

/* A line that had not ended when it was looked at. */
struct tui_logindex_open {
	uint64_t serial;
	size_t len;
};

struct tui_logindex {
	bool on;
	struct tui_serials hits;
	uint64_t low; /* the lines from low on and below high have been looked at */
	uint64_t high;
	uint64_t first; /* the log's, when it was looked at last, and how many it had dropped */
	uint64_t dropped;
	struct tui_logindex_open *open; /* owned */
	size_t nopen;
};

void tui_logindex_release(struct tui_logindex *ix);
/* Begins anew, from this line on. */
void tui_logindex_start(struct tui_logindex *ix, const struct tui_log *log, uint64_t anchor);
void tui_logindex_stop(struct tui_logindex *ix);
/* Does a slice of the work; weight: how much a byte costs, compared with looking for plain text. True: there is more. */
bool tui_logindex_work(struct tui_logindex *ix, const struct tui_log *log, unsigned weight,
		       tui_logindex_fn *has, void *arg);
/* All lines have been looked at. */
bool tui_logindex_is_complete(const struct tui_logindex *ix, const struct tui_log *log);
/* The nearest that has it from `from` on, in direction step (1 or -1). */
enum tui_logindex_answer {
	INDEX_FOUND,
	INDEX_NONE,  /* there is none from there on */
	INDEX_LATER, /* not enough has been looked at to say */
} tui_logindex_find(const struct tui_logindex *ix, const struct tui_log *log, uint64_t from, int step,
		    uint64_t *found);
/* A note was put before this line (tui_log_insert_note). */
void tui_logindex_inserted(struct tui_logindex *ix, uint64_t serial);

#endif
