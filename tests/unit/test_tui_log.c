/* The scrollback and moving about in it. */
#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/xmalloc.h"
#include "tui/tui_logpane.h"

static void
add(struct tui_log *log, const char *text)
{
	tui_log_add(log, 1, -1, text, strlen(text));
}

static void
expect_line(const struct tui_log *log, uint64_t serial, const char *want)
{
	const char *text;
	size_t len;
	double time;
	enum tui_log_kind kind;

	assert_true(tui_log_get(log, serial, &text, &len, &time, &kind));
	assert_int_equal(len, strlen(want));
	assert_memory_equal(text, want, len);
}

static void
test_lines(void **state)
{
	struct tui_log log;

	(void)state;
	tui_log_init(&log, 100, 1 << 20);
	add(&log, "one\ntwo\r\n\nthr");
	assert_int_equal(tui_log_end(&log), 4);
	expect_line(&log, 1, "two");
	expect_line(&log, 2, "");
	expect_line(&log, 3, "thr");
	add(&log, "ee\n");
	assert_int_equal(tui_log_end(&log), 4);
	expect_line(&log, 3, "three");
	add(&log, "open");
	tui_log_note(&log, 1, "a note");
	expect_line(&log, 4, "open");
	expect_line(&log, 5, "a note");
	tui_log_clear(&log);
	assert_int_equal(tui_log_end(&log), 6);
	assert_int_equal(log.first, 6);
	tui_log_release(&log);
}

static void
test_limits(void **state)
{
	struct tui_log log;
	char line[32], *big = xmalloc(200000);

	(void)state;
	tui_log_init(&log, 1000, 64 << 20);
	for (int i = 0; i < 5000; i++) {
		snprintf(line, sizeof(line), "line %d\n", i);
		add(&log, line);
	}
	assert_int_equal(log.count, 1000);
	assert_int_equal(log.first, 4000);
	expect_line(&log, 4000, "line 4000");
	expect_line(&log, 4999, "line 4999");
	tui_log_release(&log);

	tui_log_init(&log, 100000, 100000);
	for (int i = 0; i < 5000; i++)
		add(&log, "twenty bytes of text\n");
	assert_true(log.bytes <= 100000);
	/* A line that is too long goes on in the next one; nothing is lost. */
	memset(big, 'x', 200000);
	tui_log_release(&log);
	tui_log_init(&log, 100, 1 << 20);
	tui_log_add(&log, 1, 0, big, 200000);
	assert_int_equal(log.offset, 200000);
	assert_int_equal(log.count, 200000 / (TUI_LOG_LINE_MAX - 1));
	tui_log_release(&log);
	free(big);
}

static void
test_resume(void **state)
{
	struct tui_log log;

	(void)state;
	tui_log_init(&log, 100, 1 << 20);
	tui_log_add(&log, 1, 100, "one\ntwo\n", 8);
	/* The past comes again with a new connection: only what is new is taken. */
	log.resuming = true;
	tui_log_add(&log, 1, 104, "two\nthree\n", 10);
	assert_int_equal(log.count, 3);
	expect_line(&log, 2, "three");
	/* And a hole is told. */
	log.resuming = true;
	tui_log_add(&log, 1, 120, "four\n", 5);
	expect_line(&log, 3, "6 bytes are not shown");
	expect_line(&log, 4, "four");
	/* Bytes that are not UTF-8 are one byte in the file and three here. */
	tui_log_add(&log, 1, 125, "\xef\xbf\xbd\n", 4);
	assert_int_equal(log.offset, 127);
	tui_log_rotated(&log);
	tui_log_add(&log, 1, 0, "new\n", 4);
	assert_int_equal(log.offset, 4);
	tui_log_release(&log);
}

