/*
 * Lines of the log go where they are wanted: into a file, or through a pipe to a program that has the terminal. What is said
 * of it is said by the model (tui_act_output).
 */
#ifndef TUI_EXPORT_H
#define TUI_EXPORT_H

#include <stdbool.h>

#include "tui/tui_model.h"

struct event_base;
struct tui_export;

/* changed is called when something has been said later than asked. */
struct tui_export *tui_export_new(struct event_base *base, struct tui_model *m, void (*changed)(void *arg),
				  void *arg);
/* NULL is allowed. A file that is being written will be complete nevertheless. */
void tui_export_free(struct tui_export *x);
/* Saves the pane's dump; ~/ is the home directory. A file that is there is only overwritten when that was asked. */
void tui_export_save(struct tui_export *x, const char *path, bool overwrite);
/* A descriptor to read the pane's dump from, which the caller closes; -1: errno says why. */
int tui_export_pipe(struct tui_export *x);

#endif
