/* test_base.c: the modules of src/base. */
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

#include "base/buf.h"
#include "base/err.h"
#include "base/log.h"
#include "base/map.h"
#include "base/places.h"
#include "base/pyrepr.h"
#include "base/timefmt.h"
#include "base/utf8.h"
#include "base/xmalloc.h"

static void
test_buf_keeps_its_maximum(void **state)
{
	struct buf b = BUF_INIT(8);

	(void)state;
	assert_true(buf_puts(&b, "12345678"));
	assert_false(buf_putc(&b, '9'));
	assert_true(b.failed);
	assert_string_equal(buf_str(&b), "12345678");
	assert_false(buf_puts(&b, ""));
	buf_clear(&b);
	assert_true(buf_printf(&b, "%d-%s", 12, "ab"));
	buf_consume(&b, 3);
	assert_string_equal(buf_str(&b), "ab");
	assert_false(buf_printf(&b, "%s", "1234567"));
	buf_release(&b);
}

static void
test_buf_grows(void **state)
{
	struct buf b = BUF_INIT(SIZE_MAX / 2);
	char *s;

	(void)state;
	for (int i = 0; i < 10000; i++)
		assert_true(buf_putc(&b, (char)('a' + i % 26)));
	assert_int_equal(b.len, 10000);
	s = buf_steal(&b);
	assert_int_equal(strlen(s), 10000);
	assert_int_equal(b.len, 0);
	free(s);
}

/* A queue of a megabyte that is filled and emptied byte by byte: moved as a whole each time, it would take minutes. */
static void
test_buf_is_a_queue(void **state)
{
	struct buf b = BUF_INIT(SIZE_MAX / 2);
	clock_t began = clock();
	const size_t most = 1 << 20;
	char *s;

	(void)state;
	for (size_t i = 0; i < most; i++)
		buf_putc(&b, (char)('a' + i % 26));
	for (size_t i = most; i < 2 * most; i++) {
		buf_consume(&b, 1);
		buf_putc(&b, (char)('a' + i % 26));
		if (b.data[0] != (char)('a' + (i - most + 1) % 26) ||
		    b.data[b.len - 1] != (char)('a' + i % 26))
			fail_msg("after %zu bytes", i);
	}
	assert_true(clock() - began < 10 * CLOCKS_PER_SEC);
	assert_int_equal(b.len, most);
	assert_true(b.cap < 3 * most);
	assert_int_equal(strlen(buf_str(&b)), most);
	buf_consume(&b, 3);
	s = buf_steal(&b);
	assert_int_equal(strlen(s), most - 3);
	assert_int_equal(s[0], 'a' + (most + 3) % 26);
	free(s);
	assert_true(buf_puts(&b, "abc"));
	buf_consume(&b, 3);
	assert_string_equal(buf_str(&b), "");
	buf_release(&b);
	/* Room that nothing came into: the end of an empty file. */
	assert_non_null(buf_reserve(&b, 100));
	assert_string_equal(buf_str(&b), "");
	buf_release(&b);
}

/* Short, long, and with the index given back: the same answers. */
static void
test_places(void **state)
{
	struct named {
		char *name;
		int other;
	} *all = xcalloc(100, sizeof(*all));
	struct places p = {0};

	(void)state;
	assert_int_equal(places_find(&p, all, 0, sizeof(*all), "n0", 2), 0);
	for (size_t n = 1; n <= 100; n++) {
		all[n - 1].name = xasprintf("n%zu", n - 1);
		places_added(&p, all, n, sizeof(*all));
		assert_int_equal(places_find(&p, all, n, sizeof(*all), "n0", 2), 0);
		assert_int_equal(
		    places_find(&p, all, n, sizeof(*all), all[n - 1].name, strlen(all[n - 1].name)), n - 1);
		assert_int_equal(places_find(&p, all, n, sizeof(*all), "n", 1), n);
		assert_int_equal(places_find(&p, all, n, sizeof(*all), "n100", 4), n);
	}
	assert_non_null(p.index);
	assert_int_equal(places_find(&p, all, 100, sizeof(*all), "n77 and more", 3), 77);
	places_clear(&p);
	assert_null(p.index);
	assert_int_equal(places_find(&p, all, 100, sizeof(*all), "n77 and more", 3), 77);
	for (size_t n = 0; n < 100; n++)
		free(all[n].name);
	free(all);
}

