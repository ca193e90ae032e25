/*
 * What the files of tui_order share: tui_order.c (which run a line is of, starts and ends, what is unsure), tui_order_sort.c
 * (what stands behind what), tui_order_place.c (the log and the pane after that). Nobody else includes it.
 */
#ifndef TUI_ORDER_PARTS_H
#define TUI_ORDER_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tui/tui_model.h"

/* A line of the past, with what its place depends on. */
struct tui_order_item {
	double key; /* when its run began, by this host's clock; 0: not known; of what came since: its time */
	uint64_t serial; /* 0: a new note */
	char *note;      /* ... what it says; owned */
	uint16_t source;
	uint16_t program;
	uint8_t channel;
	uint8_t kind;
	uint8_t rank;
	bool turned; /* of a run whose stdout stands behind its stderr */
	bool since;  /* came since the logs are shown: stays behind the past, in its order */
};

struct tui_order {
	struct tui_model *m;
	struct tui_log *log;
	struct tui_order_item *items; /* owned */
	size_t n;
	size_t cap;
	uint64_t limit; /* the lines below are looked at: the past, and what of it came late */
	size_t nsince;  /* items that came since */
	unsigned program[TUI_LOG_SOURCES]; /* of each source: the first source of the same program */
	bool several;                      /* programs */
	size_t notes;                      /* that are new */
};

/* Puts the items in order; those that are equal stay as they are. */
void tui_order_sort(struct tui_order *o);
/* The log's lines become the items, and whoever in the pane means a line by its number goes with it. */
void tui_order_place(struct tui_order *o);

#endif
