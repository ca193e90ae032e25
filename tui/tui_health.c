/* tui_health.c: see tui_health.h. */
#include "autoconf.h"

#include "tui/tui_health.h"

#include <stddef.h>
#include <string.h>

static int64_t
minute_of(double time)
{
	return time < 0 || time > 1e15 ? 0 : (int64_t)time / 60;
}

static size_t
cell_of(int64_t minute)
{
	return (size_t)(minute % TUI_HEALTH_CELLS);
}

/* The cell's place; cells between the newest and a newer one are empty. TUI_HEALTH_CELLS: it is too long ago. */
static size_t
reach(struct tui_health *h, double time)
{
	int64_t minute = minute_of(time);

	if (minute <= h->minute - TUI_HEALTH_CELLS)
		return TUI_HEALTH_CELLS;
	if (minute - h->minute >= TUI_HEALTH_CELLS)
		memset(h->cells, 0, sizeof(h->cells));
	else
		for (int64_t m = h->minute + 1; m <= minute; m++)
			memset(&h->cells[cell_of(m)], 0, sizeof(h->cells[0]));
	if (minute > h->minute)
		h->minute = minute;
	return cell_of(minute);
}

static void
count(struct tui_health *h, size_t cell, uint8_t *n, bool was_alive)
{
	if (h->cells[cell].starts + h->cells[cell].ends + h->cells[cell].deaths == 0)
		h->cells[cell].began_alive = was_alive;
	if (*n < UINT8_MAX)
		(*n)++;
}

void
tui_health_start(struct tui_health *h, double time, int64_t pid)
{
	size_t cell;

	if (pid == h->started)
		return;
	h->started = pid;
	cell = reach(h, time);
	if (cell < TUI_HEALTH_CELLS)
		count(h, cell, &h->cells[cell].starts, false);
}

void
tui_health_end(struct tui_health *h, double time, int64_t pid, bool expected)
{
	size_t cell;

	if (pid == h->ended)
		return;
	h->ended = pid;
	cell = reach(h, time);
	if (cell < TUI_HEALTH_CELLS)
		count(h, cell, expected ? &h->cells[cell].ends : &h->cells[cell].deaths, true);
}

void
tui_health_marks(const struct tui_health *h, bool alive, double now, double known_from,
		 struct tui_health_mark marks[TUI_HEALTH_CELLS])
{
	int64_t newest = minute_of(now);

	for (int64_t i = 0; i < TUI_HEALTH_CELLS; i++) {
		int64_t minute = newest - i;
		struct tui_health_mark *mark = &marks[TUI_HEALTH_CELLS - 1 - i];
		enum tui_health_kind kind = alive ? HEALTH_UP : HEALTH_DOWN;
		size_t c = cell_of(minute < 0 ? 0 : minute);
		bool noted = minute <= h->minute && minute > h->minute - TUI_HEALTH_CELLS && minute > 0;
		unsigned starts = noted ? h->cells[c].starts : 0, ends = noted ? h->cells[c].ends : 0;
		unsigned deaths = noted ? h->cells[c].deaths : 0;

		if (deaths > 0)
			kind = HEALTH_DIED;
		else if (starts > 0)
			kind = ends > 0 ? HEALTH_RESTARTED : HEALTH_STARTED;
		else if (ends > 0)
			kind = HEALTH_ENDED;
		else if ((double)(minute + 1) * 60 <= known_from)
			kind = HEALTH_UNKNOWN;
		if (starts + ends + deaths > 0)
			alive = h->cells[c].began_alive;
		mark->deaths += deaths;
		if (kind > mark->kind)
			mark->kind = kind;
	}
}

unsigned
tui_health_deaths(const struct tui_health *h, double now)
{
	int64_t first = minute_of(now) - TUI_HEALTH_CELLS + 1;
	unsigned deaths = 0;

	if (first <= h->minute - TUI_HEALTH_CELLS)
		first = h->minute - TUI_HEALTH_CELLS + 1;
	for (int64_t minute = first < 0 ? 0 : first; minute <= h->minute; minute++)
		deaths += h->cells[cell_of(minute)].deaths;
	return deaths;
}

double
tui_health_score(const struct tui_health *h, double now)
{
	double score = 0;

	for (size_t i = 0; i < TUI_HEALTH_CELLS && h->minute > minute_of(now) - TUI_HEALTH_CELLS; i++)
		score += h->cells[i].deaths * 1e6 + h->cells[i].ends + h->cells[i].starts;
	return score;
}
