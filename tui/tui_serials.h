/*
 * A set of lines of a log, by their serial numbers, in order: a ring that grows at both ends and loses its oldest as the
 * log does. 8 bytes a line.
 */
#ifndef TUI_SERIALS_H
#define TUI_SERIALS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tui_serials {
	uint64_t *at; /* owned */
	size_t cap;   /* 0 or a power of two */
	size_t head;
	size_t n;
};

void tui_serials_release(struct tui_serials *s);
void tui_serials_clear(struct tui_serials *s);
/* The i-th, from the oldest on. */
uint64_t tui_serials_get(const struct tui_serials *s, size_t i);
/* How many are below this number: the place of the first that is not. */
size_t tui_serials_below(const struct tui_serials *s, uint64_t serial);
bool tui_serials_has(const struct tui_serials *s, uint64_t serial);
/* At its ends adding costs nothing. */
void tui_serials_add(struct tui_serials *s, uint64_t serial);
void tui_serials_remove(struct tui_serials *s, uint64_t serial);
/* Those below it are forgotten; those from it on. */
void tui_serials_drop_below(struct tui_serials *s, uint64_t serial);
void tui_serials_drop_from(struct tui_serials *s, uint64_t serial);
/* A line was put before this one: those below it have numbers one less. */
void tui_serials_shift_below(struct tui_serials *s, uint64_t serial);

#endif
