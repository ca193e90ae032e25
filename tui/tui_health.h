/*
 * Starts and ends of a program in the last quarter of an hour, by minutes: the graph of the table. Pure data, of a fixed
 * size. What has no cell any more is forgotten.
 */
#ifndef TUI_HEALTH_H
#define TUI_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

/* Fifteen whole minutes and the one that has begun. */
#define TUI_HEALTH_CELLS 16
#define TUI_HEALTH_SECONDS (TUI_HEALTH_CELLS * 60)

struct tui_health {
	int64_t minute; /* of the newest cell, since the epoch; 0: nothing was noted */
	struct {
		uint8_t starts;
		uint8_t ends;      /* expected ones */
		uint8_t deaths;    /* the others */
		bool began_alive;  /* before the first of them it ran */
	} cells[TUI_HEALTH_CELLS]; /* of minute m at m modulo their number */
	int64_t started;           /* pid of the last start that was noted, 0: none */
	int64_t ended;             /* of the last end */
};

/* Times are epoch seconds by the server's clock, in order. A start or an end of the pid that was the last is noted once. */
void tui_health_start(struct tui_health *h, double time, int64_t pid);
void tui_health_end(struct tui_health *h, double time, int64_t pid, bool expected);

/* What a minute was like, the worse the later. */
enum tui_health_kind {
	HEALTH_UNKNOWN,
	HEALTH_DOWN,
	HEALTH_UP,
	HEALTH_STARTED,
	HEALTH_ENDED,
	HEALTH_RESTARTED, /* both */
	HEALTH_DIED,
	TUI_HEALTH_NKINDS,
};

struct tui_health_mark {
	enum tui_health_kind kind;
	unsigned deaths;
};

/* The oldest first. alive: it runs now. known_from: nothing is known of what was before. Added to what is in marks, which
   begins as zeroes: of several programs, each minute is as that of the worst. */
void tui_health_marks(const struct tui_health *h, bool alive, double now, double known_from,
		      struct tui_health_mark marks[TUI_HEALTH_CELLS]);
/* Deaths, those that were not expected, in the minutes that have a cell now. */
unsigned tui_health_deaths(const struct tui_health *h, double now);
/* Starts, ends and deaths that the cells still hold; a death counts most. */
double tui_health_score(const struct tui_health *h, double now);

#endif
