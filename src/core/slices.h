/*
 * The slices of time that TICK events tell the beginning of: 5, 60 and 3600 seconds, counted from the epoch. Which are
 * due now, and when to ask again; reads no clock.
 */
#ifndef CORE_SLICES_H
#define CORE_SLICES_H

#include <stdbool.h>
#include <stdint.h>

enum slice_period {
	SLICE_5,
	SLICE_60,
	SLICE_3600,
};
#define NSLICES 3

/* 5, 60, 3600. */
int slice_seconds(enum slice_period period);

/* Those that somebody wants, and the slice that each was in when it was looked at last. */
struct slices {
	bool wanted[NSLICES];
	int64_t last[NSLICES];
};

/* Wants a period from now on, or no longer. The slice that it is in now is not told. now: seconds since the epoch. */
void slices_want(struct slices *s, enum slice_period period, bool wanted, int64_t now);
/* Whether the period is in another slice than when this was asked last: *slice is when the one that it is in began. A
   clock that steps, forwards or backwards, makes one due, and never makes up for those that were skipped. */
bool slices_due(struct slices *s, enum slice_period period, int64_t now, int64_t *slice);
/* When the next one begins. False: nobody wants any. */
bool slices_next(const struct slices *s, int64_t now, int64_t *next);

#endif
