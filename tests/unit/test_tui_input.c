/* Bytes to keys, the key table, and the prompt. */
#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tui/tui_help.h"
#include "tui/tui_input.h"
#include "tui/tui_keytable.h"
#include "tui/tui_prompt.h"

static void
test_decode(void **state)
{
	static const char bytes[] = "j\033[A\033OB\033[5~\303\244\033[200~\n\b\033[99;5u\033[Zq";
	static const uint32_t want[] = {
	    'j',           TUI_KEY_UP,        TUI_KEY_DOWN, TUI_KEY_PGUP,    0xe4, TUI_KEY_PASTE_BEGIN,
	    TUI_KEY_ENTER, TUI_KEY_BACKSPACE, TUI_KEY_NONE, TUI_KEY_BACKTAB, 'q'};
	struct tui_input in;
	uint32_t key;
	size_t n;

	(void)state;
	/* Whole, and in pieces of every size. */
	for (size_t piece = 1; piece <= sizeof(bytes); piece++) {
		tui_input_init(&in);
		n = 0;
		for (size_t at = 0; at < sizeof(bytes) - 1; at += piece) {
			size_t len = sizeof(bytes) - 1 - at < piece ? sizeof(bytes) - 1 - at : piece;

			tui_input_feed(&in, bytes + at, len);
			while (tui_input_next(&in, false, &key))
				assert_int_equal(key, want[n++]);
		}
		assert_int_equal(n, sizeof(want) / sizeof(want[0]));
		assert_false(tui_input_pending(&in));
	}
}

static void
test_lone_escape(void **state)
{
	struct tui_input in;
	uint32_t key;

	(void)state;
	tui_input_init(&in);
	tui_input_feed(&in, "\033", 1);
	assert_false(tui_input_next(&in, false, &key));
	assert_true(tui_input_pending(&in));
	assert_true(tui_input_next(&in, true, &key));
	assert_int_equal(key, TUI_KEY_ESC);
	/* Esc and a letter that came together are two keys. */
	tui_input_feed(&in, "\033q", 2);
	assert_true(tui_input_next(&in, false, &key));
	assert_int_equal(key, TUI_KEY_ESC);
	assert_true(tui_input_next(&in, false, &key));
	assert_int_equal(key, 'q');
	/* A sequence that never ends does not stay for ever. */
	tui_input_feed(&in, "\033[1;", 4);
	assert_false(tui_input_next(&in, false, &key));
	for (int i = 0; i < 100 && !tui_input_next(&in, true, &key); i++)
		assert_true(tui_input_pending(&in));
	assert_int_equal(key, TUI_KEY_NONE);
	assert_false(tui_input_pending(&in));
	/* Alt and ] is Esc and ], for whoever can type it. */
	tui_input_feed(&in, "\033]", 2);
	assert_false(tui_input_next(&in, false, &key));
	assert_true(tui_input_next(&in, true, &key));
	assert_int_equal(key, TUI_KEY_ESC);
	assert_true(tui_input_next(&in, true, &key));
	assert_int_equal(key, ']');
}

/* The bytes, cut at every position with time running out in between: one key, and that is it. */
static uint32_t
one_key(struct tui_input *in, const char *bytes)
{
	size_t len = strlen(bytes);
	uint32_t key = TUI_KEY_NONE, other;

	for (size_t cut = 3; cut <= len; cut++) {
		tui_input_init(in);
		tui_input_feed(in, bytes, cut);
		if (cut < len) {
			/* A slow line: the rest comes a while later, and no part of it may be a key. */
			for (int i = 0; i < 10; i++)
				assert_false(tui_input_next(in, true, &other));
			tui_input_feed(in, bytes + cut, len - cut);
		}
		assert_true(tui_input_next(in, false, &key));
		assert_false(tui_input_next(in, false, &other));
		assert_false(tui_input_pending(in));
	}
	return key;
}

