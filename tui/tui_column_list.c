/* tui_column_list.c: see tui_column_list.h. */
#include "autoconf.h"

#include "tui/tui_column_list.h"

#include <string.h>

void
tui_column_list_init(struct tui_column_list *list)
{
	memset(list, 0, sizeof(*list)); /* lists are compared as bytes */
	for (int c = 0; c < TUI_NCOLUMNS; c++) {
		list->order[c] = (enum tui_column)c;
		list->shown[c] = tui_columns[c].at_first;
	}
}

/* Those that are not named follow in their usual order, not shown. */
static void
add_rest(struct tui_column_list *list, size_t n)
{
	for (int c = 0; c < TUI_NCOLUMNS; c++)
		if (!list->shown[c])
			list->order[n++] = (enum tui_column)c;
}

/* What is always shown, in front if it is not named. */
static size_t
add_first(struct tui_column_list *list, size_t n, enum tui_column column)
{
	if (list->shown[column])
		return n;
	memmove(list->order + 1, list->order, n * sizeof(list->order[0]));
	list->order[0] = column;
	list->shown[column] = true;
	return n + 1;
}

void
tui_column_list_parse(struct tui_column_list *list, const char *text)
{
	struct tui_column_list parsed = {0};
	size_t n = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, ", ");
		enum tui_column c = tui_column_named(text, len);

		if (c != TUI_NCOLUMNS && !parsed.shown[c]) {
			parsed.shown[c] = true;
			parsed.order[n++] = c;
		}
		text += len;
		text += strspn(text, ", ");
	}
	if (n == 0) {
		tui_column_list_init(list);
		return;
	}
	n = add_first(&parsed, n, COLUMN_NAME);
	n = add_first(&parsed, n, COLUMN_HOST);
	add_rest(&parsed, n);
	*list = parsed;
}

void
tui_column_list_print(const struct tui_column_list *list, struct buf *out)
{
	struct tui_column_list usual;
	bool first = true;

	tui_column_list_init(&usual);
	if (memcmp(&usual, list, sizeof(usual)) == 0)
		return;
	for (size_t i = 0; i < TUI_NCOLUMNS; i++) {
		/* In its usual place the host goes without saying. */
		if (!list->shown[list->order[i]] || (i == 0 && list->order[i] == COLUMN_HOST))
			continue;
		buf_printf(out, "%s%s", first ? "" : ",", tui_columns[list->order[i]].name);
		first = false;
	}
}

void
tui_column_list_toggle(struct tui_column_list *list, enum tui_column column)
{
	if (column != COLUMN_NAME && column != COLUMN_HOST)
		list->shown[column] = !list->shown[column];
}

size_t
tui_column_list_move(struct tui_column_list *list, size_t at, int by)
{
	for (; by > 0 && at + 1 < TUI_NCOLUMNS; by--, at++) {
		enum tui_column c = list->order[at];

		list->order[at] = list->order[at + 1];
		list->order[at + 1] = c;
	}
	for (; by < 0 && at > 0; by++, at--) {
		enum tui_column c = list->order[at];

		list->order[at] = list->order[at - 1];
		list->order[at - 1] = c;
	}
	return at;
}
