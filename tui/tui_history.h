/* Starts and ends: of one program (a section of its details), of a group or of all, the newest first. */
#ifndef TUI_HISTORY_H
#define TUI_HISTORY_H

#include "tui/tui_model.h"
#include "tui/tui_record.h"

/* Of all programs of the group; NULL: of the daemon that is selected. */
void tui_history_open(struct tui_model *m, const struct tui_group *g);
void tui_history_reply(struct tui_host *h, unsigned ticket, const struct xmlrpc_value *value, int code,
		       const char *fault);
/* One record as a line. names: columns for the name of the program, 0: it is not said. */
void tui_history_line(const struct tui_model *m, const struct tui_host *h, struct tui_text *t,
		      const struct tui_record *r, int width, int names);

#endif
