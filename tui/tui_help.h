/*
 * The help overlay: the keys of the view below it, by what they are for, from the keys as they hold now; and the hints in
 * the last line.
 */
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "tui/tui_keys.h"
#include "tui/tui_model.h"
#include "tui/tui_text.h"

void tui_help_open(struct tui_model *m);
/* The keys that hold in a keymap, for a screen so wide. */
void tui_help_text(struct tui_text *text, const struct tui_keytable *keys, enum tui_keymap keymap, int width);
/* The keys of a binding, "j Down ^N". */
#define TUI_HELP_KEYS_MAX 192
const char *tui_help_keys(const struct tui_binding *b, char out[TUI_HELP_KEYS_MAX]);
/* Draws as many hints as fit; help is always among them, and what cannot be done now is dim. */
void tui_help_hints(const struct tui_model *m, struct tui_canvas *c, int y);
/* The key of the hint at column x of a screen so wide; TUI_KEY_NONE: there is none. */
uint32_t tui_help_hint_at(const struct tui_model *m, int width, int x);

#endif
