/* Does a line of a log look like an error? By the words that logs use for it, in a table. */
#ifndef TUI_LOGERROR_H
#define TUI_LOGERROR_H

#include <stdbool.h>
#include <stddef.h>

bool tui_logerror_is(const char *text, size_t len);

#endif
