/*
 * Following of logs: whoever taps a log by its name is told each piece that is written to it, by the log pump (children)
 * or the main log. A log that nobody follows costs nothing.
 */
#ifndef DAEMON_LOGFOLLOW_H
#define DAEMON_LOGFOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"

struct logfollow;

struct logfollow *logfollow_new(void);
/* NULL is allowed. Taps that are left are freed. */
void logfollow_free(struct logfollow *lf);

/* A piece of a followed log. */
struct log_chunk {
	const char *log; /* "GROUP:NAME:stdout", "GROUP:NAME:stderr" or ":main" */
	wall_us time;
	int64_t offset;   /* of data in its file, -1: no file */
	const char *data; /* as written (after strip_ansi); borrowed */
	size_t len;
	bool rotated; /* the file was rotated or cleared after this piece: the next one begins a new file */
};
typedef void log_tap_fn(void *arg, const struct log_chunk *chunk);
struct log_tap;
/* Follows a log by its name, whether such a process exists or not; it goes on over restarts of the program.
   Also for programs without a log file. */
struct log_tap *logfollow_tap(struct logfollow *lf, const char *log, log_tap_fn *fn, void *arg);
/* NULL is allowed; may be called from the callback. */
void logfollow_untap(struct log_tap *tap);
/* For who writes a log. lf may be NULL: there are no followers any more. */
void logfollow_tell(struct logfollow *lf, const struct log_chunk *chunk);

/* The last `bytes` bytes of a log file, or all of it if shorter; *offset is where they begin. The caller
   frees. NULL with errno set (ENOENT: no such file). For the push stream's log_tail. */
char *logfollow_read_tail(const char *path, size_t bytes, size_t *len, int64_t *offset);

#endif
