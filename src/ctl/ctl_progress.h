/*
 * How far a start or stop of many has come, on a terminal: "12/40 stopped". The call itself is answered once, when all have
 * settled; what happens until then the daemon's push stream tells. Nothing is shown in a pipe, for few processes, for
 * what is over at once, and of a daemon without a stream. It is gone before a result is printed.
 */
#ifndef CTL_CTL_PROGRESS_H
#define CTL_CTL_PROGRESS_H

#include <stddef.h>

#include "ctl/ctl_control.h"

struct ctl_progress;

/* Looks at what there is to do among the processes of these names (borrowed until the end; none: all) before it is
   asked for. NULL: nothing will be shown. */
struct ctl_progress *ctl_progress_begin(struct ctl *ctl, enum ctl_verb verb, char *const *names, size_t n);
/* Makes room for a line; what follows is shown again beneath it. NULL is allowed here and below. */
void ctl_progress_hide(struct ctl_progress *p);
void ctl_progress_end(struct ctl_progress *p);

#endif
