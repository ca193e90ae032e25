/*
 * Writes lines of the log to a pipe or a file, from a child that has them as they were: whoever reads slowly, or a file
 * system that takes its time, holds nobody up, and what comes meanwhile changes nothing.
 */
#ifndef TUI_WRITER_H
#define TUI_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "tui/tui_model.h"

struct event_base;
struct tui_writer;

/* It has ended: error is 0 or an errno. */
typedef void tui_writer_end_fn(void *arg, int error, size_t lines);

struct tui_writer *tui_writer_new(struct event_base *base, tui_writer_end_fn *end, void *arg);
/* What is under way is left to itself. NULL is allowed. */
void tui_writer_free(struct tui_writer *w);
/* Writes the pane's dump to fd, which is closed; end comes later. One that is under way is ended before. False: errno says
   why; end does not come. */
bool tui_writer_run(struct tui_writer *w, struct tui_model *m, int fd);
bool tui_writer_is_busy(const struct tui_writer *w);

#endif
