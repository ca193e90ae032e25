/*
 * What programs write, as the daemon's samples tell it: how much, how fast, when last; and whether a program has written since
 * its log was in sight last, which is a mark in its row where the setting `activity` is on. Who writes nothing for too long is
 * the affair of tui_silence.
 */
#ifndef TUI_ACTIVITY_H
#define TUI_ACTIVITY_H

#include <stdbool.h>
#include <stdint.h>

struct tui_host;
struct tui_model;
struct tui_proc;

struct tui_activity {
	int64_t out;   /* bytes since the daemon took the program, < 0: not known */
	double rate;   /* bytes a second, < 0: not known */
	double last;   /* when the last came, epoch seconds by the server's clock; 0: never, < 0: not known */
	double looked; /* up to then its log was in sight; server's clock */
	bool silent;   /* for longer than is normal (tui_silence) */
};

/* A program that was not there. */
void tui_activity_begin(struct tui_proc *p);
/* What a sample tells of it; less than 0: nothing. */
void tui_activity_told(struct tui_proc *p, int64_t out, double rate, double last);
/* Nothing is known any more of what the programs of a daemon write, until it is told again. */
void tui_activity_forget(struct tui_host *h);
/* After events and keys: logs that are in sight are looked at. */
void tui_activity_settle(struct tui_model *m);
/* Has its row the mark? */
bool tui_activity_is_marked(const struct tui_proc *p);
/* Do the daemons have to sample for it, whatever columns there are? */
bool tui_activity_wants_metrics(const struct tui_model *m);

#endif
