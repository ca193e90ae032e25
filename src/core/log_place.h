/*
 * How far a log has come, so that a moment of the past can be found in it again. A log is one long text of which the file at
 * its path holds the end: rotating or clearing it begins a new file. A total counts through all of them; where a total lies
 * in the present file follows from where that begins.
 *
 * Plain data, of one channel of one process. The daemon says when it looked and what it saw.
 */
#ifndef CORE_LOG_PLACE_H
#define CORE_LOG_PLACE_H

#include <stdbool.h>
#include <stdint.h>

/* Zeroed: there is no file, or it was never looked at. */
struct log_place {
	bool known;
	int64_t base;      /* the total at which the present file begins */
	int64_t end;       /* of the present file, when it was looked at last */
	uint64_t dev, ino; /* the present file */
};

/* The file is open (again) and ends there: it is the same if it has not become shorter meanwhile. */
void log_place_opened(struct log_place *l, uint64_t dev, uint64_t ino, int64_t end);
/* It has been open since it was looked at last. began: another file has begun meanwhile, or it was emptied. */
void log_place_reached(struct log_place *l, uint64_t dev, uint64_t ino, int64_t end, bool began);
/* It is empty now. */
void log_place_emptied(struct log_place *l);

/* How much there was when it was looked at last; -1: not known. */
int64_t log_place_total(const struct log_place *l);
/* Where a total lies in the present file; -1: in one before it, or not known. */
int64_t log_place_offset(const struct log_place *l, int64_t total);

#endif
