/* clock.c: reading the clocks, the only place that does. */
#include "autoconf.h"

#include "base/clock.h"

#include <time.h>

static int64_t
clock_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * SECOND_US + ts.tv_nsec / 1000;
}

void
clock_read(struct now *now)
{
	now->mono = clock_us(CLOCK_MONOTONIC);
	now->wall = clock_us(CLOCK_REALTIME);
}
