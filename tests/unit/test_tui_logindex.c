/* test_tui_logindex.c: sets of lines, and the index of those that have something, against the plainest way. */
#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tui/tui_logindex.h"

static unsigned seed = 1;

static unsigned
dice(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static void
test_serials(void **state)
{
	bool in[200] = {false};
	struct tui_serials s = {0};

	(void)state;
	for (unsigned turn = 0; turn < 20000; turn++) {
		unsigned i = dice(200), kind = dice(20);
		size_t n = 0;

		if (kind < 12) {
			tui_serials_add(&s, 1000 + i);
			in[i] = true;
		} else if (kind < 17) {
			tui_serials_remove(&s, 1000 + i);
			in[i] = false;
		} else if (kind == 17 && i < 40) {
			tui_serials_drop_below(&s, 1000 + i);
			memset(in, 0, i * sizeof(in[0]));
		} else if (kind == 18 && i > 160) {
			tui_serials_drop_from(&s, 1000 + i);
			memset(in + i, 0, (200 - i) * sizeof(in[0]));
		} else if (kind == 19 && !in[0]) {
			tui_serials_shift_below(&s, 1000 + i);
			if (i > 0) {
				memmove(in, in + 1, (i - 1) * sizeof(in[0]));
				in[i - 1] = false;
			}
		}
		for (unsigned j = 0; j < 200; j++) {
			assert_int_equal(tui_serials_below(&s, 1000 + j), n);
			assert_int_equal(tui_serials_has(&s, 1000 + j), in[j]);
			if (in[j])
				assert_int_equal(tui_serials_get(&s, n++), 1000 + j);
		}
		assert_int_equal(s.n, n);
	}
	tui_serials_release(&s);
}

static bool
has_x(void *arg, const struct tui_log_line *line)
{
	size_t *looked = arg;

	++*looked;
	return line->len > 0 && memchr(line->text, 'x', line->len) != NULL;
}

static void
check_all(const struct tui_logindex *ix, const struct tui_log *log)
{
	size_t n = 0, looked;
	struct tui_log_line line;

	for (uint64_t s = log->first; tui_log_get(log, s, &line); s++)
		if (has_x(&looked, &line))
			assert_int_equal(tui_serials_get(&ix->hits, n++), s);
	assert_int_equal(ix->hits.n, n);
}

/* Lines come and go, grow, are put in front and between: the index is what looking at everything says. */
static void
test_random_life(void **state)
{
	struct tui_log log;
	struct tui_logindex ix = {0};
	unsigned source[2];
	size_t looked = 0;

	(void)state;
	tui_log_init(&log, 300, 1 << 20);
	source[0] = tui_log_put_source(&log, NULL, "a:a", CHANNEL_STDOUT);
	source[1] = tui_log_put_source(&log, NULL, "b:b", CHANNEL_STDOUT);
	for (unsigned turn = 0; turn < 20000; turn++) {
		static const char *const pieces[] = {"a\n", "x\n", "a", "x", "ax\nbb", "\n", "xx\nx\n\n"};
		const char *text = pieces[dice(7)];
		unsigned kind = dice(200);

		if (kind == 0)
			tui_logindex_start(&ix, &log, log.first + dice((unsigned)log.count + 1));
		else if (kind == 1)
			tui_log_clear(&log);
		else if (kind < 5)
			tui_log_note(&log, source[dice(2)], 0, dice(2) == 0 ? "x" : "note");
		else if (kind < 10 && log.count > 0) {
			uint64_t at = log.first + dice((unsigned)log.count);

			if (tui_log_insert_note(&log, at, TUI_LOG_NO_SOURCE, 0, dice(2) == 0 ? "x" : "note"))
				tui_logindex_inserted(&ix, at);
		} else if (kind < 20) {
			struct tui_log_line front = {
			    .text = text, .len = 1, .source = TUI_LOG_NO_SOURCE, .offset = -1};

			tui_log_push_front(&log, &front);
		} else
			tui_log_add(&log, source[dice(2)], 0, -1, text, strlen(text));
		if (dice(3) == 0 && ix.on) {
			while (tui_logindex_work(&ix, &log, TUI_LOGINDEX_SLICE / 1000, has_x, &looked))
				;
			assert_true(tui_logindex_is_complete(&ix, &log));
			check_all(&ix, &log);
		}
	}
	tui_logindex_release(&ix);
	tui_log_release(&log);
}

static void
test_finding(void **state)
{
	struct tui_log log;
	struct tui_logindex ix = {0};
	size_t looked = 0;
	uint64_t found = 0, first;
	unsigned source;

	(void)state;
	tui_log_init(&log, 10000, 1 << 24);
	source = tui_log_put_source(&log, NULL, "a:a", CHANNEL_STDOUT);
	for (int i = 0; i < 1000; i++)
		tui_log_add(&log, source, 0, -1, i == 100 || i == 900 ? "x\n" : "a\n", 2);
	first = log.first;
	tui_logindex_start(&ix, &log, first + 500);
	assert_int_equal(tui_logindex_find(&ix, &log, first + 500, 1, &found), INDEX_LATER);
	/* A slice is bounded, and looks at what is behind the beginning first. */
	assert_true(tui_logindex_work(&ix, &log, TUI_LOGINDEX_SLICE / (65 * 450), has_x, &looked));
	assert_in_range(looked, 400, 480);
	assert_int_equal(tui_logindex_find(&ix, &log, first + 500, 1, &found), INDEX_FOUND);
	assert_int_equal(found, first + 900);
	assert_int_equal(tui_logindex_find(&ix, &log, first + 901, 1, &found), INDEX_LATER);
	assert_int_equal(tui_logindex_find(&ix, &log, first + 400, 1, &found), INDEX_LATER);
	assert_int_equal(tui_logindex_find(&ix, &log, first + 700, -1, &found), INDEX_LATER);
	while (tui_logindex_work(&ix, &log, 1, has_x, &looked))
		;
	assert_int_equal(looked, 1000);
	assert_int_equal(tui_logindex_find(&ix, &log, first + 901, 1, &found), INDEX_NONE);
	assert_int_equal(tui_logindex_find(&ix, &log, first + 700, -1, &found), INDEX_FOUND);
	assert_int_equal(found, first + 100);
	assert_int_equal(tui_logindex_find(&ix, &log, first + 100, -1, &found), INDEX_FOUND);
	assert_int_equal(found, first + 100);
	assert_int_equal(tui_logindex_find(&ix, &log, first + 99, -1, &found), INDEX_NONE);
	/* What comes is looked at, and nothing twice. */
	tui_log_add(&log, source, 0, -1, "x\n", 2);
	assert_false(tui_logindex_work(&ix, &log, 1, has_x, &looked));
	assert_int_equal(looked, 1001);
	assert_int_equal(ix.hits.n, 3);
	tui_logindex_stop(&ix);
	assert_false(tui_logindex_work(&ix, &log, 1, has_x, &looked));
	tui_log_release(&log);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_serials),
	    cmocka_unit_test(test_random_life),
	    cmocka_unit_test(test_finding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
