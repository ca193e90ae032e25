/*
 * A bounded queue of lines before an output that may not take them now: what does not fit is dropped, line by
 * line, and counted; a line that says so comes in its place. For the main log's copy on a terminal or pipe.
 */
#ifndef DAEMON_NBQUEUE_H
#define DAEMON_NBQUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "daemon/nbout.h"

struct daemon;
struct nbqueue;

/* Takes the output over. name is for the line about a loss ("stdout"). */
struct nbqueue *nbqueue_new(struct daemon *d, struct nbout *out, const char *name);
/* Flushes what goes at once, closes. NULL is allowed. */
void nbqueue_free(struct nbqueue *q);
/* The path leads to the output, as in nbout_is_at. */
bool nbqueue_is_at(const struct nbqueue *q, const char *path);
/* Takes a line, newline included. */
void nbqueue_line(struct nbqueue *q, const char *line, size_t len);

#endif
