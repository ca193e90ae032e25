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

/* argv without its last words, those of the line, which are appended as one. Owned by the caller. */
struct tui_child *tui_child_new(struct event_base *base, char *const *argv, const struct tui_child_ops *ops,
				void *arg);
/* Ends what runs, and frees. */
void tui_child_free(struct tui_child *child);
/* Ends what runs and begins this. */
void tui_child_run(struct tui_child *child, const char *line);
void tui_child_stop(struct tui_child *child);

#endif
