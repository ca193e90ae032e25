/* test_os.c: waiting for a descriptor, and looking up a host, while signals come. */
#include "autoconf.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>
#include <netinet/in.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/err.h"
#include "daemon/os.h"
#include "daemon/resolve.h"

#define MS (SECOND_US / 1000)

static void
alarm_handler(int sig)
{
	(void)sig;
}

/* A signal each millisecond. The daemon itself blocks all that it handles (daemon/signals), but these functions do not
   rely on their caller for that. */
static void
set_alarms(long usec)
{
	const struct itimerval every = {.it_interval.tv_usec = usec, .it_value.tv_usec = usec};
	struct sigaction action = {.sa_handler = usec != 0 ? alarm_handler : SIG_DFL, .sa_flags = SA_RESTART};

	if (usec != 0)
		assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
	assert_int_equal(setitimer(ITIMER_REAL, &every, NULL), 0);
	if (usec == 0)
		assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
}

static int
begin_alarms(void **state)
{
	(void)state;
	set_alarms(1000);
	return 0;
}

static int
end_alarms(void **state)
{
	(void)state;
	set_alarms(0);
	return 0;
}

static mono_us
mono(void)
{
	struct now now;

	clock_read(&now);
	return now.mono;
}

static void
test_wait_ends_in_time(void **state)
{
	mono_us end = mono() + 50 * MS;
	int ends[2];

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_false(os_wait_readable(ends[0], end));
	assert_true(mono() >= end);
	/* In the past it only looks. */
	assert_false(os_wait_readable(ends[0], 0));
	close(ends[0]);
	close(ends[1]);
}

static void
test_wait_sees_data_and_end(void **state)
{
	mono_us never = mono() + 3600 * SECOND_US;
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_true(os_wait_readable(ends[0], never));
	assert_true(os_wait_readable(ends[0], 0));
	assert_int_equal(read(ends[0], &byte, 1), 1);
	close(ends[1]);
	assert_true(os_wait_readable(ends[0], never));
	close(ends[0]);
}

static void
test_numbers_are_not_asked_for(void **state)
{
	struct err err = ERR_INIT;
	struct host_address a;

	(void)state;
	/* With no time at all an answer can only be there already. */
	assert_true(resolve_host("127.0.0.1", 9000, 0, &a, &err));
	assert_int_equal(a.sa.ss_family, AF_INET);
	assert_int_equal(ntohs(((struct sockaddr_in *)(void *)&a.sa)->sin_port), 9000);
	assert_true(resolve_host("::1", 9000, 0, &a, &err));
	assert_int_equal(a.sa.ss_family, AF_INET6);
	assert_int_equal(ntohs(((struct sockaddr_in6 *)(void *)&a.sa)->sin6_port), 9000);
}

static void
test_names(void **state)
{
	struct err err = ERR_INIT;
	struct host_address a;

	(void)state;
	assert_true(resolve_host("localhost", 80, 20000, &a, &err));
	assert_false(resolve_host("no-such-host.invalid", 80, 20000, &a, &err));
	assert_non_null(err.what);
	err_release(&err);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_wait_ends_in_time, begin_alarms, end_alarms),
	    cmocka_unit_test_setup_teardown(test_wait_sees_data_and_end, begin_alarms, end_alarms),
	    cmocka_unit_test(test_numbers_are_not_asked_for),
	    cmocka_unit_test_setup_teardown(test_names, begin_alarms, end_alarms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
