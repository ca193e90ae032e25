/*
 * What is shown of a line of a log, and what is searched: the same text. A line with colours is searched without them, a
 * JSON object as it is shown.
 */
#ifndef TUI_LOGTEXT_H
#define TUI_LOGTEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "tui/tui_log.h"

#define TUI_LOGTEXT_MAX ((size_t)TUI_LOG_LINE_MAX * 12) /* a byte may become a mark */

/* What is shown, still with what has to be made harmless. scratch holds it where it is not the line's own text. */
const char *tui_logtext_shown(const struct tui_log_line *line, bool json, struct buf *scratch, size_t *len);
/* What is searched: without sequences for colours. a and b are scratch. */
const char *tui_logtext_plain(const struct tui_log_line *line, bool json, struct buf *a, struct buf *b,
			      size_t *len);

#endif
