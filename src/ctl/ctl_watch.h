/*
 * `status --watch`: the rows of status, kept up to date by the daemon's push stream. On a terminal they are drawn again in
 * place; elsewhere each change is a line, with --json an object. It goes on until Ctrl-C, also when the daemon goes and
 * comes back. A daemon without a push stream (Supervisor's own) is asked every two seconds.
 */
#ifndef CTL_CTL_WATCH_H
#define CTL_CTL_WATCH_H

#include "ctl/ctl_commands.h"

ctl_command_fn ctl_watch;

#endif
