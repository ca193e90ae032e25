#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "tui/tui_canvas.h"

static const struct tui_style plain;

static void
expect(const struct tui_canvas *c, const char *want)
{
	struct buf out = BUF_INIT(65536);

	assert_true(tui_canvas_dump(c, &out));
	assert_string_equal(buf_str(&out), want);
	buf_release(&out);
}

static void
test_text(void **state)
{
	struct tui_canvas c;

	(void)state;
	tui_canvas_init(&c, 10, 3);
	assert_int_equal(tui_canvas_text(&c, 0, 2, 8, plain, "abc"), 3);
	assert_int_equal(tui_canvas_text(&c, 1, 0, 5, plain, "too long"), 5);
	tui_canvas_right(&c, 2, 0, 10, plain, "42");
	expect(&c, "  abc\ntoo \xe2\x80\xa6\n        42\n");
	/* Nothing outside can be hit. */
	tui_canvas_text(&c, -1, 0, 10, plain, "x");
	tui_canvas_text(&c, 3, 0, 10, plain, "x");
	tui_canvas_text(&c, 0, 9, 10, plain, "yz");
	tui_canvas_text(&c, 0, 0, 0, plain, "x");
	tui_canvas_fill(&c, 5, 5, 100, 'x', plain);
	tui_canvas_restyle(&c, 0, 5, 100, TUI_BOLD, false);
	assert_null(tui_canvas_at(&c, 3, 0));
	expect(&c, "  abc    y\ntoo \xe2\x80\xa6\n        42\n");
	tui_canvas_release(&c);
}

static void
test_wide(void **state)
{
	struct tui_canvas c;

	(void)state;
	tui_canvas_init(&c, 6, 1);
	tui_canvas_text(&c, 0, 0, 6, plain, "\xe4\xbd\xa0\xe5\xa5\xbd");
	expect(&c, "\xe4\xbd\xa0\xe5\xa5\xbd\n");
	/* Half of a wide character does not stay behind. */
	tui_canvas_put(&c, 0, 1, 6, 'x', 1, plain);
	expect(&c, " x\xe5\xa5\xbd\n");
	tui_canvas_put(&c, 0, 2, 6, 'y', 1, plain);
	expect(&c, " xy\n");
	/* Nor is one begun that has no room. */
	assert_int_equal(tui_canvas_put(&c, 0, 5, 6, 0x4f60, 2, plain), 5);
	tui_canvas_clear(&c);
	tui_canvas_text(&c, 0, 0, 4, plain, "\xe4\xbd\xa0\xe5\xa5\xbd\xe4\xbd\xa0");
	expect(&c, "\xe4\xbd\xa0\xe2\x80\xa6\n");
	tui_canvas_clear(&c);
	tui_canvas_text(&c, 0, 0, 6, plain, "e\xcc\x81x");
	expect(&c, "e\xcc\x81x\n");
	tui_canvas_release(&c);
}

static void
test_ascii(void **state)
{
	struct tui_canvas c;

	(void)state;
	tui_canvas_init(&c, 8, 1);
	c.ascii = true;
	tui_canvas_text(&c, 0, 0, 8, plain,
			"\xc3\xa4"
			"e\xcc\x81\xe4\xbd\xa0.");
	expect(&c, "?e? .\n");
	tui_canvas_clear(&c);
	tui_canvas_text(&c, 0, 0, 4, plain, "abcdef");
	expect(&c, "abc~\n");
	tui_canvas_release(&c);
}

static void
test_sizes(void **state)
{
	struct tui_canvas c;

	(void)state;
	tui_canvas_init(&c, 0, -5);
	assert_int_equal(c.width, 1);
	assert_int_equal(c.height, 1);
	tui_canvas_text(&c, 0, 0, 1, plain, "ab");
	expect(&c, "\xe2\x80\xa6\n");
	tui_canvas_resize(&c, 3, 2);
	expect(&c, "\n\n");
	tui_canvas_release(&c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_wide),
	    cmocka_unit_test(test_ascii),
	    cmocka_unit_test(test_sizes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
