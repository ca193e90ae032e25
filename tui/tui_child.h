/*
 * Runs supervisorctl for a command line, and hands its output on as it comes. One at a time.
 */
#ifndef TUI_CHILD_H
#define TUI_CHILD_H

#include <stddef.h>

struct event_base;
struct tui_child;

struct tui_child_ops {
	void (*output)(void *arg, const char *bytes, size_t len);
	/* The end: how is NULL, or a sentence when there is something to say. */
	void (*end)(void *arg, const char *how);
};

struct tui_child *tui_child_new(struct event_base *base, const struct tui_child_ops *ops, void *arg);
/* Ends what runs, and frees. */
void tui_child_free(struct tui_child *child);
/* Ends what runs and begins this: argv with the line as one more word. Both are the caller's. */
void tui_child_run(struct tui_child *child, char *const *argv, const char *line);
void tui_child_stop(struct tui_child *child);

#endif
