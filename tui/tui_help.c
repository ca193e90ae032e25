/* tui_help.c: see tui_help.h. */
#include "autoconf.h"

#include "tui/tui_help.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "tui/tui_input.h"

const char *
tui_help_keys(const struct tui_binding *b, char out[TUI_HELP_KEYS_MAX])
{
	char name[TUI_KEY_NAME_MAX];
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < TUI_KEYS_MAX && b->keys[i] != 0 && len + TUI_KEY_NAME_MAX < TUI_HELP_KEYS_MAX;
	     i++)
		len += (size_t)snprintf(out + len, TUI_HELP_KEYS_MAX - len, "%s%s", i == 0 ? "" : " ",
					tui_key_name(b->keys[i], name));
	return out;
}

void
tui_help_text(struct tui_text *text, const struct tui_keytable *table)
{
	char keys[TUI_HELP_KEYS_MAX];

	for (int keymap = 0; keymap < TUI_NKEYMAPS; keymap++) {
		if (keymap > 0)
			tui_text_add(text, LOOK_PLAIN, "");
		tui_text_addf(text, LOOK_TITLE, " %s", tui_keymap_titles[keymap]);
		for (size_t i = 0; i < table->n; i++) {
			const struct tui_binding *b = &table->rows[i].binding;

			if (b->keymap == (enum tui_keymap)keymap && b->keys[0] != 0)
				tui_text_addf(text, LOOK_PLAIN, "   %-18s %s", tui_help_keys(b, keys),
					      b->help);
		}
	}
}

static bool
has_hint(const struct tui_binding *b, enum tui_keymap keymap)
{
	return b->hint != NULL && b->keys[0] != 0 &&
	       (b->keymap == keymap || b->keymap == tui_keymap_behind(keymap));
}

static int
hint_columns(const struct tui_binding *b)
{
	char name[TUI_KEY_NAME_MAX];

	return (int)(strlen(tui_key_name(b->keys[0], name)) + strlen(b->hint)) + 1;
}

static int
draw_hint(struct tui_canvas *c, int y, int x, const struct tui_theme *theme, const struct tui_binding *b)
{
	char name[TUI_KEY_NAME_MAX];

	x += tui_canvas_text(c, y, x, c->width - x, theme->looks[LOOK_KEY], tui_key_name(b->keys[0], name));
	return 1 + x + tui_canvas_text(c, y, x + 1, c->width - x - 1, theme->looks[LOOK_DIM], b->hint);
}

void
tui_help_hints(const struct tui_model *m, struct tui_canvas *c, int y, enum tui_keymap keymap)
{
	const struct tui_binding *last = NULL;
	int x = 1;
	int room = c->width;

	for (size_t i = 0; i < m->keys.n; i++)
		if (has_hint(&m->keys.rows[i].binding, keymap))
			last = &m->keys.rows[i].binding;
	if (last == NULL)
		return;
	for (size_t i = 0; i < m->keys.n; i++) {
		const struct tui_binding *b = &m->keys.rows[i].binding;

		if (!has_hint(b, keymap) || b == last)
			continue;
		if (x + hint_columns(b) + 2 + hint_columns(last) > room)
			break;
		x = draw_hint(c, y, x, m->theme, b) + 2;
	}
	draw_hint(c, y, x, m->theme, last);
}

static const struct tui_overlay_type help_type = {
    .keymap = KEYMAP_OVERLAY,
};

void
tui_help_open(struct tui_model *m)
{
	if (tui_overlay_is(m, &help_type))
		return;
	tui_overlay_open(m, &help_type, "keys");
	tui_help_text(&m->overlay.text, &m->keys);
}
