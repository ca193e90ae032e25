/*
 * Ends programs that have the terminal when this one is gone without a chance to do so itself (SIGKILL): nobody would know
 * whom they belong to, and a pager would take keys from the shell. A small process waits for our end: the kernel's own
 * means (PR_SET_PDEATHSIG) reaches a shell, and not what the shell has started.
 */
#ifndef TUI_GUARD_H
#define TUI_GUARD_H

#include <sys/types.h>

struct tui_guard {
	pid_t pid; /* 0: none */
	int fd;    /* ends with us; -1: none */
};

/* From now on the process group is ended with us. That it cannot be is no reason not to start it. */
void tui_guard_begin(struct tui_guard *g, pid_t group);
/* The group is no affair of ours any more. */
void tui_guard_end(struct tui_guard *g);

#endif
