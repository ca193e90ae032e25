/* test_expand.c: %(...)s. Expected texts were taken from Python 3.11. */
#include "autoconf.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "core/expand.h"

static const struct {
	const char *value;
	const char *want;  /* NULL: an error */
	const char *error; /* the reason, or the whole text when it begins with "Format" */
} cases[] = {
    {"plain", "plain", NULL},
    {"%%", "%", NULL},
    {"a%(here)sb", "a/hb", NULL},
    {"%(process_num)02d", "03", NULL},
    {"%(process_num)5s|", "    3|", NULL},
    {"%(here).1s", "/", NULL},
    {"%(here)r", "'/h'", NULL},
    {"%(a(b)c)s", "nested", NULL},
    {"%(process_num)+d", "+3", NULL},
    {"%(process_num) d", " 3", NULL},
    {"%(process_num)#x", "0x3", NULL},
    {"%(process_num)#o", "0o3", NULL},
    {"%(process_num)#X", "0X3", NULL},
    {"%(process_num)08.3d", "00000003", NULL},
    {"%(process_num)-8d|", "3       |", NULL},
    {"%(process_num)-08d|", "3       |", NULL},
    {"%(process_num).3d", "003", NULL},
    {"%(process_num)+05d|", "+0003|", NULL},
    {"%(process_num)f", "3.000000", NULL},
    {"%(process_num)5.2f|", " 3.00|", NULL},
    {"%(process_num)e", "3.000000e+00", NULL},
    {"%(process_num)g", "3", NULL},
    {"%(process_num)#g", "3.00000", NULL},
    {"%(process_num)#.0f", "3.", NULL},
    {"%(process_num)ld", "3", NULL},
    {"%(process_num)r|%(process_num)a", "3|3", NULL},
    {"%(process_num)c", "\x03", NULL},
    {"%(one)c", "x", NULL},
    {"%(u)r", "'\xc3\xa9\\n'", NULL},
    {"%(u)a", "'\\xe9\\n'", NULL},
    {"%(u)5.1s|", "    \xc3\xa9|", NULL},
    {"%(here)05s|", "   /h|", NULL},
    {"%(here)5.s|", "     |", NULL},
    {"%(minus)d %(minus)x", "-5 -5", NULL},
    {"100%", NULL, "incomplete format"},
    {"%(here)", NULL, "incomplete format"},
    {"%%%", NULL, "incomplete format"},
    {"%(here)h", NULL, "incomplete format"},
    {"%(here", NULL, "incomplete format key"},
    {"%z", NULL, "unsupported format character 'z' (0x7a) at index 1"},
    {"%(here)z", NULL, "unsupported format character 'z' (0x7a) at index 7"},
    {"%\xc3\xa9", NULL, "unsupported format character '?' (0xe9) at index 1"},
    {"\xc3\xa9%z", NULL, "unsupported format character 'z' (0x7a) at index 2"},
    {"%\n", NULL, "unsupported format character '?' (0xa) at index 1"},
    {"%(here)%", NULL, "unsupported format character '%' (0x25) at index 7"},
    {"% (here)s", NULL, "unsupported format character '(' (0x28) at index 2"},
    {"%(process_num)hhd", NULL, "unsupported format character 'h' (0x68) at index 15"},
    {"%d", NULL, "%d format: a real number is required, not dict"},
    {"50% off", NULL, "%o format: an integer is required, not dict"},
    {"%(here)d", NULL, "%d format: a real number is required, not str"},
    {"%(here)X", NULL, "%X format: an integer is required, not str"},
    {"%(here)f", NULL, "must be real number, not str"},
    {"%e", NULL, "must be real number, not dict"},
    {"%(here)c", NULL, "%c requires int or char"},
    {"%(process_num)*s", NULL, "not enough arguments for format string"},
    {"%(process_num)-5d|%(process_num)-5s|", "3    |3    |", NULL},
    {"%(process_num)*d", NULL, "not enough arguments for format string"},
    {"%(here)*s", NULL, "* wants int"},
    {"%(here)99999999999999999999s", NULL, "width too big"},
    {"%(here).99999999999999999999s", NULL, "precision too big"},
    {"%(process_num)99999999d", NULL, "the result is longer than 4194304 bytes"},
    {"%()s", NULL,
     "Format string '%()s' for 'a.b' contains names ('') which cannot be expanded. Available names: a(b)c, "
     "here, minus, one, process_num, u"},
    {"%(no'pe)s", NULL,
     "Format string \"%(no'pe)s\" for 'a.b' contains names (\"no'pe\") which cannot be expanded. "
     "Available names: a(b)c, here, minus, one, process_num, u"},
};

