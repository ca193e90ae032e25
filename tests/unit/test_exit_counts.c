/* test_exit_counts.c: how children have ended, counted. */
#include "autoconf.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "core/exit_counts.h"

#define EXITED(code) ((code) << 8)
#define CORE_DUMPED 0x80

/* "-9:2 0+:1 " : two deaths by SIGKILL, one expected exit with 0; the text is good until the next call. */
static const char *
shown(const struct exit_counts *counts)
{
	static char text[512];

	text[0] = '\0';
	for (size_t i = 0; i < counts->n; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%d%s:%d ", counts->list[i].how,
			 counts->list[i].expected ? "+" : "", (int)counts->list[i].n);
	return text;
}

static void
test_sorted(void **state)
{
	struct exit_counts counts = {0};

	(void)state;
	assert_string_equal(shown(&counts), "");
	exit_counts_add(&counts, EXITED(3), false);
	exit_counts_add(&counts, EXITED(0), true);
	exit_counts_add(&counts, SIGKILL, false);
	exit_counts_add(&counts, EXITED(255), false);
	exit_counts_add(&counts, EXITED(3), true);
	exit_counts_add(&counts, SIGTERM, true);
	exit_counts_add(&counts, EXITED(3), false);
	exit_counts_add(&counts, SIGKILL, false);
	assert_string_equal(shown(&counts), "-15+:1 -9:2 0+:1 3:2 3+:1 255:1 ");
	exit_counts_release(&counts);
	assert_string_equal(shown(&counts), "");
}

static void
test_core_dump_is_the_same_signal(void **state)
{
	struct exit_counts counts = {0};

	(void)state;
	exit_counts_add(&counts, SIGSEGV, false);
	exit_counts_add(&counts, SIGSEGV | CORE_DUMPED, false);
	assert_string_equal(shown(&counts), "-11:2 ");
	exit_counts_release(&counts);
}

static void
test_bounded(void **state)
{
	struct exit_counts counts = {0};

	(void)state;
	for (int code = 0; code < 256; code++)
		exit_counts_add(&counts, EXITED(code), false);
	exit_counts_add(&counts, EXITED(200), true);
	exit_counts_add(&counts, EXITED(5), false);
	assert_int_equal(counts.n, EXIT_COUNTS_MAX);
	assert_int_equal(counts.list[5].n, 2);
	assert_int_equal(counts.others[false], 256 - EXIT_COUNTS_MAX);
	assert_int_equal(counts.others[true], 1);
	exit_counts_release(&counts);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_sorted),
	    cmocka_unit_test(test_core_dump_is_the_same_signal),
	    cmocka_unit_test(test_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
