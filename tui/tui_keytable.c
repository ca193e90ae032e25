/* tui_keytable.c: see tui_keytable.h. */
#include "autoconf.h"

#include "tui/tui_keytable.h"

#include <stdlib.h>
#include <string.h>

#include "base/xmalloc.h"
#include "tui/tui_input.h"

void
tui_keytable_init(struct tui_keytable *t)
{
	t->rows = xcalloc(tui_nbindings, sizeof(*t->rows));
	t->n = tui_nbindings;
	for (size_t i = 0; i < t->n; i++)
		t->rows[i].binding = tui_bindings[i];
}

void
tui_keytable_release(struct tui_keytable *t)
{
	free(t->rows);
	*t = (struct tui_keytable){0};
}

/* Names */

/* "PLACE.REST": which place, and the rest; a name without one is for all. False: there is no such place. */
static bool
split_name(const char *name, enum tui_keymap *place, const char **rest)
{
	const char *dot = strchr(name, '.');

	*place = TUI_NKEYMAPS;
	*rest = name;
	if (dot == NULL)
		return true;
	*rest = dot + 1;
	for (int i = 0; i < TUI_NKEYMAPS; i++) {
		const char *known = tui_keymap_names[i];

		if (strlen(known) == (size_t)(dot - name) && strncmp(known, name, (size_t)(dot - name)) == 0)
			*place = (enum tui_keymap)i;
	}
	return *place != TUI_NKEYMAPS;
}

static enum tui_action
action_named(const char *name)
{
	for (int a = ACTION_NONE + 1; a < TUI_NACTIONS; a++)
		if (tui_action_table[a].name != NULL && strcmp(tui_action_table[a].name, name) == 0)
			return (enum tui_action)a;
	return ACTION_NONE;
}

static bool
refuse_place(const char *name, struct err *err)
{
	err_set(err, "'%.*s' is no place for keys", (int)(strcspn(name, ".") < 64 ? strcspn(name, ".") : 64),
		name);
	err_hint(err, "any, table, log, overlay, update and the like; see KEYS in supervisortui(1)");
	return false;
}

/* The keys of a line. False: one of them is none, or there are too many. */
static bool
parse_keys(const char *text, uint32_t keys[TUI_KEYS_MAX], struct err *err)
{
	size_t n = 0;

	memset(keys, 0, TUI_KEYS_MAX * sizeof(keys[0]));
	for (text += strspn(text, " \t"); *text != '\0'; text += strspn(text, " \t")) {
		size_t len = strcspn(text, " \t");
		uint32_t key = tui_key_parse(text, len);

		if (key == TUI_KEY_NONE) {
			err_set(err, "'%.*s' is not a key", (int)(len > 32 ? 32 : len), text);
			err_hint(
			    err,
			    "a character, ^A, F1 to F12, Space, Enter, Esc, Tab, S-Tab, Up, PgUp, Home, ...");
			return false;
		}
		if (n == TUI_KEYS_MAX)
			return err_set(err, "an action has at most %d keys", TUI_KEYS_MAX);
		keys[n++] = key;
		text += len;
	}
	return true;
}

/* Rows */

/* Do keys of a mean something where those of b hold, too? */
static bool
overlap(const struct tui_keyrow *a, const struct tui_keyrow *b)
{
	enum tui_keymap x = a->binding.keymap, y = b->binding.keymap;

	if (x == y)
		return true;
	return (tui_keymap_behind(x) == y && !a->only_here) || (tui_keymap_behind(y) == x && !b->only_here);
}

static void
drop_key(struct tui_keyrow *row, size_t k)
{
	for (; k + 1 < TUI_KEYS_MAX; k++) {
		row->binding.keys[k] = row->binding.keys[k + 1];
		row->lines[k] = row->lines[k + 1];
	}
	row->binding.keys[k] = 0;
	row->lines[k] = 0;
}

/* The line that gave the key to something else in the same place, 0: none. What only a default gave, gives way. */
static int
make_way(struct tui_keytable *t, const struct tui_keyrow *to, uint32_t key)
{
	for (size_t i = 0; i < t->n; i++) {
		struct tui_keyrow *row = &t->rows[i];

		if (row->binding.action == to->binding.action || !overlap(row, to))
			continue;
		for (size_t k = 0; k < TUI_KEYS_MAX && row->binding.keys[k] != 0; k++) {
			if (row->binding.keys[k] != key)
				continue;
			if (row->lines[k] != 0)
				return row->lines[k];
			/* What holds in more places is only hidden here. */
			if (tui_keymap_behind(to->binding.keymap) != row->binding.keymap ||
			    to->binding.keymap == row->binding.keymap)
				drop_key(row, k--);
		}
	}
	return 0;
}