static void
test_search(void **state)
{
	struct tui_log log;
	uint64_t found;

	(void)state;
	tui_log_init(&log, 100, 1 << 20);
	add(&log, "alpha\nBeta\n\033[31mgam\033[0mma\nbeta again\n");
	assert_true(tui_log_search(&log, 0, 1, "beta", &found));
	assert_int_equal(found, 1);
	assert_true(tui_log_search(&log, 2, 1, "beta", &found));
	assert_int_equal(found, 3);
	assert_false(tui_log_search(&log, 2, 1, "Beta", &found));
	assert_true(tui_log_search(&log, 3, -1, "Beta", &found));
	assert_int_equal(found, 1);
	/* Colours do not stand between. */
	assert_true(tui_log_search(&log, 0, 1, "gamma", &found));
	assert_int_equal(found, 2);
	assert_false(tui_log_search(&log, 3, -1, "delta", &found));
	tui_log_release(&log);
}

static void
test_pane(void **state)
{
	struct tui_logpane p = {.follow = true, .width = 10, .height = 5};
	bool wrapped;
	char line[32];

	(void)state;
	tui_set(&p.pattern, "");
	tui_log_init(&p.log, 1000, 1 << 20);
	assert_int_equal(tui_logpane_position(&p).serial, 0);
	for (int i = 0; i < 100; i++) {
		snprintf(line, sizeof(line), "line %d\n", i);
		add(&p.log, line);
	}
	assert_int_equal(tui_logpane_position(&p).serial, 95);
	tui_logpane_scroll(&p, -1);
	assert_false(p.follow);
	assert_int_equal(tui_logpane_position(&p).serial, 94);
	/* What comes now does not move what is read. */
	add(&p.log, "new\n");
	assert_int_equal(tui_logpane_position(&p).serial, 94);
	assert_int_equal(tui_log_end(&p.log) - p.seen_end, 1);
	tui_logpane_scroll(&p, 1);
	assert_false(p.follow);
	tui_logpane_scroll(&p, 100);
	assert_true(p.follow);
	tui_logpane_scroll(&p, -1000);
	assert_int_equal(tui_logpane_position(&p).serial, 0);
	tui_set(&p.pattern, "line 5");
	assert_true(tui_logpane_search(&p, 1, &wrapped));
	assert_int_equal(p.hit, 5);
	assert_true(tui_logpane_search(&p, 1, &wrapped));
	assert_int_equal(p.hit, 50);
	assert_int_equal(tui_logpane_position(&p).serial, 49);
	assert_true(tui_logpane_search(&p, -1, &wrapped));
	assert_true(tui_logpane_search(&p, -1, &wrapped));
	assert_true(wrapped);
	assert_int_equal(p.hit, 59);
	/* Lines that go away take the place along that was read. */
	p.log.max_lines = 10;
	add(&p.log, "x\n");
	assert_int_equal(tui_logpane_position(&p).serial, p.log.first);
	tui_log_release(&p.log);
	free(p.pattern);
}

static void
test_wrapping(void **state)
{
	struct tui_logpane p = {.follow = true, .width = 10, .height = 4, .wrap = true};

	(void)state;
	tui_log_init(&p.log, 1000, 1 << 20);
	add(&p.log, "short\n0123456789012345678901234\nlast\n");
	assert_int_equal(tui_logpane_rows(&p, "0123456789", 10), 1);
	assert_int_equal(tui_logpane_rows(&p, "01234567890", 11), 2);
	assert_int_equal(tui_logpane_rows(&p, "", 0), 1);
	/* Five rows in four: the long line begins in sight. */
	assert_int_equal(tui_logpane_position(&p).serial, 1);
	assert_int_equal(tui_logpane_position(&p).row, 0);
	p.height = 2;
	assert_int_equal(tui_logpane_position(&p).serial, 1);
	assert_int_equal(tui_logpane_position(&p).row, 2);
	tui_logpane_scroll(&p, -1);
	assert_int_equal(tui_logpane_position(&p).row, 1);
	tui_logpane_scroll(&p, -2);
	assert_int_equal(tui_logpane_position(&p).serial, 0);
	tui_logpane_toggle_wrap(&p);
	tui_logpane_scroll(&p, 1);
	assert_true(p.follow);
	tui_log_release(&p.log);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),  cmocka_unit_test(test_limits), cmocka_unit_test(test_resume),
	    cmocka_unit_test(test_search), cmocka_unit_test(test_pane),   cmocka_unit_test(test_wrapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
