/*
 * Event listeners: takes what the bus tells, gives it to the pools that have subscribed to it, and follows what the
 * listeners answer. An event that no pool wants is not even rendered.
 *
 * Events are queued when they happen and written with the next turn of the loop, never from within what caused them.
 */
#ifndef DAEMON_LISTENERS_H
#define DAEMON_LISTENERS_H

#include <stdbool.h>

struct daemon;
struct group;
struct listeners;
struct process;

struct listeners *listeners_new(struct daemon *d);
/* NULL is allowed. No group of listeners may be left. */
void listeners_free(struct listeners *ls);

/* What supervise.c tells; only groups of listeners and their processes mean anything here. */

/* Before the group is told to the others, so that its pool hears of it. */
void listeners_add_group(struct listeners *ls, struct group *g);
/* Before the others are told, and before the channels of its processes are closed. Also when that was done already. */
void listeners_remove_group(struct listeners *ls, struct group *g);
/* The process has a new child, and its channels. */
void listeners_spawned(struct process *p);
/* Its child has been reaped; the event and the line about that are out. */
void listeners_exited(struct process *p);

/* For the end of the daemon, which lets listeners finish. Whether one of the group is at work on an event, or has one to
   come; false for other groups. */
bool listeners_are_working(const struct group *g);
/* fn is called, from the loop, when a listener has answered or ended, and so the answer above may be another. NULL: no
   longer. */
typedef void listeners_fn(void *arg);
void listeners_on_answer(struct listeners *ls, listeners_fn *fn, void *arg);

#endif