static bool
give_keys(struct tui_keytable *t, struct tui_keyrow *row, const uint32_t keys[TUI_KEYS_MAX], int line,
	  bool only_here, struct err *err)
{
	char name[TUI_KEY_NAME_MAX];

	row->only_here = only_here;
	for (size_t k = 0; k < TUI_KEYS_MAX; k++) {
		int other = keys[k] == 0 ? 0 : make_way(t, row, keys[k]);

		if (other != 0) {
			err_set(err, "the key %s is taken: line %d gave it to something else",
				tui_key_name(keys[k], name), other);
			return false;
		}
		row->binding.keys[k] = keys[k];
		row->lines[k] = keys[k] == 0 ? 0 : line;
	}
	return true;
}

/* A row more, for an action that so far holds in a place behind this one. NULL: it does not. */
static struct tui_keyrow *
add_row(struct tui_keytable *t, enum tui_action action, enum tui_keymap place)
{
	const struct tui_keyrow *like = NULL;
	struct tui_binding binding;

	for (size_t i = 0; i < t->n && like == NULL; i++)
		if (t->rows[i].binding.action == action &&
		    t->rows[i].binding.keymap == tui_keymap_behind(place))
			like = &t->rows[i];
	if (like == NULL)
		return NULL;
	binding = like->binding;
	memset(binding.keys, 0, sizeof(binding.keys));
	binding.keymap = place;
	t->rows = xreallocarray(t->rows, t->n + 1, sizeof(*t->rows));
	t->rows[t->n] = (struct tui_keyrow){.binding = binding};
	return &t->rows[t->n++];
}

bool
tui_keytable_bind(struct tui_keytable *t, const char *name, const char *text, int line, struct err *err)
{
	uint32_t keys[TUI_KEYS_MAX];
	enum tui_keymap place;
	enum tui_action action;
	const char *rest;
	size_t given = 0;
	struct tui_keyrow *row;

	if (!split_name(name, &place, &rest))
		return refuse_place(name, err);
	action = action_named(rest);
	if (action == ACTION_NONE) {
		err_set(err, "'%.64s' is not an action", rest);
		err_hint(err, "KEYS in supervisortui(1) has their names");
		return false;
	}
	if (!parse_keys(text, keys, err))
		return false;
	for (size_t i = 0; i < t->n; i++) {
		row = &t->rows[i];
		if (row->binding.action != action || (place != TUI_NKEYMAPS && row->binding.keymap != place))
			continue;
		if (!give_keys(t, row, keys, line, place != TUI_NKEYMAPS, err))
			return false;
		given++;
	}
	if (given > 0)
		return true;
	row = place == TUI_NKEYMAPS ? NULL : add_row(t, action, place);
	if (row == NULL)
		return err_set(err, "'%s' means nothing in this place", rest);
	return give_keys(t, row, keys, line, true, err);
}

bool
tui_keytable_reset(struct tui_keytable *t, const char *name)
{
	enum tui_keymap place;
	const char *rest;

	if (!split_name(name, &place, &rest) || strcmp(rest, "reset") != 0)
		return false;
	for (size_t i = 0; i < t->n; i++) {
		struct tui_keyrow *row = &t->rows[i];

		if (place != TUI_NKEYMAPS && row->binding.keymap != place)
			continue;
		for (size_t k = 0; k < TUI_KEYS_MAX && row->binding.keys[k] != 0;) {
			if (row->lines[k] == 0)
				drop_key(row, k);
			else
				k++;
		}
	}
	return true;
}

static bool
has_key(const struct tui_keytable *t, enum tui_action action, enum tui_keymap place)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct tui_binding *b = &t->rows[i].binding;

		if (b->action == action && b->keymap == place && b->keys[0] != 0)
			return true;
	}
	return false;
}

bool
tui_keytable_check(const struct tui_keytable *t, struct err *err)
{
	if (!has_key(t, ACTION_QUIT, KEYMAP_ANY) && !has_key(t, ACTION_LEAVE, KEYMAP_ANY))
		return err_set(err, "no key is left for quit");
	if (!has_key(t, ACTION_BACK, KEYMAP_OVERLAY))
		return err_set(err, "no key is left for overlay.back: what is opened could not be closed");
	return true;
}

const struct tui_binding *
tui_keytable_find(const struct tui_keytable *t, enum tui_keymap keymap, uint32_t key)
{
	const struct tui_binding *behind = NULL;

	for (size_t i = 0; i < t->n && key != 0; i++) {
		const struct tui_binding *b = &t->rows[i].binding;

		if (b->keymap != keymap && b->keymap != tui_keymap_behind(keymap))
			continue;
		for (size_t k = 0; k < TUI_KEYS_MAX && b->keys[k] != 0; k++) {
			if (b->keys[k] != key)
				continue;
			if (b->keymap == keymap)
				return b;
			behind = b;
		}
	}
	return behind;
}
