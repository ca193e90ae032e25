/* tui.conf: settings, keys, what is remembered; and that the user's own lines stay as they are. */
#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tui/tui_columns.h"
#include "tui/tui_conf.h"
#include "tui/tui_input.h"

struct conf {
	struct tui_settings settings;
	struct tui_keytable keys;
	struct err err;
};

static bool
parse(struct conf *c, const char *text)
{
	*c = (struct conf){0};
	tui_settings_init(&c->settings);
	tui_keytable_init(&c->keys);
	return tui_conf_parse(&c->settings, &c->keys, "tui.conf", text, strlen(text), &c->err);
}

static void
release(struct conf *c)
{
	tui_settings_release(&c->settings);
	tui_keytable_release(&c->keys);
	err_release(&c->err);
}

/* The text is wrong, and this is what is said. */
static void
refused(const char *text, const char *message)
{
	struct conf c;

	assert_false(parse(&c, text));
	assert_string_equal(err_text(&c.err), message);
	release(&c);
}

static enum tui_action
action_of(const struct conf *c, enum tui_keymap keymap, const char *key)
{
	const struct tui_binding *b = tui_keytable_find(&c->keys, keymap, tui_key_parse(key, strlen(key)));

	return b == NULL ? ACTION_NONE : b->action;
}

static void
test_settings(void **state)
{
	struct conf c;

	(void)state;
	assert_true(parse(&c, ""));
	assert_int_equal(c.settings.theme, THEME_AUTO);
	assert_int_equal(c.settings.confirm, CONFIRM_MANY);
	assert_string_equal(c.settings.sort, "name");
	release(&c);
	assert_true(parse(&c,
			  "# mine\r\n; too\n\n[settings]\r\n theme=light\r\nconfirm = always\nmouse\t= on\n"
			  "filter = \" two words \"\ncolumns = name, state,pid"));
	assert_int_equal(c.settings.theme, THEME_LIGHT);
	assert_int_equal(c.settings.confirm, CONFIRM_ALWAYS);
	assert_int_equal(c.settings.mouse, 1);
	assert_string_equal(c.settings.filter, " two words ");
	assert_string_equal(c.settings.columns, "name, state,pid");
	release(&c);
}

static void
test_refused(void **state)
{
	(void)state;
	refused("[settings]\ntheme = pink\n",
		"theme: 'pink' is not accepted (auto, dark, light, mono); see tui.conf:2");
	refused("\n\n[settings]\nbell = yes\n", "bell: 'yes' is not accepted (off, on); see tui.conf:4");
	refused("[settings]\nhue = 1\n",
		"'hue' is not a setting; see tui.conf:2 (SETTINGS in supervisortui(1) has them)");
	refused("[setings]\n", "'[setings]' is not a section; see tui.conf:1 ([settings], [keys], [watch], "
			       "[silence] or [state])");
	refused("theme = dark\n", "'theme' stands before any section; see tui.conf:1 ([settings], [keys], "
				  "[watch], [silence] or [state])");
	refused("[settings]\ntheme\n", "'theme' is not NAME = VALUE; see tui.conf:2");
	refused("[settings]\n= dark\n", "'' is not NAME = VALUE; see tui.conf:2");
	refused("[settings]\nfolded = web\n",
		"'folded' is not a setting; see tui.conf:2 (SETTINGS in supervisortui(1) has them)");
	refused("[watch]\nweb = (\n", "watch '(': Unmatched ( or \\(; see tui.conf:2");
	refused("[watch]\nweb =\n", "watch 'web': a pattern is missing; see tui.conf:2");
	refused("[silence]\nweb = soon\n",
		"silence 'web': 'soon' is neither a number of minutes (up to 525600) nor "
		"off; see tui.conf:2");
	refused("[silence]\nweb = 0\n",
		"silence 'web': '0' is neither a number of minutes (up to 525600) nor "
		"off; see tui.conf:2");
	refused("[keys]\nstopp = x\n",
		"'stopp' is not an action; see tui.conf:2 (KEYS in supervisortui(1) has their names)");
	refused("[keys]\nstop = F13\n",
		"'F13' is not a key; see tui.conf:2 (a character, ^A, F1 to F12, Space, Enter, "
		"Esc, Tab, S-Tab, Up, PgUp, Home, ...)");
	refused("[keys]\nstop = a b c d e f g h i j k\n", "an action has at most 10 keys; see tui.conf:2");
	refused("[keys]\nstop = X\nrestart = Y X\n",
		"the key X is taken: line 2 gave it to something else; see tui.conf:3");
	refused("[keys]\nquit =\nleave =\n", "no key is left for quit; see tui.conf");
	refused("[keys]\nreset\n", "no key is left for quit; see tui.conf");
	refused("[keys]\nlog.fold = X\n", "'fold' means nothing in this place; see tui.conf:2");
}

/* Each help is one line of 80 columns, with its keys. */
static void
test_help_fits(void **state)
{
	(void)state;
	for (size_t i = 0; i < tui_nbindings; i++)
		if (strlen(tui_bindings[i].help) > 58)
			fail_msg("%zu columns: %s", strlen(tui_bindings[i].help), tui_bindings[i].help);
}

