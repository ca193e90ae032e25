/* The interactive prompt: line editing, history and completion by libedit; plain lines when it is no
 * terminal. */
#ifndef CTL_CTL_SHELL_H
#define CTL_CTL_SHELL_H

#include "ctl/ctl_commands.h"

ctl_command_fn ctl_exit;

/* Shows the status, then reads and runs lines until the end of input, `exit` or Ctrl-C. */
void ctl_shell_run(struct ctl *ctl);

#endif
