/* `fg`: a process in the foreground. Its logs are shown, lines typed go to its standard input. */
#ifndef CTL_CTL_FG_H
#define CTL_CTL_FG_H

#include "ctl/ctl_commands.h"

ctl_command_fn ctl_fg;

#endif