static void
test_mouse(void **state)
{
	struct tui_input in;

	(void)state;
	assert_int_equal(one_key(&in, "\033[<0;12;5M"), TUI_KEY_MOUSE);
	assert_int_equal(in.mouse.button, TUI_BUTTON_LEFT);
	assert_int_equal(in.mouse.x, 11);
	assert_int_equal(in.mouse.y, 4);
	assert_int_equal(one_key(&in, "\033[<2;1;1M"), TUI_KEY_MOUSE);
	assert_int_equal(in.mouse.button, TUI_BUTTON_RIGHT);
	assert_int_equal(one_key(&in, "\033[<64;300;200M"), TUI_KEY_MOUSE);
	assert_int_equal(in.mouse.button, TUI_WHEEL_UP);
	assert_int_equal(in.mouse.x, 299);
	assert_int_equal(one_key(&in, "\033[<65;1;1M"), TUI_KEY_MOUSE);
	assert_int_equal(in.mouse.button, TUI_WHEEL_DOWN);
	/* Let go, moved, and what is no report. */
	assert_int_equal(one_key(&in, "\033[<0;12;5m"), TUI_KEY_NONE);
	assert_int_equal(one_key(&in, "\033[<35;12;5M"), TUI_KEY_NONE);
	assert_int_equal(one_key(&in, "\033[<0;12M"), TUI_KEY_NONE);
	assert_int_equal(one_key(&in, "\033[<0;0;0M"), TUI_KEY_NONE);
	assert_int_equal(one_key(&in, "\033[<M"), TUI_KEY_NONE);
	assert_int_equal(one_key(&in, "\033[<0;99999999999;1M"), TUI_KEY_MOUSE);
}

static void
test_replies(void **state)
{
	struct tui_input in;

	(void)state;
	assert_int_equal(one_key(&in, "\033]11;rgb:ffff/8080/0000\007"), TUI_KEY_REPLY);
	assert_int_equal(in.reply.kind, TUI_REPLY_BACKGROUND);
	assert_int_equal(in.reply.red, 255);
	assert_int_equal(in.reply.green, 128);
	assert_int_equal(in.reply.blue, 0);
	assert_int_equal(one_key(&in, "\033]11;rgba:ff/f/7/0\033\\"), TUI_KEY_REPLY);
	assert_int_equal(in.reply.green, 255);
	assert_int_equal(in.reply.blue, 119);
	assert_int_equal(one_key(&in, "\033[?2026;2$y"), TUI_KEY_REPLY);
	assert_int_equal(in.reply.kind, TUI_REPLY_MODE);
	assert_int_equal(in.reply.mode, 2026);
	assert_int_equal(in.reply.value, 2);
	assert_int_equal(one_key(&in, "\033[?65;1;9c"), TUI_KEY_REPLY);
	assert_int_equal(in.reply.kind, TUI_REPLY_LAST);
	assert_int_equal(one_key(&in, "\033]11;rgb:x/y/z\007"), TUI_KEY_NONE);
	assert_int_equal(one_key(&in, "\033]11;rgb:1/2\007"), TUI_KEY_NONE);
	assert_int_equal(one_key(&in, "\033]52;c;cmVzdGFydA==\007"), TUI_KEY_NONE);
	assert_int_equal(one_key(&in, "\033[?2026$y"), TUI_KEY_NONE);
	assert_int_equal(one_key(&in, "\033[?1u"), TUI_KEY_NONE);
}

/* What help writes can be written in tui.conf. */
static void
test_key_names(void **state)
{
	char name[TUI_KEY_NAME_MAX];

	(void)state;
	for (size_t i = 0; i < tui_nbindings; i++)
		for (size_t k = 0; k < TUI_KEYS_MAX && tui_bindings[i].keys[k] != 0; k++) {
			uint32_t key = tui_bindings[i].keys[k];

			tui_key_name(key, name);
			assert_int_equal(tui_key_parse(name, strlen(name)), key);
		}
	assert_int_equal(tui_key_parse("F12", 3), TUI_KEY_F12);
	assert_int_equal(tui_key_parse("\303\244", 2), 0xe4);
	assert_int_equal(tui_key_parse("F13", 3), TUI_KEY_NONE);
	assert_int_equal(tui_key_parse("^H", 2), TUI_KEY_NONE);
	assert_int_equal(tui_key_parse("^[", 2), TUI_KEY_NONE);
	assert_int_equal(tui_key_parse("ab", 2), TUI_KEY_NONE);
	assert_int_equal(tui_key_parse("", 0), TUI_KEY_NONE);
	assert_int_equal(tui_key_parse("\377", 1), TUI_KEY_NONE);
}

