/*
 * The small files that the screen keeps for its user: where they are, read whole, put in place whole. What they say is their
 * owners' affair (tui_conffile, tui_histfile, tui_seen). On failure errno says why.
 */
#ifndef TUI_FILE_H
#define TUI_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* "$VARIABLE/cvisor/NAME", "~/FALLBACK/cvisor/NAME" if that is not set; the caller frees it. NULL: there is no home. */
char *tui_file_path(const char *variable, const char *fallback, const char *name);
/* All folders above the file, as far as they are missing; nobody else's affair (0700). */
void tui_file_make_folders(const char *path);
/* Adds what is in the file. False: it cannot be read, or is longer than the buffer may be (EFBIG). */
bool tui_file_read(const char *path, struct buf *out);
/* All of it. */
bool tui_file_write(int fd, const void *data, size_t len);
/* The text takes the place of what was in the file, or nothing changes. A new file is 0600; one that there was keeps mode and
   owner; what is no file stays (EEXIST, EISDIR). */
bool tui_file_replace(const char *path, const struct buf *text);

#endif
