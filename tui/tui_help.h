/* The help overlay, from the key table, and the hints in the last line. */
#ifndef TUI_HELP_H
#define TUI_HELP_H

#include "tui/tui_keys.h"
#include "tui/tui_model.h"
#include "tui/tui_text.h"

void tui_help_open(struct tui_model *m);
void tui_help_text(struct tui_text *text, const struct tui_keytable *keys);
/* The keys of a binding, "j Down ^N". */
#define TUI_HELP_KEYS_MAX 64
const char *tui_help_keys(const struct tui_binding *b, char out[TUI_HELP_KEYS_MAX]);
/* Draws as many hints as fit; help is always among them. */
void tui_help_hints(const struct tui_model *m, struct tui_canvas *c, int y, enum tui_keymap keymap);

#endif
