/*
 * A configuration file in memory with a user name and a password, so that they are on no command line, where everybody
 * could read them: supervisorctl is given its name, which only the same user can open.
 */
#ifndef TUI_SECRET_H
#define TUI_SECRET_H

#include "base/buf.h"

/* The text of the file. False: the dialect cannot say these values. Pure. */
bool tui_secret_text(struct buf *out, const char *username, const char *password);
/* A descriptor of it, close-on-exec; -1: it cannot be made. */
int tui_secret_open(const char *username, const char *password);
/* What supervisorctl has to be given while this program runs. The caller frees it. */
char *tui_secret_path(int fd);

#endif
