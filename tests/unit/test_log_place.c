/* test_log_place.c: moments of a log that is written, rotated, cleared, closed and opened again. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/log_place.h"

static void
test_unknown(void **state)
{
	struct log_place l = {0};

	(void)state;
	assert_int_equal(log_place_total(&l), -1);
	assert_int_equal(log_place_offset(&l, 0), -1);
	log_place_emptied(&l);
	assert_int_equal(log_place_total(&l), -1);
}

static void
test_rotation_ends_what_was(void **state)
{
	struct log_place l = {0};
	int64_t start, end;

	(void)state;
	log_place_opened(&l, 1, 10, 500);
	start = log_place_total(&l);
	assert_int_equal(log_place_offset(&l, start), 500);
	log_place_reached(&l, 1, 10, 800, false);
	end = log_place_total(&l);
	assert_int_equal(log_place_offset(&l, start), 500);
	assert_int_equal(log_place_offset(&l, end), 800);
	log_place_reached(&l, 1, 11, 40, true);
	assert_int_equal(log_place_offset(&l, start), -1);
	/* All that there was before is in the other file, and what came next begins this one. */
	assert_int_equal(log_place_offset(&l, end), 0);
	assert_int_equal(log_place_offset(&l, log_place_total(&l)), 40);
	assert_int_equal(log_place_offset(&l, -1), -1);
}

/* Emptied in place: the same inode, and soon as long as it was. */
static void
test_emptied_and_grown_again(void **state)
{
	struct log_place l = {0};
	int64_t before;

	(void)state;
	log_place_opened(&l, 1, 10, 300);
	before = log_place_total(&l) - 1;
	log_place_reached(&l, 1, 10, 300, true);
	assert_int_equal(log_place_offset(&l, before), -1);
	before = log_place_total(&l) - 1;
	log_place_emptied(&l);
	assert_int_equal(log_place_offset(&l, before), -1);
	assert_int_equal(log_place_offset(&l, log_place_total(&l)), 0);
}

static void
test_opened_again(void **state)
{
	struct log_place l = {0};
	int64_t then;

	(void)state;
	log_place_opened(&l, 1, 10, 0);
	log_place_reached(&l, 1, 10, 100, false);
	then = log_place_total(&l) - 10;
	log_place_opened(&l, 1, 10, 120); /* somebody else has written, too */
	assert_int_equal(log_place_offset(&l, then), 90);
	log_place_opened(&l, 1, 10, 119); /* shorter: it was cleared */
	assert_int_equal(log_place_offset(&l, then), -1);
	then = log_place_total(&l) - 10;
	log_place_opened(&l, 2, 10, 200);
	assert_int_equal(log_place_offset(&l, then), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_unknown),
	    cmocka_unit_test(test_rotation_ends_what_was),
	    cmocka_unit_test(test_emptied_and_grown_again),
	    cmocka_unit_test(test_opened_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
