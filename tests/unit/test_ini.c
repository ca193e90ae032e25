/* test_ini.c: the dialect of configuration files. Expected values were taken from the reference. */
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
#include "core/ini.h"

/* What is read, as "[section] name=<value> ..." with "|" for a newline in a value. */
static char *
show(const struct ini *ini)
{
	struct buf out = BUF_INIT(1U << 24);

	for (size_t i = 0; i < ini_nsections(ini); i++) {
		const struct ini_section *s = ini_section_at(ini, i);

		buf_printf(&out, "%s[%s]", i > 0 ? " " : "", s->name);
		for (size_t j = 0; j < s->noptions; j++)
			buf_printf(&out, " %s=<%s>", s->options[j]->name, s->options[j]->value);
	}
	for (size_t i = 0; i < out.len; i++)
		if (out.data[i] == '\n')
			out.data[i] = '|';
	return buf_steal(&out);
}

static const struct {
	const char *text;
	const char *want;
} dialect[] = {
    {"[a]\nx=1\n  y=2\n", "[a] x=<1|y=2>"},
    {"[a]\n  x=1\n  y=2\n z=3\n", "[a] x=<1> y=<2> z=<3>"},
    {"[a]\nx=1\n [b]\n", "[a] x=<1|[b]>"},
    {"[a]\nx=1\n\n 2\n;c\n 3\n", "[a] x=<1||2|3>"},
    {"[a]\nx=\n 1\n 2\n", "[a] x=<|1|2>"},
    {"[a]\nX Y : 1 = 2\n", "[a] x y=<1 = 2>"},
    {"[a]\nx==1\nx2 := 3\n", "[a] x=<=1> x2=<= 3>"},
    {"[a]\nx=\"q\"\n", "[a] x=<\"q\">"},
    {"[a]\nk;x=1\n", "[a] k;x=<1>"},
    {"[a] junk\n[a]]\n[ a ]\n[a:b=c]\n", "[a] [a]] [ a ] [a:b=c]"},
    {"[a] ;c\nx=1 ;c\ny=1 #c\nz=1\t;c\n", "[a] x=<1> y=<1> z=<1>"},
    {"[a]\nx=1;c\ny=1#c\nz=;c\nw= ;c\n", "[a] x=<1;c> y=<1#c> z=<;c> w=<>"},
    {"[a]\ncommand=sh -c 'a ; b'\n", "[a] command=<sh -c 'a>"},
    {"[a]\nx=a#y #z ;w\n", "[a] x=<a#y #z>"},
    {"[a]\n   # whole line\n\t; too\nx=1\n", "[a] x=<1>"},
    {"[a]\nx=1\n[b]\ny=2\n[a]\nx=3\nz=4\n", "[a] x=<3> z=<4> [b] y=<2>"},
    {"[a]\r\nx=1\r\n  2\r\n", "[a] x=<1|2>"},
    {"[a]\rx=1\ry=2", "[a] x=<1> y=<2>"},
    {"[a]\n\xc2\xa0x\xc2\xa0=\xe3\x80\x80"
     "1\xc2\xa0;c\n",
     "[a] x=<1>"},
    {"[a]\nx=\xc3\xa9\x0b\n", "[a] x=<\xc3\xa9>"},
    {"[DEFAULT]\nd=1\n[a]\nx=2\n", "[a] x=<2>"},
    {"[a]\nx=1\n  \n\n", "[a] x=<1>"},
    {"[a]\nx= \n\n  v ;c\n", "[a] x=<||v>"},
};

static void
test_dialect(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(dialect) / sizeof(dialect[0]); i++) {
		struct ini *ini = ini_new();
		struct err err = ERR_INIT;
		char *got;

		if (!ini_read(ini, "f", dialect[i].text, strlen(dialect[i].text), &err))
			fail_msg("%s: %s", dialect[i].text, err_text(&err));
		got = show(ini);
		assert_string_equal(got, dialect[i].want);
		free(got);
		ini_free(ini);
	}
}