static void
test_map_many(void **state)
{
	struct map *m = map_new();
	char key[32];
	size_t pos = 0, seen = 0;

	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		assert_null(map_put(m, key, (void *)(uintptr_t)(i + 1)));
	}
	for (int i = 0; i < 5000; i += 2) {
		snprintf(key, sizeof(key), "key%d", i);
		assert_ptr_equal(map_del(m, key), (void *)(uintptr_t)(i + 1));
	}
	for (int i = 0; i < 5000; i++) {
		snprintf(key, sizeof(key), "key%d", i);
		assert_ptr_equal(map_get(m, key), i % 2 ? (void *)(uintptr_t)(i + 1) : NULL);
	}
	while (map_next(m, &pos, NULL, NULL))
		seen++;
	assert_int_equal(seen, 2500);
	assert_int_equal(map_count(m), 2500);
	map_free(m);
}

static void
test_intmap(void **state)
{
	struct intmap *m = intmap_new();
	int a, b;

	(void)state;
	assert_null(intmap_get(m, 1));
	assert_null(intmap_put(m, -1, &a));
	assert_ptr_equal(intmap_put(m, -1, &b), &a);
	assert_ptr_equal(intmap_get(m, -1), &b);
	assert_ptr_equal(intmap_del(m, -1), &b);
	assert_null(intmap_del(m, -1));
	intmap_free(m);
}

static void
test_err(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_false(err_set(&e, "not a valid boolean value: %s", "'maybe'"));
	err_suffix(&e, " in section %s", "'program:a'");
	err_where(&e, "%s:%d: [program:a] autostart", "s.conf", 3);
	err_where(&e, "the first one stays");
	err_hint(&e, "true, false");
	assert_string_equal(err_text(&e), "not a valid boolean value: 'maybe' in section 'program:a'; "
					  "see s.conf:3: [program:a] autostart (true, false)");
	err_release(&e);
}

/* Every cut of a text gives the same repaired text. */
static void
test_utf8_repair_at_every_cut(void **state)
{
	static const char text[] = "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xff\xe2\x28\xc3";
	static const char want[] =
	    "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbd\xef\xbf\xbd(\xef\xbf\xbd";
	size_t len = sizeof(text) - 1;

	(void)state;
	for (size_t cut = 0; cut <= len; cut++) {
		struct buf out = BUF_INIT(1000);
		struct utf8_carry carry = {0};

		assert_true(utf8_repair(&out, text, cut, &carry, false));
		assert_true(utf8_repair(&out, text + cut, len - cut, &carry, true));
		assert_string_equal(buf_str(&out), want);
		buf_release(&out);
	}
}

static void
test_utf8_width(void **state)
{
	(void)state;
	assert_int_equal(utf8_width(0x4e2d), 2);
	assert_int_equal(utf8_width(0x301), 0);
	assert_int_equal(utf8_count("a\xe4\xb8\xad\xff", 5), 3);
	assert_false(utf8_valid("\xed\xa0\x80", 3));
	assert_false(utf8_valid("\xc0\xaf", 2));
}

static void
check_repr(const char *s, const char *want)
{
	char *got = pyrepr(s);

	assert_string_equal(got, want);
	free(got);
}

static void
test_pyrepr(void **state)
{
	struct buf out = BUF_INIT(100);

	(void)state;
	check_repr("", "''");
	check_repr("abc", "'abc'");
	check_repr("it's", "\"it's\"");
	check_repr("it's \"x\"", "'it\\'s \"x\"'");
	check_repr("a\\b\n\t\x1b\x7f", "'a\\\\b\\n\\t\\x1b\\x7f'");
	check_repr("\xc3\xa9\xef\xbb\xbf\xc2\xa0", "'\xc3\xa9\\ufeff\\xa0'");
	assert_true(pyrepr_bytes(&out, "a\xff\n'", 4));
	assert_string_equal(buf_str(&out), "b\"a\\xff\\n'\"");
	buf_release(&out);
}

