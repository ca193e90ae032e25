/* Settings of the command line, `--set NAME=VALUE`: they hold for this time and are not remembered. */
#ifndef TUI_OVERRIDE_H
#define TUI_OVERRIDE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "tui/tui_settings.h"

struct tui_override {
	const struct tui_setting **settings; /* owned array */
	char **before;                       /* their values without it; owned */
	size_t n;
};

/* Sets them. False: one of them is wrong. Needs tui_override_release in both cases. */
bool tui_override_begin(struct tui_override *o, struct tui_settings *s, const char *const *sets, size_t n,
			struct err *err);
/* Gives them the values back that they had, to be written. */
void tui_override_end(const struct tui_override *o, struct tui_settings *s);
void tui_override_release(struct tui_override *o);

#endif
