/* tui_menu.c: see tui_menu.h. */
#include "autoconf.h"

#include "tui/tui_menu.h"

#include <stdlib.h>

#include "base/xmalloc.h"
#include "tui/tui_actions.h"
#include "tui/tui_help.h"
#include "tui/tui_input.h"
#include "tui/tui_needs.h"
#include "tui/tui_targets.h"

/* The binding in a line of the menu; NULL: there are not so many. */
static const struct tui_binding *
nth(const struct tui_model *m, size_t line)
{
	for (size_t i = 0; i < m->keys.n; i++)
		if (m->keys.rows[i].binding.menu && line-- == 0)
			return &m->keys.rows[i].binding;
	return NULL;
}

static const struct tui_binding *
by_key(const struct tui_model *m, uint32_t key)
{
	const struct tui_binding *b;

	for (size_t i = 0; (b = nth(m, i)) != NULL; i++)
		for (size_t k = 0; k < TUI_KEYS_MAX && b->keys[k] != 0; k++)
			if (b->keys[k] == key)
				return b;
	return NULL;
}

static void
run(struct tui_model *m, const struct tui_binding *b)
{
	const char *why = tui_needs_why_not(m, b);

	if (why != NULL) {
		tui_message(m, LOOK_WARN, "not now: %s", why);
		return;
	}
	tui_overlay_close(m, false);
	tui_actions_run(m, b);
}

static bool
menu_key(struct tui_model *m, uint32_t key)
{
	const struct tui_binding *b = by_key(m, key);

	/* Enter is for the selected line. */
	if (b == NULL || key == TUI_KEY_ENTER)
		return false;
	run(m, b);
	return true;
}

static void
menu_choose(struct tui_model *m, size_t line)
{
	run(m, nth(m, line));
}

static void
fill(struct tui_model *m)
{
	struct tui_text *text = &m->overlay.text;
	char keys[TUI_HELP_KEYS_MAX];
	const struct tui_binding *b;

	tui_text_release(text);
	for (size_t i = 0; (b = nth(m, i)) != NULL; i++) {
		const char *why = tui_needs_why_not(m, b);

		/* Why not comes first: a narrow screen shows no more. */
		if (why != NULL)
			tui_text_addf(text, LOOK_DIM, " %-8s (%s) %s", tui_help_keys(b, keys), why, b->help);
		else
			tui_text_addf(text, LOOK_PLAIN, " %-8s %s", tui_help_keys(b, keys), b->help);
	}
}

/* Whether something can be done may be another matter now. */
static void
menu_changed(struct tui_model *m, const struct tui_proc *p)
{
	(void)p;
	fill(m);
}

static void
menu_disconnected(struct tui_model *m, const struct tui_host *h)
{
	(void)h;
	fill(m);
}

static const struct tui_overlay_type menu_type = {
    .keymap = KEYMAP_OVERLAY,
    .chooses = true,
    .key = menu_key,
    .choose = menu_choose,
    .changed = menu_changed,
    .disconnected = menu_disconnected,
};

void
tui_menu_open(struct tui_model *m)
{
	struct tui_targets t;
	char *name, *title;

	if (!tui_targets_pick(m, &t))
		return;
	name = tui_targets_name(&t);
	title = xasprintf("actions for %s", name);
	tui_overlay_open(m, &menu_type, title);
	fill(m);
	free(title);
	free(name);
	tui_targets_release(&t);
}
