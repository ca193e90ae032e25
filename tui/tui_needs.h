/* Whether an action can be done now, and why not: for the refusal of a key, for hints and for menus. */
#ifndef TUI_NEEDS_H
#define TUI_NEEDS_H

#include "tui/tui_keys.h"
#include "tui/tui_model.h"
#include "tui/tui_targets.h"

/* What the binding needs and does not have. NULL: nothing is missing. */
const char *tui_needs_missing(const struct tui_model *m, const struct tui_binding *b);
/* The same, and what the states of those who are meant say against it. */
const char *tui_needs_why_not(struct tui_model *m, const struct tui_binding *b);
/* Says so, with the name of those who are meant, where their states speak against it. */
bool tui_needs_refuse(struct tui_model *m, enum tui_action action, const struct tui_targets *t,
		      const char *name);

#endif
