/*
 * A program that has the terminal for a while (supervisorctl fg, a pager): it runs in a process group of its own, which is
 * the terminal's foreground, so that ^C is for it alone. The loop goes on meanwhile. However it ends, or when it is stopped
 * by ^Z, the terminal is ours again; after a failure when Enter has shown that its words were read.
 */
#ifndef TUI_ATTACH_H
#define TUI_ATTACH_H

#include <stdbool.h>

struct event_base;
struct tui_attach;

/* The terminal is ours again. */
typedef void tui_attach_end_fn(void *arg);

struct tui_attach *tui_attach_new(struct event_base *base, tui_attach_end_fn *end, void *arg);
/* Ends what runs, and frees. NULL is allowed. */
void tui_attach_free(struct tui_attach *a);
/* The terminal must have been left (tui_term_leave) and nobody else may read it. fd: what it has as its standard
   input, -1: the terminal. False: it cannot be run, errno says why, and end does not come. */
bool tui_attach_run(struct tui_attach *a, char *const *argv, int fd);

#endif
