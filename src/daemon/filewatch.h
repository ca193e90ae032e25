/*
 * Tells when a file changes: what others append to a log that is followed, a file that is cut or moved. The
 * kernel pushes it (inotify(7)), one descriptor for all; a file that nobody watches costs nothing.
 */
#ifndef DAEMON_FILEWATCH_H
#define DAEMON_FILEWATCH_H

struct event_base;
struct filewatch;
struct file_watch;

/* Takes a descriptor with the first watch only. */
struct filewatch *filewatch_new(struct event_base *base);
/* NULL is allowed. No watch may be left. */
void filewatch_free(struct filewatch *fw);

/* fn is called after the file that path leads to now was written, cut, moved or removed, however often in
   between. NULL where that cannot be told (no descriptor, the limits of inotify(7), no such file). */
struct file_watch *filewatch_add(struct filewatch *fw, const char *path, void (*fn)(void *arg), void *arg);
/* NULL is allowed; may be called from fn, for any watch. */
void filewatch_remove(struct file_watch *watch);

#endif
