/* What comes from outside cannot do anything on the screen but be read. */
#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/utf8.h"
#include "tui/tui_colour.h"
#include "tui/tui_sanitize.h"
#include "tui/tui_theme.h"

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

/* Each line: a sequence, and what it makes of a letter behind it. */
static const struct {
	const char *sequence;
	struct tui_style style;
} colours[] = {
    {"\033[31m", {.fg = TUI_RED}},
    {"\033[1;92m", {.fg = 11, .attr = TUI_BOLD}},
    {"\033[1;31m\033[m", {0}},
    {"\033[38;5;4m", {.fg = TUI_BLUE}},
    {"\033[38;5;208m", {.fg = TUI_PALETTE(208)}},
    {"\033[48;5;17;33m", {.fg = TUI_YELLOW, .bg = TUI_PALETTE(17)}},
    {"\033[38;5;256m", {0}},
    {"\033[41m", {.bg = TUI_RED}},
    {"\033[103;30m", {.fg = TUI_BLACK, .bg = 12}},
    {"\033[41m\033[49m", {0}},
    {"\033[31m\033[39m", {0}},
    /* 24 bits come as the nearest of 256. */
    {"\033[38;2;255;0;0m", {.fg = TUI_PALETTE(196)}},
    {"\033[48;2;18;18;18m", {.bg = TUI_PALETTE(233)}},
    {"\033[38:2::0:255:0m", {.fg = TUI_PALETTE(46)}},
    {"\033[38:2:0:255:0m", {.fg = TUI_PALETTE(46)}},
    {"\033[38:5:99;1m", {.fg = TUI_PALETTE(99), .attr = TUI_BOLD}},
    {"\033[38;2;300;0;0;4m", {.attr = TUI_UNDERLINE}},
    {"\033[38;9;1m", {0}},
    {"\033[38m", {0}},
    {"\033[1;2;4;7m", {.attr = TUI_BOLD | TUI_DIM | TUI_UNDERLINE | TUI_REVERSE}},
    {"\033[1;2;4;7m\033[22;24;27m", {0}},
    {"\033[4:3m", {.attr = TUI_UNDERLINE}},
    {"\033[4m\033[4:0m", {0}},
    {"\033[5;8;3m", {0}},
};

static void
test_colours(void **state)
{
	struct tui_sanitizer z;
	struct tui_glyph g;
	char in[128];

	(void)state;
	for (size_t i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
		snprintf(in, sizeof(in), "%sx", colours[i].sequence);
		tui_sanitize_begin(&z, in, strlen(in), true);
		assert_true(tui_sanitize_next(&z, &g));
		if (g.ch != 'x' || g.style.fg != colours[i].style.fg || g.style.bg != colours[i].style.bg ||
		    g.style.attr != colours[i].style.attr)
			fail_msg("%s gives %u on %u, attributes %u", in + 1, g.style.fg, g.style.bg,
				 g.style.attr);
		assert_false(tui_sanitize_next(&z, &g));
	}
}

static void
test_palette(void **state)
{
	(void)state;
	/* Each colour of the cube and each grey is its own nearest. */
	assert_int_equal(tui_colour_of_rgb(95, 135, 175), 67);
	assert_int_equal(tui_colour_of_rgb(8, 8, 8), 232);
	assert_int_equal(tui_colour_of_rgb(238, 238, 238), 255);
	assert_int_equal(tui_colour_of_rgb(255, 255, 255), 231);
	assert_int_equal(tui_colour_of_rgb(0, 0, 0), 16);
	for (unsigned n = 0; n < 256; n++) {
		assert_int_equal(tui_colour_reduce(n, 256), n);
		assert_true(tui_colour_reduce(n, 16) < 16);
		assert_true(tui_colour_reduce(n, 8) < 8);
	}
	assert_int_equal(tui_colour_reduce(196, 16), 9);
	assert_int_equal(tui_colour_reduce(196, 8), 1);
	assert_int_equal(tui_colour_reduce(12, 8), 4);
	assert_true(tui_colour_is_light(255, 255, 230));
	assert_false(tui_colour_is_light(30, 30, 40));
}

static void
test_themes(void **state)
{
	(void)state;
	assert_ptr_equal(tui_theme_find("dark", 8), &tui_theme_dark);
	assert_ptr_equal(tui_theme_find("light", 256), &tui_theme_light_256);
	assert_ptr_equal(tui_theme_find("light", 16), &tui_theme_light);
	assert_ptr_equal(tui_theme_find("light", 0), &tui_theme_mono);
	assert_ptr_equal(tui_theme_find("mono", 256), &tui_theme_mono);
	assert_null(tui_theme_find("pink", 256));
	for (int look = 0; look < LOOK_COUNT; look++) {
		assert_int_equal(tui_theme_mono.looks[look].fg, TUI_DEFAULT);
		assert_true(tui_theme_light.looks[look].fg <= TUI_WHITE);
	}
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
			assert_true(g.style.fg < TUI_NCOLOURS && g.style.bg < TUI_NCOLOURS);
		}
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_texts),  cmocka_unit_test(test_colours), cmocka_unit_test(test_palette),
	    cmocka_unit_test(test_themes), cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
