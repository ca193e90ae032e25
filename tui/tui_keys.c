/* tui_keys.c: see tui_keys.h. */
#include "autoconf.h"

#include "tui/tui_keys.h"

#include "tui/tui_input.h"

/* clang-format off */
const struct tui_binding tui_bindings[] = {
	{.keys = {'j', TUI_KEY_DOWN, TUI_CTRL('N')}, .keymap = KEYMAP_ANY, .action = ACTION_DOWN,
	    .help = "down"},
	{.keys = {'k', TUI_KEY_UP, TUI_CTRL('P')}, .keymap = KEYMAP_ANY, .action = ACTION_UP,
	    .help = "up"},
	{.keys = {TUI_CTRL('D')}, .keymap = KEYMAP_ANY, .action = ACTION_HALF_DOWN,
	    .help = "half a page down"},
	{.keys = {TUI_CTRL('U')}, .keymap = KEYMAP_ANY, .action = ACTION_HALF_UP,
	    .help = "half a page up"},
	{.keys = {TUI_KEY_PGDN}, .keymap = KEYMAP_ANY, .action = ACTION_PAGE_DOWN,
	    .help = "a page down"},
	{.keys = {TUI_KEY_PGUP}, .keymap = KEYMAP_ANY, .action = ACTION_PAGE_UP,
	    .help = "a page up"},
	{.keys = {'g', TUI_KEY_HOME}, .keymap = KEYMAP_ANY, .action = ACTION_FIRST,
	    .help = "to the first"},
	{.keys = {'G', TUI_KEY_END}, .keymap = KEYMAP_ANY, .action = ACTION_LAST,
	    .help = "to the last"},
	{.keys = {TUI_KEY_TAB, TUI_KEY_BACKTAB}, .keymap = KEYMAP_ANY, .action = ACTION_NEXT_PANE,
	    .help = "to the other pane"},
	{.keys = {'z'}, .keymap = KEYMAP_ANY, .action = ACTION_ZOOM,
	    .help = "this pane alone, and back"},
	{.keys = {'|'}, .keymap = KEYMAP_ANY, .action = ACTION_SPLIT,
	    .help = "the log below the table, or beside it"},

	{.keys = {'s'}, .keymap = KEYMAP_ANY, .action = ACTION_START, .needs = NEEDS_SELECTION | NEEDS_DAEMON,
	    .hint = "start", .help = "start the selected program, group or marked programs"},
	{.keys = {'x', TUI_KEY_F8}, .keymap = KEYMAP_ANY, .action = ACTION_STOP, .needs = NEEDS_SELECTION | NEEDS_DAEMON,
	    .hint = "stop", .help = "stop them; more than one asks first"},
	{.keys = {'r'}, .keymap = KEYMAP_ANY, .action = ACTION_RESTART, .needs = NEEDS_SELECTION | NEEDS_DAEMON,
	    .hint = "restart", .help = "restart them; more than one asks first"},
	{.keys = {'S'}, .keymap = KEYMAP_TABLE, .action = ACTION_START_GROUP, .needs = NEEDS_SELECTION | NEEDS_DAEMON,
	    .help = "start all of the group; asks first"},
	{.keys = {'l'}, .keymap = KEYMAP_TABLE, .action = ACTION_LOG, .needs = NEEDS_SELECTION,
	    .hint = "log", .help = "the log on the whole screen"},
	{.keys = {'u'}, .keymap = KEYMAP_TABLE, .action = ACTION_UPDATE, .needs = NEEDS_DAEMON,
	    .hint = "update", .help = "read the configuration again: shows what would change, y does it"},
	{.keys = {'D'}, .keymap = KEYMAP_TABLE, .action = ACTION_SHUTDOWN, .needs = NEEDS_DAEMON,
	    .help = "shut the daemon down; the word has to be typed"},
	{.keys = {TUI_KEY_SPACE}, .keymap = KEYMAP_TABLE, .action = ACTION_MARK, .needs = NEEDS_SELECTION,
	    .help = "mark or unmark, and go down"},
	{.keys = {'*'}, .keymap = KEYMAP_TABLE, .action = ACTION_MARK_ALL,
	    .help = "mark all that are shown"},
	{.keys = {'U'}, .keymap = KEYMAP_TABLE, .action = ACTION_UNMARK,
	    .help = "clear all marks"},
	{.keys = {TUI_KEY_ENTER}, .keymap = KEYMAP_TABLE, .action = ACTION_ENTER, .needs = NEEDS_SELECTION,
	    .help = "details of the program; fold or unfold the group"},
	{.keys = {'h', TUI_KEY_LEFT}, .keymap = KEYMAP_TABLE, .action = ACTION_FOLD, .needs = NEEDS_SELECTION,
	    .help = "fold the group"},
	{.keys = {TUI_KEY_RIGHT}, .keymap = KEYMAP_TABLE, .action = ACTION_UNFOLD, .needs = NEEDS_SELECTION,
	    .help = "unfold the group"},
	{.keys = {'!'}, .keymap = KEYMAP_TABLE, .action = ACTION_ILL,
	    .hint = "ill", .help = "only what is not well, and back"},
	{.keys = {'\\', TUI_KEY_F4}, .keymap = KEYMAP_TABLE, .action = ACTION_FILTER,
	    .help = "show only rows with this text; ! in front: without it"},
	{.keys = {'>'}, .keymap = KEYMAP_TABLE, .action = ACTION_SORT_NEXT,
	    .help = "order by the next column"},
	{.keys = {'<'}, .keymap = KEYMAP_TABLE, .action = ACTION_SORT_PREV,
	    .help = "order by the column before"},
	{.keys = {'I'}, .keymap = KEYMAP_TABLE, .action = ACTION_REVERSE,
	    .help = "reverse the order"},

	{.keys = {'F'}, .keymap = KEYMAP_ANY, .action = ACTION_FOLLOW,
	    .help = "follow the log; moving up lets go"},
	{.keys = {'1'}, .keymap = KEYMAP_ANY, .action = ACTION_CHANNEL,
	    .help = "stdout or stderr in the log"},
	{.keys = {'w'}, .keymap = KEYMAP_LOG, .action = ACTION_WRAP,
	    .hint = "wrap", .help = "wrap long lines"},
	{.keys = {'h', TUI_KEY_LEFT}, .keymap = KEYMAP_LOG, .action = ACTION_LEFT,
	    .help = "sideways to the left"},
	{.keys = {'l', TUI_KEY_RIGHT}, .keymap = KEYMAP_LOG, .action = ACTION_RIGHT,
	    .help = "sideways to the right"},
	{.keys = {TUI_KEY_SPACE}, .keymap = KEYMAP_LOG, .action = ACTION_PAGE_DOWN,
	    .help = "a page down"},
	{.keys = {'b'}, .keymap = KEYMAP_LOG, .action = ACTION_PAGE_UP,
	    .help = "a page up"},

	{.keys = {'/'}, .keymap = KEYMAP_ANY, .action = ACTION_SEARCH,
	    .hint = "search", .help = "search in rows or in the log"},
	{.keys = {'n'}, .keymap = KEYMAP_ANY, .action = ACTION_SEARCH_NEXT,
	    .help = "next hit"},
	{.keys = {'N'}, .keymap = KEYMAP_ANY, .action = ACTION_SEARCH_BACK,
	    .help = "hit before"},
	{.keys = {':'}, .keymap = KEYMAP_ANY, .action = ACTION_COMMAND,
	    .hint = "command", .help = "a supervisorctl command; Tab completes"},
	{.keys = {TUI_CTRL('L'), TUI_KEY_F5}, .keymap = KEYMAP_ANY, .action = ACTION_REDRAW,
	    .help = "draw again; connect now when there is no answer"},
	{.keys = {TUI_CTRL('Z')}, .keymap = KEYMAP_ANY, .action = ACTION_SUSPEND,
	    .help = "to the shell; fg comes back"},
	{.keys = {TUI_KEY_ESC}, .keymap = KEYMAP_ANY, .action = ACTION_BACK,
	    .help = "one step back; never leaves"},
	{.keys = {'q', TUI_KEY_F10}, .keymap = KEYMAP_ANY, .action = ACTION_QUIT,
	    .hint = "quit", .help = "back; at the top quit"},
	{.keys = {TUI_CTRL('C')}, .keymap = KEYMAP_ANY, .action = ACTION_LEAVE,
	    .help = "cancel; at the top quit"},
	{.keys = {'?', TUI_KEY_F1}, .keymap = KEYMAP_ANY, .action = ACTION_HELP,
	    .hint = "help", .help = "this list"},

	{.keys = {'j', TUI_KEY_DOWN, TUI_CTRL('N')}, .keymap = KEYMAP_OVERLAY, .action = ACTION_DOWN,
	    .help = "down"},
	{.keys = {'k', TUI_KEY_UP, TUI_CTRL('P')}, .keymap = KEYMAP_OVERLAY, .action = ACTION_UP,
	    .help = "up"},
	{.keys = {TUI_CTRL('D')}, .keymap = KEYMAP_OVERLAY, .action = ACTION_HALF_DOWN,
	    .help = "half a page down"},
	{.keys = {TUI_CTRL('U')}, .keymap = KEYMAP_OVERLAY, .action = ACTION_HALF_UP,
	    .help = "half a page up"},
	{.keys = {TUI_KEY_PGDN, TUI_KEY_SPACE}, .keymap = KEYMAP_OVERLAY, .action = ACTION_PAGE_DOWN,
	    .help = "a page down"},
	{.keys = {TUI_KEY_PGUP, 'b'}, .keymap = KEYMAP_OVERLAY, .action = ACTION_PAGE_UP,
	    .help = "a page up"},
	{.keys = {'g', TUI_KEY_HOME}, .keymap = KEYMAP_OVERLAY, .action = ACTION_FIRST,
	    .help = "to the beginning"},
	{.keys = {'G', TUI_KEY_END}, .keymap = KEYMAP_OVERLAY, .action = ACTION_LAST,
	    .help = "to the end"},
	{.keys = {TUI_KEY_ENTER}, .keymap = KEYMAP_OVERLAY, .action = ACTION_CHOOSE,
	    .help = "what the selected line offers; else down"},
	{.keys = {'y'}, .keymap = KEYMAP_UPDATE, .action = ACTION_APPLY, .needs = NEEDS_DAEMON,
	    .hint = "apply", .help = "do the update that is shown"},
	{.keys = {':'}, .keymap = KEYMAP_OVERLAY, .action = ACTION_COMMAND,
	    .help = "another supervisorctl command"},
	{.keys = {'?', TUI_KEY_F1}, .keymap = KEYMAP_OVERLAY, .action = ACTION_HELP,
	    .help = "this list"},
	{.keys = {TUI_CTRL('L'), TUI_KEY_F5}, .keymap = KEYMAP_OVERLAY, .action = ACTION_REDRAW,
	    .help = "draw again"},
	{.keys = {TUI_CTRL('Z')}, .keymap = KEYMAP_OVERLAY, .action = ACTION_SUSPEND,
	    .help = "to the shell; fg comes back"},
	{.keys = {'q', TUI_KEY_ESC, TUI_KEY_F10, TUI_CTRL('C')}, .keymap = KEYMAP_OVERLAY, .action = ACTION_BACK,
	    .hint = "back", .help = "close; a command that still runs is ended"},
};
/* clang-format on */

