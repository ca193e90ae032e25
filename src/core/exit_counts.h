/*
 * How often the children of one process have ended how. Plain data; bounded: of programs that end in ever new ways, those
 * beyond EXIT_COUNTS_MAX are counted together.
 */
#ifndef CORE_EXIT_COUNTS_H
#define CORE_EXIT_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXIT_COUNTS_MAX 16

struct exit_count {
	uint64_t n;
	int how;       /* the exit code, or the signal as a negative number */
	bool expected; /* asked for, or by one of exitcodes= */
};

/* Zeroed: nothing has ended yet. */
struct exit_counts {
	struct exit_count *list; /* sorted by how, then the expected ones last; owned, NULL: empty */
	size_t n;
	uint64_t others[2]; /* what found no room: not expected, expected */
};

/* status: as waitpid gives it. */
void exit_counts_add(struct exit_counts *counts, int status, bool expected);
void exit_counts_release(struct exit_counts *counts);

#endif
