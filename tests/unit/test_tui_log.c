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

#define FIRST TUI_LOG_ORIGIN

/* Hosts are only told apart here. */
static struct tui_host host_a, host_b;

static void
init_log(struct tui_log *log, size_t lines, size_t bytes)
{
	tui_log_init(log, lines, bytes);
	assert_int_equal(tui_log_put_source(log, &host_a, "web:web", CHANNEL_STDOUT), 0);
	log->sources[0]->followed = true;
}

static void
add_to(struct tui_log *log, unsigned source, double time, const char *text)
{
	tui_log_add(log, source, time, -1, text, strlen(text));
}

static void
add(struct tui_log *log, const char *text)
{
	add_to(log, 0, 1, text);
}

static void
add_at(struct tui_log *log, int64_t offset, const char *text)
{
	tui_log_add(log, 0, 1, offset, text, strlen(text));
}

static void
expect_line(const struct tui_log *log, uint64_t serial, const char *want)
{
	struct tui_log_line line;

	assert_true(tui_log_get(log, FIRST + serial, &line));
	assert_int_equal(line.len, strlen(want));
	assert_memory_equal(line.text, want, line.len);
}

static void
test_lines(void **state)
{
	struct tui_log log;

	(void)state;
	init_log(&log, 100, 1 << 20);
	add(&log, "one\ntwo\r\n\nthr");
	assert_int_equal(tui_log_end(&log), FIRST + 4);
	expect_line(&log, 1, "two");
	expect_line(&log, 2, "");
	expect_line(&log, 3, "thr");
	add(&log, "ee\n");
	assert_int_equal(tui_log_end(&log), FIRST + 4);
	expect_line(&log, 3, "three");
	add(&log, "open");
	tui_log_note(&log, 0, 1, "a note");
	expect_line(&log, 4, "open");
	expect_line(&log, 5, "a note");
	tui_log_clear(&log);
	assert_int_equal(tui_log_end(&log), FIRST + 6);
	assert_int_equal(log.first, FIRST + 6);
	assert_int_equal(log.bytes, 0);
	tui_log_release(&log);
}

/* Lines of two sources do not tear each other, and keep the place at which they began. */
static void
test_sources(void **state)
{
	struct tui_log log;
	struct tui_log_line line;
	unsigned err;

	(void)state;
	init_log(&log, 100, 1 << 20);
	err = tui_log_put_source(&log, &host_a, "web:web", CHANNEL_STDERR);
	assert_int_equal(tui_log_put_source(&log, &host_a, "web:web", CHANNEL_STDERR), err);
	log.sources[err]->followed = true;
	assert_int_equal(tui_log_find_source(&log, &host_a, "web:web:stderr"), err);
	assert_int_equal(tui_log_find_source(&log, &host_b, "web:web:stderr"), TUI_LOG_NO_SOURCE);
	add_to(&log, 0, 1, "out, first ");
	add_to(&log, err, 2, "err, whole\nerr, ");
	add_to(&log, 0, 3, "half\nout again\n");
	add_to(&log, err, 4, "second half\n");
	expect_line(&log, 0, "out, first half");
	expect_line(&log, 1, "err, whole");
	expect_line(&log, 2, "err, second half");
	expect_line(&log, 3, "out again");
	assert_true(tui_log_get(&log, FIRST, &line));
	assert_true(line.time == 1);
	assert_int_equal(line.source, 0);
	assert_true(tui_log_get(&log, FIRST + 2, &line));
	assert_true(line.time == 2);
	assert_int_equal(line.source, err);
	assert_int_equal(log.sources[0]->lines, 2);
	tui_log_release(&log);
}

/* What a slow line brings late goes to where its time belongs; each host's own order stays. */
static void
test_several_hosts(void **state)
{
	struct tui_log log;
	unsigned far;

	(void)state;
	init_log(&log, 100, 1 << 20);
	far = tui_log_put_source(&log, &host_b, "web:web", CHANNEL_STDOUT);
	assert_true(log.many_hosts);
	add_to(&log, 0, 10.0, "a1\n");
	add_to(&log, 0, 10.2, "a2\n");
	add_to(&log, 0, 10.4, "a3 is op");
	add_to(&log, far, 10.1, "b1\n");
	add_to(&log, far, 10.3, "b2\n");
	add_to(&log, 0, 10.5, "en\n");
	add_to(&log, far, 2, "b3, by a wrong clock\n");
	expect_line(&log, 0, "a1");
	expect_line(&log, 1, "b1");
	expect_line(&log, 2, "a2");
	expect_line(&log, 3, "b2");
	expect_line(&log, 4, "a3 is open");
	expect_line(&log, 5, "b3, by a wrong clock");
	tui_log_release(&log);
}

