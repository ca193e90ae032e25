/* tui_logtext.c: see tui_logtext.h. */
#include "autoconf.h"

#include "tui/tui_logtext.h"

#include <string.h>

#include "tui/tui_logjson.h"
#include "tui/tui_sanitize.h"

const char *
tui_logtext_shown(const struct tui_log_line *line, bool json, struct buf *scratch, size_t *len)
{
	if (json && line->kind == TUI_LOG_TEXT && tui_logjson(scratch, line->text, line->len)) {
		*len = scratch->len;
		return buf_str(scratch);
	}
	*len = line->len;
	return line->text;
}

const char *
tui_logtext_plain(const struct tui_log_line *line, bool json, struct buf *a, struct buf *b, size_t *len)
{
	const char *text = tui_logtext_shown(line, json, a, len);

	if (*len == 0 || memchr(text, '\033', *len) == NULL)
		return text;
	buf_clear(b);
	tui_sanitize(b, text, *len);
	*len = b->len;
	return buf_str(b);
}
