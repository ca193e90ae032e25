/* scrollback of one log in bounded memory */
#ifndef TUI_TUI_LOG_H
#define TUI_TUI_LOG_H

#endif