static void
test_limits(void **state)
{
	struct tui_log log;
	char line[32], *big = xmalloc(200000);

	(void)state;
	init_log(&log, 1000, 64 << 20);
	add_to(&log, tui_log_put_source(&log, &host_a, "open:open", CHANNEL_STDOUT), 1, "never ends");
	for (int i = 0; i < 5000; i++) {
		snprintf(line, sizeof(line), "line %d\n", i);
		add(&log, line);
	}
	assert_int_equal(log.count, 1000);
	assert_int_equal(log.first, FIRST + 4001);
	expect_line(&log, 4001, "line 4000");
	expect_line(&log, 5000, "line 4999");
	/* The open line went with its place; what comes begins another. */
	assert_int_equal(log.sources[1]->lines, 0);
	add_to(&log, 1, 1, "the end\n");
	expect_line(&log, 5001, "the end");
	tui_log_release(&log);

	init_log(&log, 100000, 300000);
	for (int i = 0; i < 50000; i++)
		add(&log, "twenty bytes of text\n");
	assert_true(log.bytes <= 300000);
	assert_true(log.count > 9000);
	/* A line that is too long goes on in the next one; nothing is lost. */
	memset(big, 'x', 200000);
	tui_log_release(&log);
	init_log(&log, 100, 1 << 20);
	tui_log_add(&log, 0, 1, 0, big, 200000);
	assert_int_equal(log.sources[0]->offset, 200000);
	assert_int_equal(log.count, 200000 / (TUI_LOG_LINE_MAX - 1) + 1);
	tui_log_release(&log);
	free(big);
}

/* 100,000 lines of 200 bytes stay, in less than 32 MiB. */
static void
test_capacity(void **state)
{
	struct tui_log log;
	char line[202];

	(void)state;
	init_log(&log, TUI_LOG_LINES, TUI_LOG_BYTES);
	memset(line, 'x', sizeof(line));
	line[200] = '\n';
	for (int i = 0; i < 300000; i++)
		tui_log_add(&log, 0, 1, (int64_t)i * 201, line, 201);
	assert_int_equal(log.count, TUI_LOG_LINES);
	assert_true(log.bytes < 22 << 20);
	assert_true(log.cap * sizeof(struct tui_log_entry) < 6 << 20);
	tui_log_release(&log);
}

static void
test_resume(void **state)
{
	struct tui_log log;
	struct tui_source *s;

	(void)state;
	init_log(&log, 100, 1 << 20);
	s = log.sources[0];
	add_at(&log, 100, "one\ntwo\n");
	/* The past comes again with a new connection: only what is new is taken. */
	s->resuming = true;
	add_at(&log, 104, "two\nthree\n");
	assert_int_equal(log.count, 3);
	expect_line(&log, 2, "three");
	/* And a hole is told. */
	s->resuming = true;
	add_at(&log, 120, "four\n");
	expect_line(&log, 3, "6 bytes are not shown");
	expect_line(&log, 4, "four");
	/* Bytes that are not UTF-8 are one byte in the file and three here. */
	add_at(&log, 125, "\xef\xbf\xbd\n");
	assert_int_equal(s->offset, 127);
	tui_log_rotated(&log, 0);
	add_at(&log, 0, "new\n");
	assert_int_equal(s->offset, 4);
	tui_log_release(&log);
}

/* The end of the file that comes first begins in the middle of a line; that line is left to the past. */
static void
test_tail(void **state)
{
	struct tui_log log;
	struct tui_log_line line;

	(void)state;
	init_log(&log, 100, 1 << 20);
	tui_log_add_tail(&log, 0, 9, 1000, "alf\nwhole\nop", 12);
	tui_log_add_tail(&log, 0, 9, 1012, "en\n", 3);
	tui_log_add(&log, 0, 10, 1015, "live\n", 5);
	expect_line(&log, 0, "whole");
	expect_line(&log, 1, "open");
	expect_line(&log, 2, "live");
	assert_true(tui_log_get(&log, FIRST, &line));
	assert_int_equal(line.offset, 1004);
	assert_true(line.time == 0);
	assert_true(tui_log_get(&log, FIRST + 2, &line));
	assert_int_equal(line.offset, 1015);
	assert_true(line.time == 10);
	/* The tail again, after a pause in which there was more. */
	tui_log_add_tail(&log, 0, 20, 1010, "open\nlive\nnew\n", 14);
	assert_int_equal(log.count, 4);
	expect_line(&log, 3, "new");
	tui_log_release(&log);
}

