/*
 * `:set`, `:theme`, `:sort`, and the settings that are a part of the picture: order, filter, folds and the like live in the
 * model, where keys change them. Here they are brought in at the start, taken back before they are written, and set by name.
 */
#ifndef TUI_SET_H
#define TUI_SET_H

#include "tui/tui_model.h"

/* The settings, as read from tui.conf, become the model's. */
void tui_set_begin(struct tui_model *m);
/* What keys changed becomes the settings, to be written. */
void tui_set_collect(struct tui_model *m);
/* Was this group folded when the screen was left last? */
bool tui_set_was_folded(const struct tui_model *m, const char *group);

/* The command line's: "NAME=VALUE", "NAME VALUE", "NAME" (tells it), "" (lists all). */
void tui_set_command(struct tui_model *m, const char *rest);
/* One setting by name; says what is wrong. True: it was set. */
bool tui_set_value(struct tui_model *m, const char *name, const char *value);

#endif
