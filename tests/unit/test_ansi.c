/* test_ansi.c: strip_ansi, whole and cut at every position. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "core/ansi.h"

struct sample {
	const char *in;
	const char *out;
};

static const struct sample samples[] = {
    {"", ""},
    {"plain text\n", "plain text\n"},
    {"\033[1;32mgreen\033[0m\n", "green\n"},
    {"a\033[2Jb\033[Hc\033[10Kd", "abcd"},
    /* A final that Supervisor does not know ends nothing: the sequence ends at the l of col. */
    {"b\033[2Gcol x", "b x"},
    {"an ESC \033 alone, \033\033[31mtwo", "an ESC \033 alone, \033two"},
    {"\033]0;title\007", "\033]0;title\007"},
    {"no end \033[12;", "no end "},
    {"\033[m\033[m", ""},
    {"tail\033", "tail\033"},
};

/* Feeds in, cut where cuts say (a bit per position), through one buffer as the log pump does. */
static void
check(const struct sample *s, size_t cut1, size_t cut2)
{
	char buffer[128], got[128];
	struct ansi a = {0};
	size_t len = strlen(s->in), n = 0, at = 0;

	for (int part = 0; part < 3; part++) {
		size_t end = part == 0 ? cut1 : part == 1 ? cut2 : len, kept;

		memcpy(buffer + 1, s->in + at, end - at);
		kept = ansi_strip(&a, buffer + 1, end - at, buffer);
		assert_true(kept <= end - at + 1);
		memcpy(got + n, buffer, kept);
		n += kept;
		at = end;
	}
	if (ansi_end(&a))
		got[n++] = '\033';
	got[n] = '\0';
	assert_string_equal(got, s->out);
}

static void
test_every_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		size_t len = strlen(samples[i].in);

		for (size_t a = 0; a <= len; a++)
			for (size_t b = a; b <= len; b++)
				check(&samples[i], a, b);
	}
}

static void
test_zero_bytes(void **state)
{
	char out[16];
	struct ansi a = {0};

	(void)state;
	assert_int_equal(ansi_strip(&a, "\0\033[\0mx\0", 7, out), 3);
	assert_memory_equal(out, "\0x\0", 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_every_cut),
	    cmocka_unit_test(test_zero_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