/* Lines are put in front, and notes between. */
static void
test_front(void **state)
{
	struct tui_log log;
	struct tui_log_line past = {.text = "past", .len = 4, .offset = 5};
	uint64_t serial;

	(void)state;
	init_log(&log, 5, 1 << 20);
	add_at(&log, 10, "one\ntwo\nopen");
	assert_true(tui_log_push_front(&log, &past));
	assert_int_equal(log.first, FIRST - 1);
	expect_line(&log, (uint64_t)-1, "past");
	expect_line(&log, 0, "one");
	assert_true(tui_log_oldest(&log, 0, &serial));
	assert_int_equal(serial, FIRST - 1);
	/* Before "two": what is above moves up. */
	assert_true(tui_log_insert_note(&log, FIRST + 1, 0, 1, "note"));
	expect_line(&log, (uint64_t)-2, "past");
	expect_line(&log, (uint64_t)-1, "one");
	expect_line(&log, 0, "note");
	expect_line(&log, 1, "two");
	expect_line(&log, 2, "open");
	assert_false(tui_log_push_front(&log, &past));
	assert_false(tui_log_insert_note(&log, FIRST, 0, 1, "note"));
	assert_true(tui_log_find_note(&log, tui_log_end(&log) - 1, -1, &serial));
	assert_int_equal(serial, FIRST);
	assert_false(tui_log_find_note(&log, serial + 1, 1, &serial));
	add(&log, " and shut\n");
	expect_line(&log, 2, "open and shut");
	/* Before an open line. */
	log.max_lines = 10;
	add(&log, "o");
	assert_true(tui_log_insert_note(&log, tui_log_end(&log), 0, 1, "behind it"));
	expect_line(&log, 2, "o");
	expect_line(&log, 3, "behind it");
	add(&log, "pen\n");
	expect_line(&log, 2, "open");
	tui_log_release(&log);
}

static void
init_pane(struct tui_logpane *p, size_t max_lines)
{
	tui_logpane_init(p, max_lines, 1 << 20);
	tui_log_release(&p->log);
	init_log(&p->log, max_lines, 1 << 20);
	p->width = 10;
	p->height = 4;
}

static void
test_pane(void **state)
{
	struct tui_logpane p;
	char line[32];

	(void)state;
	init_pane(&p, 1000);
	p.height = 5;
	assert_int_equal(tui_logpane_position(&p).serial, FIRST);
	for (int i = 0; i < 100; i++) {
		snprintf(line, sizeof(line), "line %d\n", i);
		add(&p.log, line);
	}
	assert_int_equal(tui_logpane_position(&p).serial, FIRST + 95);
	tui_logpane_scroll(&p, -1);
	assert_false(p.follow);
	assert_int_equal(tui_logpane_position(&p).serial, FIRST + 94);
	/* What comes now does not move what is read. */
	add(&p.log, "new\n");
	assert_int_equal(tui_logpane_position(&p).serial, FIRST + 94);
	assert_int_equal(tui_log_end(&p.log) - p.seen_end, 1);
	tui_logpane_scroll(&p, 1);
	assert_false(p.follow);
	tui_logpane_scroll(&p, 100);
	assert_true(p.follow);
	tui_logpane_scroll(&p, -1000);
	assert_int_equal(tui_logpane_position(&p).serial, FIRST);
	tui_logpane_show_line(&p, FIRST + 59);
	/* A note between does not move what is read. */
	assert_true(tui_logpane_insert_note(&p, FIRST + 80, 0, 1, "note"));
	assert_int_equal(p.hit, FIRST + 58);
	expect_line(&p.log, 58, "line 59");
	/* Lines that go away take the place along that was read. */
	p.log.max_lines = 10;
	add(&p.log, "x\n");
	assert_int_equal(tui_logpane_position(&p).serial, p.log.first);
	tui_logpane_release(&p);
}

static void
test_wrapping(void **state)
{
	struct tui_logpane p;

	(void)state;
	init_pane(&p, 1000);
	p.wrap = true;
	add(&p.log, "short\n0123456789012345678901234\nlast\n");
	assert_int_equal(tui_logpane_rows(&p, "0123456789", 10), 1);
	assert_int_equal(tui_logpane_rows(&p, "01234567890", 11), 2);
	assert_int_equal(tui_logpane_rows(&p, "", 0), 1);
	/* Five rows in four: the long line begins in sight. */
	assert_int_equal(tui_logpane_position(&p).serial, FIRST + 1);
	assert_int_equal(tui_logpane_position(&p).row, 0);
	p.height = 2;
	assert_int_equal(tui_logpane_position(&p).serial, FIRST + 1);
	assert_int_equal(tui_logpane_position(&p).row, 2);
	tui_logpane_scroll(&p, -1);
	assert_int_equal(tui_logpane_position(&p).row, 1);
	tui_logpane_scroll(&p, -2);
	assert_int_equal(tui_logpane_position(&p).serial, FIRST);
	tui_logpane_toggle_wrap(&p);
	tui_logpane_scroll(&p, 1);
	assert_true(p.follow);
	tui_logpane_release(&p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_lines),         cmocka_unit_test(test_sources),
	    cmocka_unit_test(test_several_hosts), cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_capacity),      cmocka_unit_test(test_resume),
	    cmocka_unit_test(test_tail),          cmocka_unit_test(test_front),
	    cmocka_unit_test(test_pane),          cmocka_unit_test(test_wrapping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