const size_t tui_nbindings = sizeof(tui_bindings) / sizeof(tui_bindings[0]);

const char *const tui_keymap_titles[TUI_NKEYMAPS] = {
    [KEYMAP_ANY] = "Everywhere",
    [KEYMAP_TABLE] = "In the table",
    [KEYMAP_LOG] = "In the log",
    [KEYMAP_OVERLAY] = "In a window over them",
    [KEYMAP_UPDATE] = "In the preview of an update",
};

enum tui_keymap
tui_keymap_behind(enum tui_keymap keymap)
{
	return keymap < KEYMAP_OVERLAY ? KEYMAP_ANY : KEYMAP_OVERLAY;
}

const struct tui_binding *
tui_keys_find(enum tui_keymap keymap, uint32_t key)
{
	const struct tui_binding *any = NULL;

	for (size_t i = 0; i < tui_nbindings && key != 0; i++) {
		const struct tui_binding *b = &tui_bindings[i];
		bool here = b->keymap == keymap;
		bool everywhere = b->keymap == tui_keymap_behind(keymap);

		for (size_t k = 0; (here || everywhere) && k < TUI_KEYS_MAX && b->keys[k] != 0; k++) {
			if (b->keys[k] != key)
				continue;
			if (here)
				return b;
			any = b;
		}
	}
	return any;
}
