/* test_event.c: names and descent of event types. */
#include "autoconf.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/event.h"

static void
test_names(void **state)
{
	(void)state;
	for (int i = 0; i < EVENT_NTYPES; i++)
		assert_int_equal(event_by_name(event_name((enum event_type)i)), i);
	assert_int_equal(event_by_name("TICK_7"), EVENT_NTYPES);
	assert_int_equal(event_by_name("tick"), EVENT_NTYPES);
	assert_int_equal(event_by_name(""), EVENT_NTYPES);
}

static void
test_descent(void **state)
{
	(void)state;
	for (int i = 0; i < EVENT_NTYPES; i++) {
		enum event_type type = (enum event_type)i;

		assert_true(event_is_a(type, EVENT_ANY));
		assert_true(event_is_a(type, type));
		if (type != EVENT_ANY)
			assert_false(event_is_a(EVENT_ANY, type));
	}
	assert_true(event_is_a(EVENT_TICK_5, EVENT_TICK));
	assert_true(event_is_a(EVENT_PROCESS_STATE_FATAL, EVENT_PROCESS_STATE));
	assert_false(event_is_a(EVENT_PROCESS_GROUP_ADDED, EVENT_PROCESS_STATE));
	assert_false(event_is_a(EVENT_TICK, EVENT_TICK_5));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_descent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
