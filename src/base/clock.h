/*
 * The two clocks. mono_us schedules, wall_us is only shown: they never meet in one expression. The loop reads
 * both once per turn and hands them down as arguments; only the programs' outermost layer calls clock_read.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

typedef int64_t mono_us; /* microseconds of CLOCK_MONOTONIC */
typedef int64_t wall_us; /* microseconds since the epoch, CLOCK_REALTIME */

#define SECOND_US INT64_C(1000000)

struct now {
	mono_us mono;
	wall_us wall;
};

/* Whole seconds since the epoch, rounded down; 0 stays 0 ("never"). */
static inline int64_t
wall_seconds(wall_us t)
{
	int64_t s = t / SECOND_US;

	return t % SECOND_US < 0 ? s - 1 : s;
}

/* Reads both clocks. Never fails. */
void clock_read(struct now *now);

#endif
