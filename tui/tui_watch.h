/*
 * Watch words: a regular expression per program, looked for in all that its logs say from now on, whether they are shown or
 * not. A hit lights the program's row, is counted and listed; the first in a minute is told, and rings the bell where that is on. Bounded: so many words,
 * hits and bytes a second; what was not looked at is counted.
 */
#ifndef TUI_WATCH_H
#define TUI_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/process.h"

struct tui_host;
struct tui_model;
struct tui_proc;

#define TUI_WATCH_LOGS 32 /* of one daemon that are followed for it, at most */

struct tui_watches;

/* A word for a program; once, however often it is said. False: it cannot be, and why was said. */
bool tui_watch_add(struct tui_model *m, const char *pattern, struct tui_proc *p);
/* This word is not watched any more for any program, or none is (NULL). How many ended; left: how many did not. */
size_t tui_watch_drop(struct tui_model *m, const char *pattern, size_t *left);
/* The list of hits, the newest first; they count as seen. */
void tui_watch_open(struct tui_model *m);
void tui_watch_release(struct tui_model *m);

/* The logs of a daemon that are followed for it, by their names in the stream; at most TUI_WATCH_LOGS. */
void tui_watch_each_log(const struct tui_model *m, const struct tui_host *h,
			void (*fn)(void *arg, const char *log), void *arg);
/* Text of a log as it comes, at this offset of its file (-1: not known) and time (by the server's clock). */
void tui_watch_text(struct tui_host *h, const char *log, double time, int64_t offset, const char *text,
		    size_t len);
/* Hits of a program, and of all, that nobody has looked at. */
size_t tui_watch_unseen(const struct tui_proc *p);
size_t tui_watch_unseen_all(const struct tui_model *m);

#endif
