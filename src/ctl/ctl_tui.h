/* `tui`: starts supervisortui with the same connection. */
#ifndef CTL_CTL_TUI_H
#define CTL_CTL_TUI_H

#include "ctl/ctl_commands.h"

ctl_command_fn ctl_tui;

#endif