static void
test_keys(void **state)
{
	struct conf c;

	(void)state;
	assert_true(parse(&c, "[keys]\nstop = X F9\n"));
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "X"), ACTION_STOP);
	assert_int_equal(action_of(&c, KEYMAP_LOG, "F9"), ACTION_STOP);
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "x"), ACTION_NONE);
	release(&c);
	/* What was a default gives way, wherever it would be in the way. */
	assert_true(parse(&c, "[keys]\nstop = h\n"));
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "h"), ACTION_STOP);
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "Left"), ACTION_FOLD);
	release(&c);
	/* Two change places. */
	assert_true(parse(&c, "[keys]\nstop = r\nrestart = x\n"));
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "r"), ACTION_STOP);
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "x"), ACTION_RESTART);
	release(&c);
	/* In one place only, a key may hide what it means in the others. */
	assert_true(parse(&c, "[keys]\nlog.stop = j\n"));
	assert_int_equal(action_of(&c, KEYMAP_LOG, "j"), ACTION_STOP);
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "j"), ACTION_DOWN);
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "x"), ACTION_STOP);
	release(&c);
	assert_true(parse(&c, "[keys]\ntable.reset\nlog = L\nfilter =\n"));
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "L"), ACTION_LOG);
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "u"), ACTION_NONE);
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "j"), ACTION_DOWN);
	release(&c);
	assert_true(parse(&c, "[keys]\nreset\nquit = q\noverlay.back = q\nhelp = # ; = [\n"));
	assert_int_equal(action_of(&c, KEYMAP_TABLE, "#"), ACTION_HELP);
	assert_int_equal(action_of(&c, KEYMAP_LOG, "="), ACTION_HELP);
	assert_int_equal(action_of(&c, KEYMAP_LOG, "j"), ACTION_NONE);
	release(&c);
}

static char *
render(const char *text, struct conf *c)
{
	struct buf out = BUF_INIT(TUI_CONF_MAX);

	assert_true(tui_conf_render(&out, text, strlen(text), &c->settings));
	return buf_steal(&out);
}

static void
test_state(void **state)
{
	static const char mine[] = "  # mine \r\n[settings]\nbell=on\n\n\n[keys]\nstop = X\t\n";
	static const char written[] =
	    "[state]\n# Written by supervisortui when it ends; what [settings] says is "
	    "stronger.\n";
	struct conf c;
	char *once, *twice;
	struct err err = ERR_INIT;

	(void)state;
	assert_true(parse(&c, mine));
	once = render(mine, &c);
	assert_string_equal(once, mine);
	free(once);
	assert_true(tui_setting_set(&c.settings, tui_setting_find("theme"), "dark", &err));
	assert_true(tui_setting_set(&c.settings, tui_setting_find("filter"), " \"a\" \xff[b] = ", &err));
	once = render(mine, &c);
	assert_int_equal(strncmp(once, mine, strlen(mine)), 0);
	assert_int_equal(strncmp(once + strlen(mine), "\n[state]\n", 9), 0);
	assert_non_null(strstr(once, written));
	twice = render(once, &c);
	assert_string_equal(once, twice);
	free(twice);
	release(&c);
	/* It reads back. */
	assert_true(parse(&c, once));
	assert_int_equal(c.settings.theme, THEME_DARK);
	assert_string_equal(c.settings.filter, " \"a\" \xff[b] = ");
	free(once);
	release(&c);
	/* What [settings] says is stronger, wherever it stands; what was remembered may be nonsense. */
	assert_true(parse(&c,
			  "[state]\ntheme = dark\nwrap = on\nsort = gone\nhue = 1\nbell = on\n[settings]\n"
			  "theme = light\n"));
	assert_int_equal(c.settings.theme, THEME_LIGHT);
	assert_int_equal(c.settings.wrap, 1);
	assert_int_equal(c.settings.bell, 0);
	assert_string_equal(c.settings.sort, "name");
	/* What stands behind [state] stays, and keeps its distance, however often it is written. */
	once = render("[state]\ntheme = dark\n\n[settings]\nmouse = on\n", &c);
	twice = render(once, &c);
	assert_string_equal(once, twice);
	assert_non_null(strstr(once, "\n\n[settings]\nmouse = on\n"));
	free(once);
	free(twice);
	release(&c);
}

static void
test_table(void **state)
{
	struct tui_settings s;
	struct err err = ERR_INIT;

	(void)state;
	tui_settings_init(&s);
	for (size_t i = 0; i < tui_nsettings; i++) {
		const struct tui_setting *setting = &tui_settings_table[i];

		assert_string_equal(tui_setting_get(&s, setting), setting->def);
		assert_true(strlen(setting->help) > 10 && setting->help[strlen(setting->help) - 1] == '.');
		assert_ptr_equal(tui_setting_find(setting->name), setting);
		assert_true(tui_setting_set(&s, setting, setting->def, &err));
		for (size_t k = 0; setting->type == SETTING_CHOICE && setting->choices[k] != NULL; k++)
			assert_true(tui_setting_set(&s, setting, setting->choices[k], &err));
	}
	for (int a = ACTION_NONE + 1; a < TUI_NACTIONS; a++)
		if (tui_action_table[a].name == NULL)
			fail_msg("action %d is missing in tui_action_table", a);
	for (int a = ACTION_NONE + 1; a < TUI_NACTIONS; a++)
		for (int b = ACTION_NONE + 1; b < a; b++)
			assert_string_not_equal(tui_action_table[a].name, tui_action_table[b].name);
	for (int k = 0; k < TUI_NKEYMAPS; k++)
		assert_non_null(tui_keymap_names[k]);
	for (int c = 0; c < TUI_NCOLUMNS; c++)
		assert_int_equal(tui_column_named(tui_columns[c].name, strlen(tui_columns[c].name)), c);
	tui_settings_release(&s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_settings), cmocka_unit_test(test_refused), cmocka_unit_test(test_help_fits),
	    cmocka_unit_test(test_keys),     cmocka_unit_test(test_state),   cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
