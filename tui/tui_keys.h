/* key table */
#ifndef TUI_TUI_KEYS_H
#define TUI_TUI_KEYS_H

#endif
