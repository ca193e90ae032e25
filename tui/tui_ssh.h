/*
 * A way to a daemon on another host: one process of the system's ssh, which forwards the sockets at the far end into
 * a private directory here. Nothing of ours is needed there, and no shell runs there.
 *
 * The first time, before the screen is open, ssh has the terminal and may ask for a password or about a host key.
 * Later it asks only when it is given the terminal (tui_ssh_login): where it would ask else, it fails, and says why. What
 * it writes is kept to explain an end and never reaches the screen as it is. Nothing here blocks.
 */
#ifndef TUI_SSH_H
#define TUI_SSH_H

#include <stdbool.h>

#include "base/err.h"

struct event_base;
struct tui_ssh;

/* All come from the loop, never from within a call. */
struct tui_ssh_ops {
	/* The way is open: url ("unix://...") is where the daemon is found now. Borrowed. */
	void (*up)(void *arg, const char *url);
	/* It could not be opened, or ssh ended afterwards: why is one sentence. Borrowed. */
	void (*down)(void *arg, const char *why);
};

/* False: the URL is wrong, or there is no place for the sockets. */
struct tui_ssh *tui_ssh_new(struct event_base *base, const char *url, struct err *err);
/* Ends ssh and removes the directory. NULL is allowed. */
void tui_ssh_free(struct tui_ssh *ssh);
/* Whom the answers go to from now on. */
void tui_ssh_listen(struct tui_ssh *ssh, const struct tui_ssh_ops *ops, void *arg);
/* Starts ssh if it does not run, and finds out which of the sockets leads to a daemon. One of the two answers
   follows. ask: ssh may use the terminal, and what it says is shown there until the way is open. */
void tui_ssh_open(struct tui_ssh *ssh, bool ask);
/* The terminal, which must have been left, is ssh's: it starts anew and may ask. When it is in, or has ended, or was
   stopped by ^Z, the terminal is ours again, and over tells so; one of the two answers follows. False: the way is open, and
   nothing was done. */
typedef void tui_ssh_over_fn(void *arg);
bool tui_ssh_login(struct tui_ssh *ssh, tui_ssh_over_fn *over, void *arg);
/* The command that lets it ask, for the sentence where it could not; NULL: there is none. Borrowed. */
void tui_ssh_ask_by(struct tui_ssh *ssh, const char *how);
/* Ends ssh at once; what was being opened gets no answer. For a line that is dead. */
void tui_ssh_close(struct tui_ssh *ssh);
/* Has it ended because it may not ask? */
bool tui_ssh_needs_login(const struct tui_ssh *ssh);
/* Does ssh run? If it does when the way could not be opened, the daemon is missing and not the host. */
bool tui_ssh_is_running(const struct tui_ssh *ssh);

#endif
