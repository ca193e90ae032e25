/*
 * The key table: each action with its keys, where it holds, what it needs, and its help. Keys only bind to
 * actions; the help, the hints in the last line and the manual's list are printed from here.
 */
#ifndef TUI_KEYS_H
#define TUI_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where a key holds. */
enum tui_keymap {
	KEYMAP_ANY, /* in both panes */
	KEYMAP_TABLE,
	KEYMAP_LOG,
	KEYMAP_OVERLAY, /* in whatever lies over the panes; those below have this one, too */
	KEYMAP_UPDATE,
	KEYMAP_COLUMNS, /* the menu of columns */
	KEYMAP_ALERTS,  /* the list of troubles */
	KEYMAP_DETAILS,
	KEYMAP_REPLAY, /* while a recording is shown, before all others */
	TUI_NKEYMAPS,
};

enum tui_action {
	ACTION_NONE,
	ACTION_DOWN,
	ACTION_UP,
	ACTION_HALF_DOWN,
	ACTION_HALF_UP,
	ACTION_PAGE_DOWN,
	ACTION_PAGE_UP,
	ACTION_FIRST,
	ACTION_LAST,
	ACTION_NEXT_PANE,
	ACTION_ZOOM,
	ACTION_SPLIT,
	ACTION_SEARCH,
	ACTION_SEARCH_NEXT,
	ACTION_SEARCH_BACK,
	ACTION_COMMAND,
	ACTION_HELP,
	ACTION_REDRAW,
	ACTION_SUSPEND,
	ACTION_BACK,  /* Esc: one step back, never out */
	ACTION_QUIT,  /* closes what is open; at the top it leaves */
	ACTION_LEAVE, /* ^C */
	ACTION_START,
	ACTION_STOP,
	ACTION_RESTART,
	ACTION_START_GROUP,
	ACTION_ROLL,
	ACTION_SIGNAL,
	ACTION_CLEAR,
	ACTION_SEND, /* a line to stdin */
	ACTION_FG,
	ACTION_UNDO,
	ACTION_MENU,
	ACTION_MESSAGES,
	ACTION_COPY_NAMES,
	ACTION_COPY_COMMAND,
	ACTION_UPDATE,
	ACTION_SHUTDOWN,
	ACTION_MARK,
	ACTION_RANGE,
	ACTION_MARK_ALL,
	ACTION_UNMARK,
	ACTION_LOG,
	ACTION_MAIN_LOG,
	ACTION_NOTE_BACK,
	ACTION_NOTE_NEXT,
	ACTION_LAST_RUN,
	ACTION_CHANNEL,
	ACTION_FOLD,
	ACTION_UNFOLD,
	ACTION_ENTER,
	ACTION_FILTER,
	ACTION_ILL,
	ACTION_SORT_NEXT,
	ACTION_SORT_PREV,
	ACTION_REVERSE,
	ACTION_TROUBLE_FIRST,
	ACTION_SORT_MENU,
	ACTION_COLUMNS,
	ACTION_COLUMN_TOGGLE,
	ACTION_COLUMN_UP,
	ACTION_COLUMN_DOWN,
	ACTION_COLUMNS_RESET,
	ACTION_ALERTS,
	ACTION_ALERTS_CLEAR,
	ACTION_HOST, /* which, by the place of the key in the binding */
	ACTION_ALL_HOSTS,
	ACTION_FOLLOW,
	ACTION_WRAP,
	ACTION_LINES, /* only some lines of the log */
	ACTION_CONTEXT_MORE,
	ACTION_CONTEXT_LESS,
	ACTION_STAMPS,
	ACTION_JSON,
	ACTION_ERROR_NEXT,
	ACTION_ERROR_BACK,
	ACTION_SINCE_1, /* minutes */
	ACTION_SINCE_5,
	ACTION_SINCE_15,
	ACTION_SINCE_30,
	ACTION_SINCE_60,
	ACTION_LINE_MARK,
	ACTION_LINE_GO,
	ACTION_SELECT,
	ACTION_SELECT_DOWN,
	ACTION_SELECT_UP,
	ACTION_DRAW_MARK,
	ACTION_CLEAR_VIEW,
	ACTION_COPY_LINES,
	ACTION_PLAIN,
	ACTION_PAGER,
	ACTION_SAVE,
	ACTION_LEFT,
	ACTION_RIGHT,
	ACTION_CHOOSE, /* the selected line of an overlay */
	ACTION_MOUSE,
	ACTION_PAUSE,
	ACTION_OVERVIEW,
	ACTION_OPTIONS,
	ACTION_TREE,
	ACTION_HISTORY,
	ACTION_WHY,
	ACTION_SECTION_NEXT,
	ACTION_SECTION_PREV,
	ACTION_CHANGED_ONLY,
	ACTION_REVEAL,
	ACTION_REPORT,
	ACTION_WATCHED,
	ACTION_TOGGLE, /* it is chosen, or not any more */
	ACTION_APPLY,  /* what the overlay offers */
	ACTION_PLAY,
	ACTION_STEP,
	ACTION_FASTER,
	ACTION_SLOWER,
	ACTION_JUMP_BACK,
	ACTION_JUMP_FORWARD,
	TUI_NACTIONS,
};

enum tui_needs {
	NEEDS_NOTHING = 0,
	NEEDS_SELECTION = 1, /* a row */
	NEEDS_DAEMON = 2,    /* a daemon that answers */
	CHANGES = 4,         /* not when everything is read-only */
};

#define TUI_KEYS_MAX 10

struct tui_binding {
	uint32_t keys[TUI_KEYS_MAX]; /* ends with 0 */
	enum tui_keymap keymap;
	enum tui_action action;
	unsigned needs;
	const char *hint; /* one word for the last line, or NULL */
	const char *help;
	bool menu; /* in the menu of actions of a program */
};

extern const struct tui_binding tui_bindings[];
extern const size_t tui_nbindings;

/* What an action is for; help groups by it. */
enum tui_purpose {
	PURPOSE_PROGRAMS,
	PURPOSE_VIEW,
	PURPOSE_LOG,
	PURPOSE_MOVE,
	PURPOSE_SCREEN,
	PURPOSE_REPLAY,
	TUI_NPURPOSES,
};

struct tui_action_info {
	const char *name; /* in tui.conf and in the manual */
	enum tui_purpose purpose;
};

/* By action. */
extern const struct tui_action_info tui_action_table[TUI_NACTIONS];
extern const char *const tui_purpose_titles[TUI_NPURPOSES];
/* Titles of the lists of keys, and the places' names in tui.conf. */
extern const char *const tui_keymap_titles[TUI_NKEYMAPS];
extern const char *const tui_keymap_names[TUI_NKEYMAPS];
/* The keymap that holds, too: of both panes, or of all overlays. */
enum tui_keymap tui_keymap_behind(enum tui_keymap keymap);

#endif
