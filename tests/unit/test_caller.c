/* test_caller.c: who asks, as a text; and what the kernel tells of a socket's other end. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/utf8.h"
#include "core/caller.h"
#include "daemon/callers.h"

static void
says(struct caller c, const char *expected)
{
	char text[CALLER_MAX];

	assert_string_equal(caller_text(text, &c), expected);
}

static void
test_texts(void **state)
{
	(void)state;
	says((struct caller){.user = "anna", .uid = 1003, .pid = 4711, .command = "supervisorctl"},
	     "anna (supervisorctl, pid 4711)");
	says((struct caller){.user = "anna", .uid = 1003, .pid = 4711}, "anna (pid 4711)");
	says((struct caller){.user = "anna", .uid = 1003, .pid = 4711, .command = ""}, "anna (pid 4711)");
	says((struct caller){.user = "anna", .uid = 1003}, "anna");
	says((struct caller){.uid = 1003, .pid = 12, .command = "sshd"}, "uid 1003 (sshd, pid 12)");
	says((struct caller){.uid = 0, .pid = 1}, "uid 0 (pid 1)");
	says((struct caller){.user = "anna", .pid = 4711, .command = "x", .http_user = "admin"},
	     "anna as admin (x, pid 4711)");
	says((struct caller){.address = "10.0.0.5", .uid = -1}, "10.0.0.5");
	says((struct caller){.address = "10.0.0.5", .uid = -1, .http_user = "admin"}, "10.0.0.5 as admin");
	says((struct caller){.uid = -1, .http_user = "admin"}, "admin");
	says((struct caller){.uid = -1}, "");
}

/* Anybody may call his program what he likes. */
static void
test_nobody_looks_like_another(void **state)
{
	(void)state;
	says((struct caller){.user = "eve", .pid = 9, .command = "x), root (su, 1"},
	     "eve (x?? root ?su? 1, pid 9)");
	says((struct caller){.user = "eve", .pid = 9, .command = "a\033[2J\n\177\xc2\x9b\xff"},
	     "eve (a?[2J????, pid 9)");
	/* U+202E turns what follows, U+200B and U+FEFF cannot be seen, U+2028 is the end of a line to some. */
	says((struct caller){.user = "eve",
			     .pid = 9,
			     .command = "\xe2\x80\xae"
					"toor"},
	     "eve (?toor, pid 9)");
	says((struct caller){.user = "e\xe2\x80\x8bve\xef\xbb\xbf", .pid = 9, .command = "a\xe2\x80\xa8"},
	     "e?ve? (a?, pid 9)");
	says((struct caller){.address = "10.0.0.5", .uid = -1, .http_user = "j\xc3\xb6rg"},
	     "10.0.0.5 as j\xc3\xb6rg");
}

static void
test_parts_are_short(void **state)
{
	char name[4000], text[CALLER_MAX];
	struct caller c = {.user = name, .pid = 4194304, .command = name, .http_user = name};

	(void)state;
	memset(name, 'x', sizeof name);
	name[sizeof name - 1] = '\0';
	caller_text(text, &c);
	assert_int_equal(strlen(text), 3 * 32 + strlen(" as  (, pid 4194304)"));
	/* Never within a character. */
	for (size_t i = 0; i + 3 < sizeof name; i += 3)
		memcpy(name + i, "\xe2\x82\xac", 3);
	caller_text(text, &c);
	assert_true(utf8_valid(text, strlen(text)));
	assert_int_equal(strlen(text), 3 * 30 + strlen(" as  (, pid 4194304)"));
}

static void
test_other_end_of_a_socket(void **state)
{
	char text[CALLER_MAX], process[CALLER_MAX], end[64];
	int fds[2];

	(void)state;
	assert_int_equal(prctl(PR_SET_NAME, "some(thing", 0, 0, 0), 0);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	callers_socket(text, fds[0], NULL);
	snprintf(end, sizeof end, " (some?thing, pid %ld)", (long)getpid());
	assert_non_null(strstr(text, end));
	assert_string_equal(callers_process(process, getuid(), getpid(), NULL), text);
	callers_process(process, 4000000001, 0, "admin");
	assert_string_equal(process, "uid 4000000001 as admin");
	close(fds[0]);
	close(fds[1]);
	/* No socket any more. */
	assert_string_equal(callers_socket(text, -1, "admin"), "admin");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_nobody_looks_like_another),
	    cmocka_unit_test(test_parts_are_short),
	    cmocka_unit_test(test_other_end_of_a_socket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
