/* slices.c: see slices.h. */
#include "autoconf.h"

#include "core/slices.h"

static const int seconds[NSLICES] = {
    [SLICE_5] = 5,
    [SLICE_60] = 60,
    [SLICE_3600] = 3600,
};

int
slice_seconds(enum slice_period period)
{
	return seconds[period];
}

/* Rounds down before the epoch, too. */
static int64_t
slice_of(enum slice_period period, int64_t now)
{
	int64_t rest = now % seconds[period];

	return now - (rest < 0 ? rest + seconds[period] : rest);
}

void
slices_want(struct slices *s, enum slice_period period, bool wanted, int64_t now)
{
	if (wanted && !s->wanted[period])
		s->last[period] = slice_of(period, now);
	s->wanted[period] = wanted;
}

bool
slices_due(struct slices *s, enum slice_period period, int64_t now, int64_t *slice)
{
	*slice = slice_of(period, now);
	if (!s->wanted[period] || *slice == s->last[period])
		return false;
	s->last[period] = *slice;
	return true;
}

/* Each period is a multiple of those before it, so the shortest that is wanted is the next to begin. */
bool
slices_next(const struct slices *s, int64_t now, int64_t *next)
{
	for (int period = 0; period < NSLICES; period++) {
		if (!s->wanted[period])
			continue;
		*next = slice_of((enum slice_period)period, now) + seconds[period];
		return true;
	}
	return false;
}