static void
test_timefmt(void **state)
{
	char s[TIMEFMT_MAX];

	(void)state;
	setenv("TZ", "UTC", 1);
	timefmt_uptime(s, 11);
	assert_string_equal(s, "0:00:11");
	timefmt_uptime(s, -1);
	assert_string_equal(s, "0:00:00");
	timefmt_uptime(s, 86400);
	assert_string_equal(s, "1 day, 0:00:00");
	timefmt_uptime(s, 2 * 86400 + 3661);
	assert_string_equal(s, "2 days, 1:01:01");
	timefmt_stopped(s, 0);
	assert_string_equal(s, "Jan 01 12:00 AM");
	timefmt_stopped(s, 1763169900);
	assert_string_equal(s, "Nov 15 01:25 AM");
	timefmt_log(s, INT64_C(1763169900931999));
	assert_string_equal(s, "2025-11-15 01:25:00,931");
	timefmt_http(s, 1763169900);
	assert_string_equal(s, "Sat, 15 Nov 2025 01:25:00 GMT");
	timefmt_access(s, 1763169900);
	assert_string_equal(s, "15/Nov/2025:01:25:00 +0000");
	timefmt_access(s, 1764637505);
	assert_string_equal(s, "02/Dec/2025:01:05:05 +0000");
	/* Days of one digit have a blank before them, as syslog(3) and ctime(3) write them. */
	timefmt_syslog(s, 1764637505);
	assert_string_equal(s, "Dec  2 01:05:05");
	timefmt_ctime(s, 1764637505);
	assert_string_equal(s, "Tue Dec  2 01:05:05 2025");
}

static void
collect(void *arg, enum log_level level, const char *line, size_t len)
{
	(void)level;
	buf_append(arg, line, len);
}

static void
test_log(void **state)
{
	struct buf out = BUF_INIT(1000);
	struct now now = {.wall = INT64_C(1763169900931000)};
	struct log log = {.level = LOG_LEVEL_INFO, .write = collect, .arg = &out, .now = &now};
	struct log_limit limit = {.interval = SECOND_US};
	unsigned long silent;

	(void)state;
	setenv("TZ", "UTC", 1);
	log_debug(&log, "not this");
	log_warn(&log, "spawned: '%s'", "a");
	assert_string_equal(buf_str(&out), "2025-11-15 01:25:00,931 WARN spawned: 'a'\n");
	buf_release(&out);
	assert_true(log_limit_pass(&limit, 5, &silent));
	assert_false(log_limit_pass(&limit, 6, &silent));
	assert_true(log_limit_pass(&limit, 5 + SECOND_US, &silent));
	assert_int_equal(silent, 1);
}

/* Each byte that is no printable character, as two digits. */
static void
test_pyrepr_of_bytes(void **state)
{
	(void)state;
	for (int c = 0; c < 256; c++) {
		struct buf out = BUF_INIT(100);
		const char byte = (char)c;
		char want[16];

		if ((c >= 0x20 && c < 0x7f) || (c >= '\t' && c <= '\r'))
			continue;
		snprintf(want, sizeof(want), "b'\\x%02x'", (unsigned)c);
		assert_true(pyrepr_bytes(&out, &byte, 1));
		assert_string_equal(buf_str(&out), want);
		buf_clear(&out);
		assert_true(pyrepr_append(&out, &byte, 1));
		assert_string_equal(buf_str(&out), want + 1);
		buf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_buf_keeps_its_maximum),
	    cmocka_unit_test(test_buf_grows),
	    cmocka_unit_test(test_buf_is_a_queue),
	    cmocka_unit_test(test_map_many),
	    cmocka_unit_test(test_places),
	    cmocka_unit_test(test_intmap),
	    cmocka_unit_test(test_err),
	    cmocka_unit_test(test_utf8_repair_at_every_cut),
	    cmocka_unit_test(test_utf8_width),
	    cmocka_unit_test(test_pyrepr),
	    cmocka_unit_test(test_pyrepr_of_bytes),
	    cmocka_unit_test(test_timefmt),
	    cmocka_unit_test(test_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
