/*
 * The keys as they hold now: the key table (tui_keys) with what [keys] of tui.conf made of it. Rows keep their order and
 * help; only keys change, and a row may be added for an action in one more place.
 */
#ifndef TUI_KEYTABLE_H
#define TUI_KEYTABLE_H

#include "base/err.h"
#include "tui/tui_keys.h"

struct tui_keyrow {
	struct tui_binding binding;
	int lines[TUI_KEYS_MAX]; /* of tui.conf, where the key was given; 0: it is a default */
	bool only_here;          /* given for this place alone: it may hide a key that holds in more places */
};

struct tui_keytable {
	struct tui_keyrow *rows; /* owned */
	size_t n;
};

/* The key table as it is. */
void tui_keytable_init(struct tui_keytable *t);
void tui_keytable_release(struct tui_keytable *t);

/*
 * One line of [keys]: name is "ACTION" or "PLACE.ACTION", keys are names with spaces between them ("" takes all away).
 * They replace those that the action has there; a default of something else that is in the way gives way. A key that an
 * earlier line gave to something else in the same place is an error that names that line.
 */
bool tui_keytable_bind(struct tui_keytable *t, const char *name, const char *keys, int line, struct err *err);
/* "reset" or "PLACE.reset": the defaults are dropped. False: the name is neither. */
bool tui_keytable_reset(struct tui_keytable *t, const char *name);
/* Can a window be closed and the program be left with these keys? */
bool tui_keytable_check(const struct tui_keytable *t, struct err *err);

/* The row of a key in a keymap or in the one behind it; NULL: none. */
const struct tui_binding *tui_keytable_find(const struct tui_keytable *t, enum tui_keymap keymap,
					    uint32_t key);

#endif