static void
test_garbage(void **state)
{
	struct tui_input in;
	uint32_t key, seed = 7;

	(void)state;
	tui_input_init(&in);
	tui_input_add(&in, NULL, TUI_KEY_UP);
	tui_input_add(&in, "x", TUI_KEY_UP);
	tui_input_add(&in, "\033Ox", TUI_KEY_F12);
	tui_input_feed(&in, "\033Ox", 3);
	assert_true(tui_input_next(&in, false, &key));
	assert_int_equal(key, TUI_KEY_F12);
	for (int i = 0; i < 20000; i++) {
		char bytes[8];

		for (size_t j = 0; j < sizeof(bytes); j++) {
			seed = seed * 1664525u + 1013904223u;
			bytes[j] = (char)(seed % 5 == 0 ? 27 : seed % 5 == 1 ? '[' : seed >> 24);
		}
		tui_input_feed(&in, bytes, sizeof(bytes));
		while (tui_input_next(&in, seed % 7 == 0, &key))
			;
		assert_true(tui_input_room(&in) > 0);
	}
}

static void
test_key_table(void **state)
{
	bool seen[TUI_NACTIONS] = {false};
	char keys[TUI_HELP_KEYS_MAX];
	struct tui_text text = {0};
	struct tui_keytable table;

	(void)state;
	tui_keytable_init(&table);
	for (size_t i = 0; i < tui_nbindings; i++) {
		const struct tui_binding *b = &tui_bindings[i];

		assert_non_null(b->help);
		assert_true(b->keys[0] != 0);
		seen[b->action] = true;
		for (size_t k = 0; k < TUI_KEYS_MAX && b->keys[k] != 0; k++) {
			const struct tui_binding *found = tui_keytable_find(
			    &table, b->keymap == KEYMAP_ANY ? KEYMAP_TABLE : b->keymap, b->keys[k]);

			assert_non_null(found);
			/* No key is bound twice in a place; a pane may take one from those that hold
			 * everywhere. */
			if (b->keymap != KEYMAP_ANY)
				assert_int_equal(found->action, b->action);
			assert_true(strlen(tui_help_keys(b, keys)) > 0);
			/* Behind three blanks and the keys, in 80 columns. */
			assert_true(strlen(b->help) <= 59);
		}
	}
	for (int action = ACTION_NONE + 1; action < TUI_NACTIONS; action++)
		if (!seen[action])
			fail_msg("action %d has no key", action);
	/* d stays free, so that a vim dd harms nothing. */
	assert_null(tui_keytable_find(&table, KEYMAP_TABLE, 'd'));
	assert_null(tui_keytable_find(&table, KEYMAP_LOG, 'd'));
	assert_null(tui_keytable_find(&table, KEYMAP_TABLE, 0));
	tui_help_text(&text, &table, KEYMAP_LOG, 80);
	assert_true(text.n > 30);
	tui_text_release(&text);
	tui_keytable_release(&table);
}

/* The manual's list of keys is that of the table. */
static void
test_manual(void **state)
{
	const char *dir = getenv("srcdir");
	char path[4096];
	struct buf page = BUF_INIT(1 << 20);
	char piece[4096];
	FILE *file;
	size_t n;

	(void)state;
	snprintf(path, sizeof(path), "%s/man/supervisortui.1", dir == NULL ? "." : dir);
	file = fopen(path, "r");
	assert_non_null(file);
	while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
		buf_append(&page, piece, n);
	fclose(file);
	for (size_t i = 0; i < tui_nbindings; i++) {
		snprintf(piece, sizeof(piece), "\n%s\n", tui_bindings[i].help);
		if (strstr(buf_str(&page), piece) == NULL)
			fail_msg("not in the manual: %s", tui_bindings[i].help);
	}
	buf_release(&page);
}

static enum tui_prompt_result
keys(struct tui_prompt *p, const char *text)
{
	enum tui_prompt_result result = PROMPT_GOES_ON;

	for (; *text != '\0'; text++)
		result = tui_prompt_key(p, (unsigned char)*text);
	return result;
}

