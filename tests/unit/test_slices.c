/* test_slices.c: which TICK events are due, on a clock of our own. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "base/buf.h"
#include "core/slices.h"

/* What is due now, as "5:100 60:60 "; the text is good until the next call. */
static const char *
due(struct slices *s, int64_t now)
{
	static char text[128];
	int64_t slice;

	text[0] = '\0';
	for (int period = 0; period < NSLICES; period++)
		if (slices_due(s, (enum slice_period)period, now, &slice))
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%d:%lld ",
				 slice_seconds((enum slice_period)period), (long long)slice);
	return text;
}

static void
want_all(struct slices *s, int64_t now)
{
	*s = (struct slices){0};
	for (int period = 0; period < NSLICES; period++)
		slices_want(s, (enum slice_period)period, true, now);
}

static void
test_alignment(void **state)
{
	struct slices s;

	(void)state;
	want_all(&s, 7197);
	assert_string_equal(due(&s, 7197), "");
	assert_string_equal(due(&s, 7199), "");
	assert_string_equal(due(&s, 7200), "5:7200 60:7200 3600:7200 ");
	assert_string_equal(due(&s, 7200), "");
	assert_string_equal(due(&s, 7204), "");
	assert_string_equal(due(&s, 7206), "5:7205 ");
	assert_string_equal(due(&s, 7260), "5:7260 60:7260 ");
}

/* Skipped slices are not made up, and a clock that goes back is told, too. */
static void
test_steps(void **state)
{
	struct slices s;

	(void)state;
	want_all(&s, 1000);
	assert_string_equal(due(&s, 100003), "5:100000 60:99960 3600:97200 ");
	assert_string_equal(due(&s, 99999), "5:99995 ");
	assert_string_equal(due(&s, 50), "5:50 60:0 3600:0 ");
	assert_string_equal(due(&s, -1), "5:-5 60:-60 3600:-3600 ");
	assert_string_equal(due(&s, -5), "");
}

/* What is not wanted is never due, and what is wanted again begins afresh. */
static void
test_wanting(void **state)
{
	struct slices s = {0};
	int64_t next = -1;

	(void)state;
	assert_false(slices_next(&s, 100, &next));
	assert_string_equal(due(&s, 100000), "");
	slices_want(&s, SLICE_60, true, 100);
	assert_true(slices_next(&s, 100, &next));
	assert_int_equal(next, 120);
	/* Wanting it once more does not forget where it was. */
	slices_want(&s, SLICE_60, true, 130);
	assert_string_equal(due(&s, 130), "60:120 ");
	slices_want(&s, SLICE_60, false, 140);
	assert_string_equal(due(&s, 1000), "");
	slices_want(&s, SLICE_60, true, 2000);
	assert_string_equal(due(&s, 2001), "");
	assert_string_equal(due(&s, 2040), "60:2040 ");
}

/* With hours alone, the next question is in an hour. */
static void
test_next(void **state)
{
	struct slices s = {0};
	int64_t next;

	(void)state;
	slices_want(&s, SLICE_3600, true, 3600);
	assert_true(slices_next(&s, 3600, &next));
	assert_int_equal(next, 7200);
	assert_true(slices_next(&s, 7199, &next));
	assert_int_equal(next, 7200);
	slices_want(&s, SLICE_5, true, 3600);
	assert_true(slices_next(&s, 3600, &next));
	assert_int_equal(next, 3605);
	assert_true(slices_next(&s, 3604, &next));
	assert_int_equal(next, 3605);
	assert_true(slices_next(&s, -3, &next));
	assert_int_equal(next, 0);
	slices_want(&s, SLICE_5, false, 3600);
	slices_want(&s, SLICE_60, true, 3600);
	assert_true(slices_next(&s, 3659, &next));
	assert_int_equal(next, 3660);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_alignment),
	    cmocka_unit_test(test_steps),
	    cmocka_unit_test(test_wanting),
	    cmocka_unit_test(test_next),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
