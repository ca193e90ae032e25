/* Commands that change processes and the daemon: start, stop, restart, signal; shutdown, reload. */
#ifndef CTL_CTL_CONTROL_H
#define CTL_CTL_CONTROL_H

#include <stdbool.h>

#include "base/buf.h"
#include "ctl/ctl_commands.h"

ctl_command_fn ctl_start, ctl_stop, ctl_restart, ctl_signal, ctl_shutdown, ctl_reload;

enum ctl_verb {
	CTL_VERB_START,
	CTL_VERB_STOP,
	CTL_VERB_SIGNAL,
};

/* The line for a result code (spec/supervisorctl.md 3.1): name is a namespec, text the server's own words.
   False: the verb does not know the code. */
bool ctl_result_line(struct buf *out, enum ctl_verb verb, int code, const char *name, const char *text);
/* The exit status after it (3.2): status unless the code is a failure. */
int ctl_result_status(enum ctl_verb verb, int code, int status);
/* Whether the verb has something to do for a process in that state (its number). The others the daemon passes over
   without a word when a group is meant, and we do when a pattern is. */
bool ctl_verb_concerns(enum ctl_verb verb, int state);

#endif