static void
check(size_t i, const struct expand_names *names)
{
	struct err err = ERR_INIT;
	char *got = expand(cases[i].value, "a.b", names, &err);
	const char *reason;

	if (cases[i].want != NULL) {
		if (got == NULL)
			fail_msg("%s: %s", cases[i].value, err_text(&err));
		assert_string_equal(got, cases[i].want);
	} else {
		assert_null(got);
		reason = strstr(err.what, "badly formatted: ");
		assert_string_equal(reason != NULL ? reason + strlen("badly formatted: ") : err.what,
				    cases[i].error);
	}
	free(got);
	err_release(&err);
}

static void
test_cases(void **state)
{
	struct expand_names outer = EXPAND_NAMES_INIT, inner = {.outer = &outer};

	(void)state;
	expand_set(&outer, "here", "/outer");
	expand_set(&outer, "one", "x");
	expand_set(&outer, "a(b)c", "nested");
	expand_set(&inner, "here", "/first");
	expand_set(&inner, "here", "/h");
	expand_set(&inner, "u", "\xc3\xa9\n");
	expand_set_number(&inner, "process_num", 3);
	expand_set_number(&inner, "minus", -5);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check(i, &inner);
	expand_names_clear(&outer);
	expand_names_clear(&inner);
}

static void
test_message(void **state)
{
	struct expand_names names = EXPAND_NAMES_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_null(expand("100%", "program:a.command", &names, &err));
	assert_string_equal(
	    err.what, "Format string '100%' for 'program:a.command' is badly formatted: incomplete format");
	err_release(&err);
}

static void
test_environ(void **state)
{
	static const char *const env[] = {"A=1", "B=x=y", "nonsense", NULL};
	struct expand_names names = EXPAND_NAMES_INIT;
	struct err err = ERR_INIT;
	char *got;

	(void)state;
	expand_set_environ(&names, env);
	got = expand("%(ENV_A)s %(ENV_B)s", "x", &names, &err);
	assert_string_equal(got, "1 x=y");
	assert_int_equal(names.n, 2);
	free(got);
	expand_names_clear(&names);
}

/* As many forms as a value can hold: each must cost the same, wherever it stands. */
static void
test_many_forms(void **state)
{
	static const char form[] = "%(here)s";
	const size_t n = (1 << 20) / (sizeof(form) - 1);
	struct expand_names names = EXPAND_NAMES_INIT;
	struct err err = ERR_INIT;
	char *value = malloc(n * (sizeof(form) - 1) + 1), *got;
	clock_t began = clock();

	(void)state;
	assert_non_null(value);
	for (size_t i = 0; i < n; i++)
		memcpy(value + i * (sizeof(form) - 1), form, sizeof(form));
	expand_set(&names, "here", "/h");
	got = expand(value, "o", &names, &err);
	assert_non_null(got);
	assert_int_equal(strlen(got), 2 * n);
	assert_true(clock() - began < 10 * CLOCKS_PER_SEC);
	free(got);
	free(value);
	expand_names_clear(&names);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_message),
	    cmocka_unit_test(test_environ),
	    cmocka_unit_test(test_many_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