static const struct {
	const char *text;
	const char *want;
} errors[] = {
    {"x=1\n", "File contains no section headers.\nfile: 's.conf', line: 1\n'x=1\\n'; see s.conf:1"},
    {"\xef\xbb\xbf;c\n[a]\n",
     "File contains no section headers.\nfile: 's.conf', line: 1\n'\\ufeff;c\\n'; see s.conf:1"},
    {"[a]\nfoo\nbar baz\n",
     "Source contains parsing errors: 's.conf'\n\t[line  2]: 'foo\\n'\n\t[line  3]: 'bar baz\\n'; "
     "see s.conf:2"},
    {"[a]\n=1\n", "Source contains parsing errors: 's.conf'\n\t[line  2]: '=1\\n'; see s.conf:2"},
    {"[a]\n[]", "Source contains parsing errors: 's.conf'\n\t[line  2]: '[]'; see s.conf:2"},
    {"[a ;b]\n", "File contains no section headers.\nfile: 's.conf', line: 1\n'[a ;b]\\n'; see s.conf:1"},
    {"[a]\nx=\xff\n", "'utf-8' codec can't decode byte 0xff in position 6: invalid start byte; see s.conf:2"},
    {"[a]\nx=\xc3(\n",
     "'utf-8' codec can't decode byte 0xc3 in position 6: invalid continuation byte; see s.conf:2"},
    {"[a]\nx=\xe2\x82",
     "'utf-8' codec can't decode bytes in position 0-1: unexpected end of data; see s.conf:2"},
};

static void
test_errors(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		struct ini *ini = ini_new();
		struct err err = ERR_INIT;

		assert_false(ini_read(ini, "s.conf", errors[i].text, strlen(errors[i].text), &err));
		assert_string_equal(err_text(&err), errors[i].want);
		err_release(&err);
		ini_free(ini);
	}
}

static void
report_cb(void *arg, struct err *err)
{
	buf_printf(arg, "%s\n", err_text(err));
	err_release(err);
}

