/* tui_command_help.c: see tui_command_help.h. */
#include "autoconf.h"

#include "tui/tui_command_help.h"

#include "base/buf.h"
#include "tui/tui_commands.h"
#include "tui/tui_overlay.h"
#include "tui/tui_wrap.h"

#define NAMES_MAX 4096

/* Refilled when the width changes. */
static void
fill(struct tui_model *m, struct tui_text *t, int width, double *valid_for)
{
	struct buf names = BUF_INIT(NAMES_MAX);

	(void)m;
	(void)valid_for;
	tui_text_add(t, LOOK_TITLE, " Of the screen");
	for (size_t i = 0; i < tui_ncommands; i++) {
		const struct tui_command *c = &tui_commands[i];

		if (c->usage == NULL)
			buf_printf(&names, "%s%s", names.len > 0 ? " " : "", c->name);
		else
			tui_text_addf(t, LOOK_PLAIN, "   %-10s %-25s %s", c->name, c->usage, c->help);
	}
	tui_text_add(t, LOOK_PLAIN, "");
	tui_text_add(t, LOOK_TITLE, " Of supervisorctl (:help COMMAND tells more)");
	tui_wrap(t, LOOK_PLAIN, width, "   ", buf_str(&names));
	buf_release(&names);
}

static const struct tui_overlay_type type = {
    .keymap = KEYMAP_OVERLAY,
    .fill = fill,
};

bool
tui_command_help(struct tui_model *m, const char *name)
{
	const struct tui_command *c = name == NULL ? NULL : tui_command_find(name);

	if (name == NULL)
		tui_overlay_open(m, &type, "commands");
	else if (c != NULL && c->usage != NULL)
		tui_message(m, LOOK_PLAIN, "%s%s%s: %s", c->name, c->usage[0] != '\0' ? " " : "", c->usage,
			    c->help);
	else
		return false;
	return true;
}
