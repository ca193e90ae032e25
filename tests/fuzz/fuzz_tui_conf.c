/*
 * fuzz_tui_conf.c: the screen's own configuration file. Whatever the text is: it is read or refused with a message; what
 * is written reads back as what was there, leaves the other lines alone, and writing once more changes nothing.
 */
#include "autoconf.h"

#include "tui/tui_conf.h"

#include "tests/fuzz/fuzz.h"

struct conf {
	struct tui_settings settings;
	struct tui_keytable keys;
};

static bool
parse(struct conf *c, const char *text, size_t len)
{
	struct err err = ERR_INIT;
	bool ok;

	tui_settings_init(&c->settings);
	tui_keytable_init(&c->keys);
	ok = tui_conf_parse(&c->settings, &c->keys, "f", text, len, &err);
	FUZZ_CHECK(ok == (err.what == NULL));
	FUZZ_CHECK(ok || err_text(&err)[0] != '\0');
	err_release(&err);
	return ok;
}

static void
release(struct conf *c)
{
	tui_settings_release(&c->settings);
	tui_keytable_release(&c->keys);
}

static void
check_written(const struct conf *c, const char *text, size_t size)
{
	struct buf once = BUF_INIT(FUZZ_MAX), twice = BUF_INIT(FUZZ_MAX);
	struct conf back;

	FUZZ_CHECK(tui_conf_render(&once, text, size, &c->settings));
	FUZZ_CHECK(tui_conf_render(&twice, buf_str(&once), once.len, &c->settings));
	fuzz_check_equal(&once, &twice);
	FUZZ_CHECK(parse(&back, buf_str(&once), once.len));
	for (size_t i = 0; i < tui_nsettings; i++)
		if (tui_settings_table[i].kept && tui_settings_table[i].type != SETTING_TEXT)
			FUZZ_CHECK(strcmp(tui_setting_get(&c->settings, &tui_settings_table[i]),
					  tui_setting_get(&back.settings, &tui_settings_table[i])) == 0);
	release(&back);
	buf_release(&once);
	buf_release(&twice);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct conf c;

	if (parse(&c, text, size)) {
		check_written(&c, text, size);
		for (uint32_t key = 1; key < 128; key++)
			for (int keymap = 0; keymap < TUI_NKEYMAPS; keymap++)
				(void)tui_keytable_find(&c.keys, (enum tui_keymap)keymap, key);
	}
	release(&c);
	return 0;
}