/* Each error is reported, what is wrong is left out, and what follows is read. */
static void
test_all_errors(void **state)
{
	static const struct {
		const char *text;
		size_t len; /* 0: up to the null byte */
		const char *want, *left;
	} rows[] = {
	    {"[a]\nx=1\n", 0, "", "[a] x=<1>"},
	    {"x=1\ny=2\n[a]\nx=1\n", 0,
	     "File contains no section headers.\nfile: 'f', line: 1\n'x=1\\n'; see f:1\n", "[a] x=<1>"},
	    {"[a]\nfoo\nx=1\n=2\n", 0,
	     "neither a [section] nor 'option = value': 'foo'; see f:2\n"
	     "neither a [section] nor 'option = value': '=2'; see f:4\n",
	     "[a] x=<1>"},
	    {"[a]\nx=\xff.\ny=\xff\n", 0,
	     "'utf-8' codec can't decode byte 0xff in position 6: invalid start byte; see f:2\n",
	     "[a] x=<\xef\xbf\xbd.> y=<\xef\xbf\xbd>"},
	    {"[a]\nx=1\0y\nfoo\n", 14,
	     "the file contains a null byte; see f:2\n"
	     "neither a [section] nor 'option = value': 'foo'; see f:3\n",
	     "[a] x=<1?y>"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t len = rows[i].len > 0 ? rows[i].len : strlen(rows[i].text);
		struct buf told = BUF_INIT(1 << 16);
		struct ini *ini = ini_new();
		char *got;

		ini_read_all(ini, "f", rows[i].text, len, report_cb, &told);
		got = show(ini);
		assert_string_equal(buf_str(&told), rows[i].want);
		assert_string_equal(got, rows[i].left);
		free(got);
		buf_release(&told);
		ini_free(ini);
	}
}

/* Whatever is too long is told, and the rest is read. */
static void
test_all_errors_of_length(void **state)
{
	struct buf text = BUF_INIT(1 << 22), told = BUF_INIT(1 << 16);
	struct ini *ini = ini_new();
	char *got;

	(void)state;
	buf_puts(&text, "[a]\nx=");
	for (size_t i = 0; i <= INI_VALUE_MAX; i++)
		buf_putc(&text, 'v');
	buf_puts(&text, "\ny=1\n");
	for (size_t i = 0; i <= INI_NAME_MAX; i++)
		buf_putc(&text, 'n');
	buf_puts(&text, "=1\nz=2\n");
	ini_read_all(ini, "f", text.data, text.len, report_cb, &told);
	got = show(ini);
	assert_string_equal(buf_str(&told), "the value is longer than 1048576 bytes; see f:2\n"
					    "the option's name is longer than 255 bytes; see f:4\n");
	assert_string_equal(got, "[a] y=<1> z=<2>");
	free(got);
	buf_release(&text);
	buf_release(&told);
	ini_free(ini);
}

/* %(here)s of [DEFAULT] is that of the file in which a section appears first; one that has become its own stays. */
static void
test_here_of_defaults(void **state)
{
	struct ini *ini = ini_new();
	struct err err = ERR_INIT;
	struct buf dir = BUF_INIT(1 << 21);
	char *got;

	(void)state;
	assert_true(ini_read(ini, "1", "[DEFAULT]\nd=%(here)s\n[a]\nx=1\n", 29, &err));
	assert_true(ini_replace_here(ini, "/1", &err));
	assert_true(ini_read(ini, "2", "[b]\nx=%(here)s\n", 15, &err));
	assert_true(ini_replace_here(ini, "/2", &err));
	assert_true(ini_read(ini, "3", "[DEFAULT]\ne=%(here)s\n[c]\n", 25, &err));
	assert_true(ini_replace_here(ini, "/3", &err));
	got = show(ini);
	assert_string_equal(got, "[a] x=<1> d=</1> e=</3> [b] x=</2> d=</2> e=</3> [c] d=</3> e=</3>");
	free(got);
	for (size_t i = 0; i < INI_VALUE_MAX; i++)
		buf_putc(&dir, 'd');
	assert_true(ini_read(ini, "4", "[c]\nx=%(here)s.\n", 16, &err));
	assert_false(ini_replace_here(ini, buf_str(&dir), &err));
	assert_string_equal(err_text(&err),
			    "the value with %(here)s replaced is longer than 1048576 bytes; see 4:2");
	err_release(&err);
	assert_true(ini_read(ini, "5", "[DEFAULT]\nf=%(here)s.\n[c]\nx=1\n", 30, &err));
	assert_false(ini_replace_here(ini, buf_str(&dir), &err));
	assert_string_equal(err.where, "5:2");
	err_release(&err);
	buf_release(&dir);
	ini_free(ini);
}

static void
test_null_byte(void **state)
{
	struct ini *ini = ini_new();
	struct err err = ERR_INIT;

	(void)state;
	assert_false(ini_read(ini, "s.conf", "[a]\nx=\0\n", 8, &err));
	assert_string_equal(err_text(&err), "the file contains a null byte; see s.conf:2");
	err_release(&err);
	ini_free(ini);
}

/* A text of n times c between before and after. */
static char *
long_text(const char *before, char c, size_t n, const char *after, size_t *len)
{
	struct buf out = BUF_INIT(SIZE_MAX / 2);

	buf_puts(&out, before);
	for (size_t i = 0; i < n; i++)
		buf_putc(&out, c);
	buf_puts(&out, after);
	*len = out.len;
	return buf_steal(&out);
}

static void
read_long(const char *before, char c, size_t n, const char *after, const char *want_error, size_t want_len)
{
	struct ini *ini = ini_new();
	struct err err = ERR_INIT;
	size_t len;
	char *text = long_text(before, c, n, after, &len);
	bool ok = ini_read(ini, "f", text, len, &err);

	if (want_error != NULL) {
		assert_false(ok);
		assert_string_equal(err_text(&err), want_error);
	} else {
		assert_true(ok);
		assert_int_equal(strlen(ini_section_at(ini, 0)->options[0]->value), want_len);
	}
	err_release(&err);
	free(text);
	ini_free(ini);
}

/* inih would cut all of these short. */
static void
test_nothing_is_cut(void **state)
{
	(void)state;
	for (size_t n = 180; n < 420; n++)
		read_long("[a]\nx=", 'v', n, "\n", NULL, n);
	read_long("[a]\nx=", 'v', INI_VALUE_MAX, "\n", NULL, INI_VALUE_MAX);
	read_long("[a]\nx=", 'v', INI_VALUE_MAX + 1, "\n", "the value is longer than 1048576 bytes; see f:2",
		  0);
	read_long("[a]\nx=", 'v', INI_VALUE_MAX + 5000, "\n",
		  "the value is longer than 1048576 bytes; see f:2", 0);
	read_long("[", 's', 255, "]\nx=1\n", NULL, 1);
	read_long("[", 's', 256, "]\nx=1\n", "the section's name is longer than 255 bytes; see f:1", 0);
	read_long("[a]\n", 'n', 255, "=1\n", NULL, 1);
	read_long("[a]\n", 'n', 256, "=1\n", "the option's name is longer than 255 bytes; see f:2", 0);
}

/* Whatever stands at the border of a piece comes through, comment characters included. */
static void
test_every_piece_border(void **state)
{
	(void)state;
	for (size_t shift = 0; shift < 200; shift++) {
		struct ini *ini = ini_new();
		struct err err = ERR_INIT;
		struct buf text = BUF_INIT(10000);
		const char *value;

		buf_puts(&text, "[a]\nx=");
		for (size_t i = 0; i < shift; i++)
			buf_putc(&text, 'v');
		for (size_t i = 0; i < 60; i++)
			buf_puts(&text, "a;#:=[]\\\xe2\x82\xac  b");
		assert_true(ini_read(ini, "f", buf_str(&text), text.len, &err));
		value = ini_section_at(ini, 0)->options[0]->value;
		assert_string_equal(value, buf_str(&text) + 6);
		buf_release(&text);
		ini_free(ini);
	}
}

static void
test_places(void **state)
{
	static const char first[] = "; head\n[a]\nx=1,\n  2\n\ny=3\n[DEFAULT]\nd=4\n",
			  second[] = "[b]\n\n[a]\ny=5\n";
	struct ini *ini = ini_new();
	struct err err = ERR_INIT;
	const struct ini_section *a;

	(void)state;
	assert_true(ini_read(ini, "one", first, strlen(first), &err));
	assert_true(ini_read(ini, "two", second, strlen(second), &err));
	a = ini_section(ini, "a");
	assert_string_equal(a->file, "one");
	assert_int_equal(a->line, 2);
	assert_int_equal(ini_option(ini, a, "x")->line, 3);
	assert_string_equal(ini_option(ini, a, "x")->value, "1,\n2");
	assert_string_equal(ini_option(ini, a, "y")->file, "two");
	assert_int_equal(ini_option(ini, a, "y")->line, 4);
	assert_string_equal(ini_option(ini, ini_section(ini, "b"), "d")->value, "4");
	assert_int_equal(ini_option(ini, ini_section(ini, "b"), "d")->line, 8);
	assert_null(ini_option(ini, a, "z"));
	assert_null(ini_section(ini, "DEFAULT"));
	ini_free(ini);
}

static void
test_here(void **state)
{
	static const char one[] = "[DEFAULT]\nd=%(here)s\n[a]\nx=%(here)s/%(here)s\ny=%%(here)s\n";
	static const char two[] = "[b]\nx=%(here)s\n";
	struct ini *ini = ini_new();
	struct err err = ERR_INIT;
	const struct ini_section *a, *b;

	(void)state;
	assert_true(ini_read(ini, "one", one, strlen(one), &err));
	assert_true(ini_replace_here(ini, "/1", &err));
	assert_true(ini_read(ini, "two", two, strlen(two), &err));
	assert_true(ini_replace_here(ini, "/2", &err));
	a = ini_section(ini, "a");
	b = ini_section(ini, "b");
	assert_string_equal(ini_option(ini, a, "x")->value, "/1//1");
	assert_string_equal(ini_option(ini, a, "y")->value, "%/1");
	assert_string_equal(ini_option(ini, a, "d")->value, "/1");
	assert_string_equal(ini_option(ini, b, "x")->value, "/2");
	assert_string_equal(ini_option(ini, b, "d")->value, "/2");
	ini_free(ini);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_dialect),
	    cmocka_unit_test(test_errors),
	    cmocka_unit_test(test_null_byte),
	    cmocka_unit_test(test_all_errors),
	    cmocka_unit_test(test_all_errors_of_length),
	    cmocka_unit_test(test_here_of_defaults),
	    cmocka_unit_test(test_nothing_is_cut),
	    cmocka_unit_test(test_every_piece_border),
	    cmocka_unit_test(test_places),
	    cmocka_unit_test(test_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
