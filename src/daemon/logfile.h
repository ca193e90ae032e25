/*
 * A log file: appended to, rotated by size, reopened, cleared. There is one object per path, shared by all
 * that write to or follow the file.
 */
#ifndef DAEMON_LOGFILE_H
#define DAEMON_LOGFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct logfile;
struct logfiles; /* all open ones, by path */

struct logfiles *logfiles_new(void);
void logfiles_free(struct logfiles *all);

/* Opens path for appending (mode 0666 less the umask), or takes another reference to the object of that path;
   its limits become these. NULL with errno set. Targets that are not regular files (/dev/stdout, FIFOs,
   terminals) are never rotated and never block the daemon. */
struct logfile *logfile_open(struct logfiles *all, const char *path, int64_t maxbytes, int backups);
/* Drops a reference; NULL is allowed. The file is closed with the last one. */
void logfile_close(struct logfile *f);

/* Writes all of it, or says how much was lost (*lost, with errno set); never waits. Rotates afterwards when
   the size has reached maxbytes (spec/daemon.md 8.2): *rotated, when not NULL, tells. */
bool logfile_write(struct logfile *f, const char *data, size_t len, size_t *lost, bool *rotated);
/* Offset in the current file of the next byte; -1: not a regular file. */
int64_t logfile_offset(const struct logfile *f);
/* How many files it has been since it was opened, counting each emptying: what an offset belongs to. */
uint64_t logfile_files(const struct logfile *f);
/* Offset at which the last write began, in the file that it went to (after a rotation: the one before); -1 as
   above. */
int64_t logfile_last(const struct logfile *f);
/* errno of a rotation that failed since the last call, 0: none. Such a file grows on, and is tried again when
   it has grown by another maxbytes. */
int logfile_take_error(struct logfile *f);
/* Whether a full target is a matter of the disk; otherwise logfile_write fails with EAGAIN and logfile_fd
   tells when there is room (poll for writing). */
bool logfile_is_regular(const struct logfile *f);
int logfile_fd(const struct logfile *f);
/* Closes and opens the path again (USR2), unless it still leads to a target that is not a regular file. False with
   errno set: the old file goes on. */
bool logfile_reopen(struct logfile *f);
/* Removes the file (never anything but a regular one; what a symbolic link leads to is emptied) and opens it
   anew. False with errno set: the old file goes on. */
bool logfile_clear(struct logfile *f);
/* Whether the two are the same file of the file system: what is open now and what was, by its
   logfile_identity. */
struct logfile_identity {
	dev_t dev;
	ino_t ino;
};
struct logfile_identity logfile_identity(const struct logfile *f);
/* Calls fn for each open log file. */
void logfiles_each(struct logfiles *all, void (*fn)(void *arg, struct logfile *f), void *arg);
const char *logfile_path(const struct logfile *f);

#endif
