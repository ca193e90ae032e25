/* test_values.c: the types of option values. Messages were taken from the reference. */
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

#include <signal.h>

#include "config_fake.h"
#include "core/values.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* Each parser as a function from text to text, so that one table serves all. */
typedef bool parse_fn(const char *s, struct buf *out, struct err *err);

static bool
parse_bool(const char *s, struct buf *out, struct err *err)
{
	bool b;

	return value_bool(s, &b, err) && buf_puts(out, b ? "true" : "false");
}

static bool
parse_int(const char *s, struct buf *out, struct err *err)
{
	int64_t n;

	return value_int(s, &n, err) && buf_printf(out, "%lld", (long long)n);
}

static bool
parse_bytes(const char *s, struct buf *out, struct err *err)
{
	int64_t n;

	return value_bytes(s, &n, err) && buf_printf(out, "%lld", (long long)n);
}

static bool
parse_octal(const char *s, struct buf *out, struct err *err)
{
	int64_t n;

	return value_octal(s, &n, err) && buf_printf(out, "%lld", (long long)n);
}

static bool
parse_signal(const char *s, struct buf *out, struct err *err)
{
	int n;

	return value_signal(s, &n, err) && buf_printf(out, "%d", n);
}

static bool
parse_loglevel(const char *s, struct buf *out, struct err *err)
{
	enum log_level level;

	return value_loglevel(s, &level, err) && buf_printf(out, "%d", (int)level);
}

static bool
parse_exitcodes(const char *s, struct buf *out, struct err *err)
{
	int *codes;
	size_t n;

	if (!value_exitcodes(s, &codes, &n, err))
		return false;
	for (size_t i = 0; i < n; i++)
		buf_printf(out, "%s%d", i > 0 ? "," : "", codes[i]);
	free(codes);
	return true;
}

static bool
parse_autorestart(const char *s, struct buf *out, struct err *err)
{
	enum autorestart a;

	return value_autorestart(s, &a, err) && buf_printf(out, "%d", (int)a);
}

static bool
parse_full_action(const char *s, struct buf *out, struct err *err)
{
	enum full_action a;

	return value_full_action(s, &a, err) && buf_printf(out, "%d", (int)a);
}

static bool
parse_user(const char *s, struct buf *out, struct err *err)
{
	uid_t uid;
	gid_t gid;

	return value_user(&fake_world, s, &uid, &gid, err) && buf_printf(out, "%d:%d", (int)uid, (int)gid);
}

static bool
parse_owner(const char *s, struct buf *out, struct err *err)
{
	uid_t uid;
	gid_t gid;

	return value_owner(&fake_world, "sockchown", s, &uid, &gid, err) &&
	       buf_printf(out, "%d:%d", (int)uid, (int)gid);
}

static bool
take(char *path, struct buf *out)
{
	buf_puts(out, path);
	free(path);
	return true;
}

static bool
parse_directory(const char *s, struct buf *out, struct err *err)
{
	char *path;

	return value_directory(&fake_world, s, &path, err) && take(path, out);
}

static bool
parse_dirpath(const char *s, struct buf *out, struct err *err)
{
	char *path;

	return value_dirpath(&fake_world, s, &path, err) && take(path, out);
}

static bool
parse_address(const char *s, struct buf *out, struct err *err)
{
	char *host;
	int port;

	if (!value_address(s, &host, &port, err))
		return false;
	buf_printf(out, "%s|%d", host, port);
	free(host);
	return true;
}

static bool
parse_url(const char *s, struct buf *out, struct err *err)
{
	return value_url(s, err) && buf_puts(out, "ok");
}

static bool
parse_name(const char *s, struct buf *out, struct err *err)
{
	char *name = value_name(s, err);

	return name != NULL && take(name, out);
}

#define INT_ERROR "invalid literal for int() with base 10: "

