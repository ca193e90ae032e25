/* the help overlay */
#ifndef TUI_TUI_HELP_H
#define TUI_TUI_HELP_H

#endif
