/* the only file that includes curses */
#ifndef TUI_TUI_TERM_H
#define TUI_TUI_TERM_H

#endif
