/* column table */
#ifndef TUI_TUI_COLUMNS_H
#define TUI_TUI_COLUMNS_H

#endif
