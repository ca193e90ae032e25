/*
 * A private directory for the sockets that ssh makes: under $XDG_RUNTIME_DIR or /tmp, mode 0700, held by a lock that
 * ends with this process. What killed processes have left behind is removed when the next one is made.
 */
#ifndef TUI_SSH_DIR_H
#define TUI_SSH_DIR_H

#include <stdbool.h>

#include "base/err.h"

struct tui_ssh_dir {
	char *path; /* owned; NULL: none */
	int fd;     /* of the directory, with the lock; -1: none */
};

bool tui_ssh_dir_make(struct tui_ssh_dir *dir, struct err *err);
/* Removes the sockets in it; the directory stays. */
void tui_ssh_dir_clear(const struct tui_ssh_dir *dir);
/* Removes it and all in it. */
void tui_ssh_dir_remove(struct tui_ssh_dir *dir);

#endif