static const struct {
	parse_fn *parse;
	const char *text;
	const char *want;
	const char *error;
} cases[] = {
    {parse_bool, "yes", "true", NULL},
    {parse_bool, "TRUE", "true", NULL},
    {parse_bool, "On", "true", NULL},
    {parse_bool, "1", "true", NULL},
    {parse_bool, "no", "false", NULL},
    {parse_bool, "False", "false", NULL},
    {parse_bool, "off", "false", NULL},
    {parse_bool, "0", "false", NULL},
    {parse_bool, "", NULL, "not a valid boolean value: ''"},
    {parse_bool, "maybe", NULL, "not a valid boolean value: 'maybe'"},
    {parse_bool, "it's", NULL, "not a valid boolean value: \"it's\""},
    {parse_int, "0", "0", NULL},
    {parse_int, " -12 ", "-12", NULL},
    {parse_int, "+007", "7", NULL},
    {parse_int, "1_000", "1000", NULL},
    {parse_int, "1\xd9\xa0", "10", NULL},
    {parse_int, "9223372036854775807", "9223372036854775807", NULL},
    {parse_int, "9223372036854775808", NULL, "the number is above upper bound (9223372036854775807)"},
    {parse_int, "-9223372036854775809", NULL, "the number is below lower bound (-9223372036854775808)"},
    {parse_int, "0x10", NULL, INT_ERROR "'0x10'"},
    {parse_int, "1.5", NULL, INT_ERROR "'1.5'"},
    {parse_int, "1__0", NULL, INT_ERROR "'1__0'"},
    {parse_int, "_1", NULL, INT_ERROR "'_1'"},
    {parse_int, "1_", NULL, INT_ERROR "'1_'"},
    {parse_int, "- 1", NULL, INT_ERROR "'- 1'"},
    {parse_int, "+", NULL, INT_ERROR "'+'"},
    {parse_int, "", NULL, INT_ERROR "''"},
    {parse_bytes, "1kb", "1024", NULL},
    {parse_bytes, "1 KB", "1024", NULL},
    {parse_bytes, "50MB", "52428800", NULL},
    {parse_bytes, "2gB", "2147483648", NULL},
    {parse_bytes, "-1mb", "-1048576", NULL},
    {parse_bytes, "17", "17", NULL},
    {parse_bytes, "1TB", NULL, INT_ERROR "'1tb'"},
    {parse_bytes, "1k", NULL, INT_ERROR "'1k'"},
    {parse_bytes, "1.5MB", NULL, INT_ERROR "'1.5'"},
    {parse_bytes, "kb", NULL, INT_ERROR "''"},
    {parse_bytes, "1kbkb", NULL, INT_ERROR "'1kb'"},
    {parse_bytes, "9999999999GB", NULL, "the number is above upper bound (9223372036854775807)"},
    {parse_octal, "022", "18", NULL},
    {parse_octal, "0o7", "7", NULL},
    {parse_octal, "0o_7", "7", NULL},
    {parse_octal, "-7", "-7", NULL},
    {parse_octal, "7_7", "63", NULL},
    {parse_octal, "7777777777777777777777777", NULL, "the number is above upper bound (9223372036854775807)"},
    {parse_octal, "8", NULL, "8 can not be converted to an octal type"},
    {parse_octal, "", NULL, " can not be converted to an octal type"},
    {parse_octal, "7_", NULL, "7_ can not be converted to an octal type"},
    {parse_octal, "0x1", NULL, "0x1 can not be converted to an octal type"},
    {parse_signal, "TERM", "15", NULL},
    {parse_signal, " sigterm ", "15", NULL},
    {parse_signal, "15", "15", NULL},
    {parse_signal, "+1_5", "15", NULL},
    {parse_signal, "0", "0", NULL},
    {parse_signal, "rtmin", "34", NULL},
    {parse_signal, "64", "64", NULL},
    {parse_signal, "cld", "17", NULL},
    {parse_signal, "35", NULL, "value '35' is not a valid signal number"},
    {parse_signal, "-1", NULL, "value '-1' is not a valid signal number"},
    {parse_signal, "TERN", NULL, "value 'TERN' is not a valid signal name"},
    {parse_signal, "SIGSIGTERM", NULL, "value 'SIGSIGTERM' is not a valid signal name"},
    {parse_signal, "SIG", NULL, "value 'SIG' is not a valid signal name"},
    {parse_signal, "", NULL, "value '' is not a valid signal name"},
    {parse_loglevel, "INFO", "20", NULL},
    {parse_loglevel, "blather", "3", NULL},
    {parse_loglevel, "warning", NULL, "bad logging level name 'warning'"},
    {parse_exitcodes, "0", "0", NULL},
    {parse_exitcodes, " 0 , 2,255", "0,2,255", NULL},
    {parse_exitcodes, "", "", NULL},
    {parse_exitcodes, "0,", NULL, "not a valid list of exit codes: '0,'"},
    {parse_exitcodes, "256", NULL, "not a valid list of exit codes: '256'"},
    {parse_exitcodes, "-1", NULL, "not a valid list of exit codes: '-1'"},
    {parse_autorestart, "unexpected", "1", NULL},
    {parse_autorestart, "UNEXPECTED", "1", NULL},
    {parse_autorestart, "yes", "2", NULL},
    {parse_autorestart, "Off", "0", NULL},
    {parse_autorestart, "Never", NULL, "invalid 'autorestart' value 'never'"},
    {parse_full_action, "drop", "0", NULL},
    {parse_full_action, "Block", "1", NULL},
    {parse_full_action, "wait", NULL, "not a valid action for a full disk: 'wait'"},
    {parse_user, "web", "33:34", NULL},
    {parse_user, "33", "33:34", NULL},
    {parse_user, "nope", NULL, "Invalid user name nope"},
    {parse_user, "12", NULL, "Invalid user id 12"},
    {parse_user, "-1", NULL, "Invalid user id -1"},
    {parse_user, "", NULL, "Invalid user name "},
    {parse_owner, "web", "33:-1", NULL},
    {parse_owner, "0:0", "0:0", NULL},
    {parse_owner, "web:nogroup", "33:65534", NULL},
    {parse_owner, "web:", NULL, "Invalid sockchown value web:"},
    {parse_owner, ":root", NULL, "Invalid sockchown value :root"},
    {parse_owner, "root:root:root", NULL, "Invalid sockchown value root:root:root"},
    {parse_owner, "root:77", NULL, "Invalid sockchown value root:77"},
    {parse_directory, "/tmp", "/tmp", NULL},
    {parse_directory, "~", "/root", NULL},
    {parse_directory, "~web", "/var/www", NULL},
    {parse_directory, "/no", NULL, "/no is not an existing directory"},
    {parse_directory, "", NULL, " is not an existing directory"},
    {parse_dirpath, "/tmp/x", "/tmp/x", NULL},
    {parse_dirpath, "/x", "/x", NULL},
    {parse_dirpath, "x", "x", NULL},
    {parse_dirpath, "", "", NULL},
    {parse_dirpath, "~/x", "/root/x", NULL},
    {parse_dirpath, "~web/x", "/var/www/x", NULL},
    {parse_dirpath, "~nope/x", NULL, "The directory named as part of the path ~nope/x does not exist"},
    {parse_dirpath, "/no/x", NULL, "The directory named as part of the path /no/x does not exist"},
    {parse_address, "9001", "|9001", NULL},
    {parse_address, ":9001", "|9001", NULL},
    {parse_address, "*:9001", "|9001", NULL},
    {parse_address, "HOST:9001", "host|9001", NULL},
    {parse_address, "[::1]:80", "[::1]|80", NULL},
    {parse_address, "x", NULL, "not a valid port number: 'x' "},
    {parse_address, "0", NULL, "not a valid port number: '0' "},
    {parse_address, "", NULL, "not a valid port number: '' "},
    {parse_address, "host:", NULL, "no port number specified in ''"},
    {parse_address, "host:x", NULL, INT_ERROR "'x'"},
    {parse_address, "host:0", NULL, "0 is below lower bound (1)"},
    {parse_address, "host:65536", NULL, "65536 is above upper bound (65535)"},
    {parse_url, "http://x", "ok", NULL},
    {parse_url, "unix:///x", "ok", NULL},
    {parse_url, "localhost:9001", "ok", NULL},
    {parse_url, "a:b", "ok", NULL},
    {parse_url, "ftp:/", "ok", NULL},
    {parse_url, "http:foo", "ok", NULL},
    {parse_url, "a+b-c.d:x", "ok", NULL},
    {parse_url, "x:/", "ok", NULL},
    {parse_url, "", NULL, "value '' is not a URL"},
    {parse_url, ":x", NULL, "value ':x' is not a URL"},
    {parse_url, "a b:c", NULL, "value 'a b:c' is not a URL"},
    {parse_url, "http:?x", NULL, "value 'http:?x' is not a URL"},
    {parse_url, "foo", NULL, "value 'foo' is not a URL"},
    {parse_url, "foo:", NULL, "value 'foo:' is not a URL"},
    {parse_url, "http://", NULL, "value 'http://' is not a URL"},
    {parse_url, "http:#x", NULL, "value 'http:#x' is not a URL"},
    {parse_url, "1a:b", NULL, "value '1a:b' is not a URL"},
    {parse_name, " a ", "a", NULL},
    {parse_name, "", "", NULL},
    {parse_name, "\xc3\xa9*\tx", "\xc3\xa9*\tx", NULL},
    {parse_name, "a b", NULL, "Invalid name: 'a b' because of character: ' '"},
    {parse_name, "a:b", NULL, "Invalid name: 'a:b' because of character: ':'"},
    {parse_name, "a/b", NULL, "Invalid name: 'a/b' because of character: '/'"},
    {parse_name, " a/: b", NULL, "Invalid name: ' a/: b' because of character: ' '"},
};