static void
test_prompt(void **state)
{
	struct tui_prompt p;

	(void)state;
	tui_prompt_init(&p);
	tui_prompt_open(&p, PROMPT_COMMAND, ":", "");
	keys(&p, "stop web");
	tui_prompt_key(&p, 0xe4);
	assert_string_equal(buf_str(&p.text), "stop web\xc3\xa4");
	tui_prompt_key(&p, TUI_KEY_LEFT);
	keys(&p, "X");
	assert_string_equal(buf_str(&p.text), "stop webX\xc3\xa4");
	tui_prompt_key(&p, TUI_KEY_DELETE);
	assert_string_equal(buf_str(&p.text), "stop webX");
	assert_int_equal(tui_prompt_key(&p, TUI_CTRL('W')), PROMPT_CHANGED);
	assert_string_equal(buf_str(&p.text), "stop ");
	keys(&p, "\001re\005art\002\002\013");
	assert_string_equal(buf_str(&p.text), "restop a");
	assert_int_equal(tui_prompt_key(&p, TUI_CTRL('U')), PROMPT_CHANGED);
	assert_string_equal(buf_str(&p.text), "");
	assert_int_equal(keys(&p, "one\r"), PROMPT_ACCEPTED);
	tui_prompt_open(&p, PROMPT_COMMAND, ":", "");
	assert_int_equal(keys(&p, "two\r"), PROMPT_ACCEPTED);
	tui_prompt_open(&p, PROMPT_COMMAND, ":", "");
	tui_prompt_key(&p, TUI_KEY_UP);
	assert_string_equal(buf_str(&p.text), "two");
	tui_prompt_key(&p, TUI_KEY_UP);
	tui_prompt_key(&p, TUI_KEY_UP);
	assert_string_equal(buf_str(&p.text), "one");
	tui_prompt_key(&p, TUI_KEY_DOWN);
	tui_prompt_key(&p, TUI_KEY_DOWN);
	assert_string_equal(buf_str(&p.text), "");
	assert_int_equal(tui_prompt_key(&p, TUI_KEY_BACKSPACE), PROMPT_CANCELLED);
	assert_int_equal(tui_prompt_key(&p, TUI_KEY_ESC), PROMPT_CANCELLED);
	/* It has an end. */
	for (int i = 0; i < TUI_PROMPT_MAX * 2; i++)
		keys(&p, "x");
	assert_true(p.text.len <= TUI_PROMPT_MAX);
	assert_int_equal(keys(&p, "\177"), PROMPT_CHANGED);
	/* y alone says yes; Enter never does. */
	tui_prompt_open(&p, PROMPT_CONFIRM, "stop all", "");
	assert_int_equal(tui_prompt_key(&p, TUI_KEY_ENTER), PROMPT_CANCELLED);
	assert_int_equal(tui_prompt_key(&p, 'Y'), PROMPT_CANCELLED);
	assert_int_equal(tui_prompt_key(&p, 'y'), PROMPT_ACCEPTED);
	tui_prompt_release(&p);
}

static void
test_prompt_drawing(void **state)
{
	struct tui_prompt p;
	struct tui_canvas c;
	struct buf out = BUF_INIT(4096);

	(void)state;
	tui_prompt_init(&p);
	for (int width = 1; width < 40; width++) {
		tui_canvas_init(&c, width, 1);
		tui_prompt_open(&p, PROMPT_COMMAND, ":", "a line that is longer than the screen");
		tui_prompt_draw(&p, &c, 0, (struct tui_style){0});
		assert_true(c.cursor_x >= 0 && c.cursor_x < width);
		tui_prompt_open(&p, PROMPT_CONFIRM, "stop 12 processes of group web", "");
		tui_prompt_draw(&p, &c, 0, (struct tui_style){0});
		assert_true(c.cursor_x >= 0 && c.cursor_x < width);
		tui_canvas_release(&c);
	}
	/* The question mark stays, whatever the names. */
	tui_canvas_init(&c, 20, 1);
	tui_prompt_draw(&p, &c, 0, (struct tui_style){0});
	tui_canvas_dump(&c, &out);
	assert_string_equal(buf_str(&out), " stop 12 proc\xe2\x80\xa6? y/N\n");
	buf_release(&out);
	tui_canvas_release(&c);
	tui_prompt_release(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decode),    cmocka_unit_test(test_lone_escape),
	    cmocka_unit_test(test_mouse),     cmocka_unit_test(test_replies),
	    cmocka_unit_test(test_key_names), cmocka_unit_test(test_garbage),
	    cmocka_unit_test(test_key_table), cmocka_unit_test(test_manual),
	    cmocka_unit_test(test_prompt),    cmocka_unit_test(test_prompt_drawing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
