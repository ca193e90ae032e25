/* Which columns are shown, and in which order; as text for the settings. */
#ifndef TUI_COLUMN_LIST_H
#define TUI_COLUMN_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "tui/tui_columns.h"

/* Every column is in it once, shown or not, so that one that is switched on again has its old place. */
struct tui_column_list {
	enum tui_column order[TUI_NCOLUMNS];
	bool shown[TUI_NCOLUMNS]; /* by column */
};

void tui_column_list_init(struct tui_column_list *list);
/* "name,state,pid": these, in this order; the name is always there (and the host, where there are several daemons), and what
   is no column is passed over. "": those that are shown at first. */
void tui_column_list_parse(struct tui_column_list *list, const char *text);
/* The same the other way round. */
void tui_column_list_print(const struct tui_column_list *list, struct buf *out);
/* On or off; name and host stay. */
void tui_column_list_toggle(struct tui_column_list *list, enum tui_column column);
/* Moves what is at this place by so many places; its new place. */
size_t tui_column_list_move(struct tui_column_list *list, size_t at, int by);

#endif
