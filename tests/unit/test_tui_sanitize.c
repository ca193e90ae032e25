/* What comes from outside cannot do anything on the screen but be read. */
#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "tui/tui_sanitize.h"

static void
expect(const char *in, size_t len, const char *want)
{
	struct buf out = BUF_INIT(65536);

	assert_true(tui_sanitize(&out, in, len));
	assert_string_equal(buf_str(&out), want);
	buf_release(&out);
}
#define EXPECT(in, want) expect((in), sizeof(in) - 1, (want))

static void
test_texts(void **state)
{
	(void)state;
	EXPECT("", "");
	EXPECT("plain text", "plain text");
	EXPECT("\xc3\xa4\xe4\xbd\xa0", "\xc3\xa4\xe4\xbd\xa0");
	EXPECT("e\xcc\x81", "e\xcc\x81");
	/* Colours are dropped here; everything else of escape sequences is seen. */
	EXPECT("\033[1;31mred\033[0m", "red");
	EXPECT("\033[2J", "^[[2J");
	EXPECT("\033[31", "^[[31");
	EXPECT("\033]0;title\007", "^[]0;title^G");
	EXPECT("\033]52;c;AAAA\033\\", "^[]52;c;AAAA^[\\");
	EXPECT("\033c\033P+q\033\\", "^[c^[P+q^[\\");
	EXPECT("a\0b\r\b\x7f", "a^@b^M^H^?");
	EXPECT("\xc2\x9b"
	       "31m\xc2\x85",
	       "<9B>31m<85>");
	EXPECT("\x9b\xff", "\xef\xbf\xbd\xef\xbf\xbd");
	EXPECT("\xe2\x80\xae"
	       "evil\xe2\x80\xac",
	       "<U+202E>evil<U+202C>");
	EXPECT("\xe2\x81\xa6"
	       "a\xe2\x80\x8b"
	       "b",
	       "<U+2066>a<U+200B>b");
	EXPECT("\xf3\xa0\x81\x81", "<U+E0041>");
	EXPECT("\xe2\x80\xa8", "<U+2028>");
	/* A combining mark with nothing before it would sit on something that is not this text's. */
	EXPECT("\xcc\x81x", "<U+0301>x");
	EXPECT("a\tb", "a       b");
	EXPECT("12345678\tb", "12345678        b");
}

static void
test_colours(void **state)
{
	static const char in[] =
	    "a\033[31mb\033[1;92mc\033[md\033[38;5;4me\033[38;2;1;2;3mf\033[48;5;1mg\033[0mh";
	static const struct tui_style want[] = {
	    {0, 0}, {TUI_RED, 0}, {11, TUI_BOLD}, {0, 0}, {TUI_BLUE, 0}, {TUI_BLUE, 0}, {TUI_BLUE, 0}, {0, 0},
	};
	struct tui_sanitizer z;
	struct tui_glyph g;
	size_t n = 0;

	(void)state;
	tui_sanitize_begin(&z, in, sizeof(in) - 1, true);
	for (; tui_sanitize_next(&z, &g); n++) {
		assert_int_equal(g.ch, 'a' + (int)n);
		assert_int_equal(g.style.fg, want[n].fg);
		assert_int_equal(g.style.attr, want[n].attr);
	}
	assert_int_equal(n, 8);
}

/* Whatever the bytes are: what comes out is printable, and never an escape. */
static void
test_random(void **state)
{
	static const char *const pieces[] = {
	    "\033",     "[", "31m", "]",  "\007", "\xe2\x80\xae", "\xc2",         "\x9b",         "\xf0\x9f",
	    "\xcc\x81", "x", ";",   "\0", "\xff", "\t",           "\xef\xb8\x8f", "\xe4\xbd\xa0", "38;2;"};
	uint32_t seed = 1;
	char in[64];

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct tui_sanitizer z;
		struct tui_glyph g;
		size_t len = 0;

		while (len < 50) {
			seed = seed * 1664525u + 1013904223u;
			if (seed >> 31) {
				in[len++] = (char)(seed >> 16);
			} else {
				const char *p = pieces[(seed >> 8) % (sizeof(pieces) / sizeof(pieces[0]))];

				memcpy(in + len, p, strlen(p));
				len += strlen(p);
			}
		}
		tui_sanitize_begin(&z, in, len, (seed & 0x10000) != 0);
		while (tui_sanitize_next(&z, &g)) {
			assert_true(g.ch >= 0x20 && g.ch != 0x7f && (g.ch < 0x80 || g.ch >= 0xa0));
			assert_true(g.ch < 0x202a || g.ch > 0x202e);
			assert_true(g.width >= 0 && g.width <= 2);
			assert_true(g.style.fg < TUI_NCOLOURS);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_colours),
	    cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
