#include "autoconf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/tui_pace.h"

#define INTERVAL 50000

/* Draws as soon as it may, for so long; how many frames that were. */
static int
frames(struct tui_pace *p, mono_us *now, mono_us length, bool for_key)
{
	mono_us end = *now + length;
	int n = 0;

	for (;;) {
		mono_us at = *now + tui_pace_wait(p, *now, INTERVAL, for_key);

		if (at > end)
			break;
		*now = at;
		tui_pace_drawn(p, *now, INTERVAL);
		n++;
	}
	*now = end;
	return n;
}

static void
test_twenty_a_second(void **state)
{
	struct tui_pace p = {.last = 1000000};
	mono_us now = 1000000;

	(void)state;
	frames(&p, &now, 1000000, false);
	assert_int_equal(frames(&p, &now, 10000000, false), 200);
	/* Keys that never stop are no reason for more, but for the few that were saved up. */
	assert_in_range(frames(&p, &now, 10000000, true), 200, 203);
}

static void
test_keys_at_once(void **state)
{
	struct tui_pace p = {.last = 1000000};
	mono_us now = 1000000;

	(void)state;
	frames(&p, &now, 1000000, false);
	/* In the middle of changes, each right after a frame. */
	for (int i = 0; i < 5; i++) {
		assert_int_equal(tui_pace_wait(&p, now, INTERVAL, true), 0);
		tui_pace_drawn(&p, now, INTERVAL);
		assert_int_equal(tui_pace_wait(&p, now, INTERVAL, true), 0);
		frames(&p, &now, 200000, false);
	}
	/* After a rest something that nobody asked for comes at once, too. */
	now += 1000000;
	assert_int_equal(tui_pace_wait(&p, now, INTERVAL, false), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_twenty_a_second),
	    cmocka_unit_test(test_keys_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
