/*
 * A line of a log that is a JSON object, as people read it: "14:02:11 error cannot connect  db=main tries=3". Time, level
 * and message come first, by the names that loggers give them; the rest follows as it stands.
 */
#ifndef TUI_LOGJSON_H
#define TUI_LOGJSON_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define TUI_LOGJSON_MAX 16384 /* longer lines stay as they are */

/* False: it is no JSON object; out is empty then. */
bool tui_logjson(struct buf *out, const char *text, size_t len);

#endif