static void
test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(cases); i++) {
		struct buf out = BUF_INIT(10000);
		struct err err = ERR_INIT;
		bool ok = cases[i].parse(cases[i].text, &out, &err);

		if (ok != (cases[i].want != NULL))
			fail_msg("'%s': %s", cases[i].text, ok ? buf_str(&out) : err.what);
		assert_string_equal(ok ? buf_str(&out) : err.what, ok ? cases[i].want : cases[i].error);
		buf_release(&out);
		err_release(&err);
	}
}

static void
test_paths(void **state)
{
	static const struct {
		const char *path, *want;
	} paths[] = {
	    {"/a/b", "/a/b"},
	    {"a", "/cwd/a"},
	    {"", "/cwd"},
	    {".", "/cwd"},
	    {"..", "/"},
	    {"../../..", "/"},
	    {"/a/../b//c/./d/", "/b/c/d"},
	    {"//a", "//a"},
	    {"///a", "/a"},
	    {"/", "/"},
	    {"//", "//"},
	    {"//..", "//"},
	};
	static const struct {
		const char *path, *want;
	} dirs[] = {{"/a/b", "/a"}, {"a", ""},     {"/a", "/"}, {"a/", "a"},
		    {"a//b", "a"},  {"//a", "//"}, {"", ""}};

	(void)state;
	for (size_t i = 0; i < LENGTH(paths); i++) {
		char *got = value_abspath("/cwd", paths[i].path);

		assert_string_equal(got, paths[i].want);
		free(got);
	}
	for (size_t i = 0; i < LENGTH(dirs); i++) {
		char *got = value_dirname(dirs[i].path);

		assert_string_equal(got, dirs[i].want);
		free(got);
	}
}

/* Every signal number that is shown has a name that is read back. */
static void
test_signal_names(void **state)
{
	(void)state;
	for (int sig = 1; sig <= 31; sig++) {
		struct err err = ERR_INIT;
		int back = 0;

		assert_non_null(value_signal_name(sig));
		assert_true(value_signal(value_signal_name(sig), &back, &err));
		assert_int_equal(back, sig);
	}
	assert_string_equal(value_signal_name(SIGTERM), "TERM");
	assert_null(value_signal_name(35));
}

static void
test_list(void **state)
{
	struct value_list list;

	(void)state;
	value_list("", &list);
	assert_int_equal(list.n, 0);
	value_list(" a , b,", &list);
	assert_int_equal(list.n, 3);
	assert_string_equal(list.items[0], "a");
	assert_string_equal(list.items[1], "b");
	assert_string_equal(list.items[2], "");
	value_list_release(&list);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cases),
	    cmocka_unit_test(test_paths),
	    cmocka_unit_test(test_signal_names),
	    cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
