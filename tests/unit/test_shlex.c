/* test_shlex.c: commands into words, environments into variables. */
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

#include "base/buf.h"
#include "base/xmalloc.h"
#include "core/shlex.h"

/* Words or variables joined by '|', or the error. */
static const struct {
	const char *text;
	const char *want;
} commands[] =
    {
	{"/bin/cat", "/bin/cat"},
	{"  a  b\tc\n d ", "a|b|c|d"},
	{"sh -c 'a b'", "sh|-c|a b"},
	{"a\"b c\"d'e f'", "ab cde f"},
	{"a '' \"\"", "a||"},
	{"a\\ b \\\\ \\'", "a b|\\|'"},
	{"\"a\\\"b\\\\c\\d\"", "a\"b\\c\\d"},
	{"'a\\b'", "a\\b"},
	{"a#b #c", "a#b|#c"},
	{"a|b $X *", "a|b|$X|*"},
	{"\xc3\xa9 \xc2\xa0", "\xc3\xa9|\xc2\xa0"},
	{"", ""},
	{"   ", ""},
	{"sh -c 'abc", "error: No closing quotation"},
	{"\"abc", "error: No closing quotation"},
	{"\"abc\\", "error: No escaped character"},
	{"abc\\", "error: No escaped character"},
},
  environments[] = {
      {"", ""},
      {"A=1,B=2", "A=1|B=2"},
      {"A=1;B=2", "A=1|B=2"},
      {"A=1,", "A=1"},
      {"A=1,\nB=2", "A=1|B=2"},
      {"A=\"a,b\"", "A=a,b"},
      {"A='x'", "A=x"},
      {"A='\"x\"'", "A=x"},
      {"A=\"\"", "A="},
      {"A=\"it's\"", "A=it's"},
      {"A=\"x\ny\"", "A=x\ny"},
      {"A=/x/y:z", "A=/x/y:z"},
      {"A=x_y-z+(1)", "A=x_y-z+(1)"},
      {"A.b=1,A-b=1", "A.b=1|A-b=1"},
      {"A==1", "A=="},
      {"A=\"a\"b", "A=a"},
      {"A=a\"b c\"d", "A=a\"b"},
      {"A=50%", "A=50"},
      {"A=$HOME", "A=$"},
      {"A=~/x", "A=~"},
      {"A=*", "A=*"},
      {"A=\xc3\xa9", "A=\xc3\xa9"},
      {"A=1#c", "A=1"},
      {"A=ab#c\ncd", "A=abcd"},
      {"A=http://x/y?z=1", "A=http://x/y|z=1"},
      {"\"A\"=1", "\"A\"=1"},
      {"A=1,B=2,A=3", "A=3|B=2"},
      {"A", "error: Unexpected end of key/value pairs in value 'A'"},
      {"A=", "error: Unexpected end of key/value pairs in value 'A='"},
      {"=1", "error: Unexpected end of key/value pairs in value '=1'"},
      {",A=1", "error: Unexpected end of key/value pairs in value ',A=1'"},
      {"A=1,B", "error: Unexpected end of key/value pairs in value 'A=1,B'"},
      {"A=1 B=2", "error: Unexpected end of key/value pairs in value 'A=1 B=2'"},
      {"A=1,,B=2", "error: Unexpected end of key/value pairs in value 'A=1,,B=2'"},
      {"A=a,b", "error: Unexpected end of key/value pairs in value 'A=a,b'"},
      {"A=a=b", "error: Unexpected end of key/value pairs in value 'A=a=b'"},
      {"A=foo@bar", "error: Unexpected end of key/value pairs in value 'A=foo@bar'"},
      {"A={1}", "error: Unexpected end of key/value pairs in value 'A={1}'"},
      {"A=a\\ b", "error: Unexpected end of key/value pairs in value 'A=a\\ b'"},
      {"A=\"x", "error: No closing quotation"},
};

static char *
split(const char *text)
{
	struct buf out = BUF_INIT(1U << 20);
	struct err err = ERR_INIT;
	char **argv;
	size_t argc;

	if (!shlex_split(text, &argv, &argc, &err)) {
		buf_printf(&out, "error: %s", err.what);
		err_release(&err);
		return buf_steal(&out);
	}
	for (size_t i = 0; i < argc; i++)
		buf_printf(&out, "%s%s", i > 0 ? "|" : "", argv[i]);
	assert_null(argv[argc]);
	free(argv);
	return buf_steal(&out);
}

static char *
variables(const char *text)
{
	struct buf out = BUF_INIT(1U << 20);
	struct env_list vars = {0};
	struct err err = ERR_INIT;

	if (!shlex_environment(text, &vars, &err))
		buf_printf(&out, "error: %s", err.what);
	else
		for (size_t i = 0; i < vars.n; i++)
			buf_printf(&out, "%s%s=%s", i > 0 ? "|" : "", vars.vars[i].name, vars.vars[i].value);
	err_release(&err);
	env_list_release(&vars);
	return buf_steal(&out);
}

static void
test_commands(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		char *got = split(commands[i].text);

		assert_string_equal(got, commands[i].want);
		free(got);
	}
}

static void
test_environments(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(environments) / sizeof(environments[0]); i++) {
		char *got = variables(environments[i].text);

		assert_string_equal(got, environments[i].want);
		free(got);
	}
}

/* One character and one blank per word is the most that a length can hold. */
static void
test_many_words(void **state)
{
	struct buf text = BUF_INIT(1U << 20);
	struct err err = ERR_INIT;
	char **argv;
	size_t argc;

	(void)state;
	for (int i = 0; i < 10000; i++)
		buf_puts(&text, "x ");
	buf_putc(&text, 'y');
	assert_true(shlex_split(buf_str(&text), &argv, &argc, &err));
	assert_int_equal(argc, 10001);
	assert_string_equal(argv[10000], "y");
	free(argv);
	buf_release(&text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_commands),
	    cmocka_unit_test(test_environments),
	    cmocka_unit_test(test_many_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
