/*
 * Where what a channel logs goes: to its log file and to the followers of that log. Here is what happens when the file
 * takes no more: the rest is lost and counted, or it waits and so does the child (spec/README.md, a full disk). The log
 * pump must not read a pipe whose target is full.
 */
#ifndef DAEMON_LOGTARGET_H
#define DAEMON_LOGTARGET_H

#include <stdbool.h>
#include <stddef.h>

#include "core/process.h"

struct daemon;
struct logfiles;
struct logtarget;

/* Called when a target that was full takes output again. */
typedef void logtarget_fn(void *arg);

/* Opens p->logpath[channel], if there is one. most: of bytes that are written before somebody asks whether it is full. NULL
   with errno set. */
struct logtarget *logtarget_open(struct daemon *d, struct logfiles *files, struct process *p,
				 enum channel channel, size_t most, logtarget_fn *room, void *arg);
/* What still waits is written now or lost. */
void logtarget_close(struct logtarget *t);

void logtarget_write(struct logtarget *t, const char *data, size_t len);
/* Something waits. Writing to it all the same appends to that. */
bool logtarget_is_full(const struct logtarget *t);
/* Tries to write what waits. */
void logtarget_flush(struct logtarget *t);
/* Empties the file and tells the followers. False with errno set. */
bool logtarget_clear(struct logtarget *t);

/* Notes in the process how far its log has come. */
void logtarget_note_place(struct logtarget *t);

/* Around logfile_reopen of all files. */
void logtarget_before_reopen(struct logtarget *t);
void logtarget_reopened(struct logtarget *t);

#endif
