/* test_prom.c: the text format of Prometheus, to the byte. */
#include "autoconf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "core/prom.h"

#define ROOM 4096

static void
expect(struct buf *out, const char *text)
{
	assert_false(out->failed);
	assert_string_equal(buf_str(out), text);
	buf_release(out);
}

static void
test_head(void **state)
{
	struct buf out = BUF_INIT(ROOM);

	(void)state;
	assert_true(prom_write_head(&out, "a_total", PROM_COUNTER, "Says \"how\"\nin C:\\."));
	assert_true(prom_write_head(&out, "b", PROM_GAUGE, ""));
	expect(&out, "# HELP a_total Says \"how\"\\nin C:\\\\.\n# TYPE a_total counter\n"
		     "# HELP b \n# TYPE b gauge\n");
}

static void
test_samples(void **state)
{
	const struct prom_label labels[] = {{"group", "g"}, {"name", ""}};
	struct buf out = BUF_INIT(ROOM);

	(void)state;
	assert_true(prom_write(&out, "a", NULL, 0, -7));
	assert_true(prom_write(&out, "a", labels, 1, 0));
	assert_true(prom_write(&out, "a", labels, 2, INT64_MAX));
	expect(&out, "a -7\na{group=\"g\"} 0\na{group=\"g\",name=\"\"} 9223372036854775807\n");
}

static void
test_seconds(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} rows[] = {
	    {0, "t 0.000000\n"},
	    {1, "t 0.000001\n"},
	    {1700000000123456, "t 1700000000.123456\n"},
	    {-500000, "t -0.500000\n"},
	    {-1500000, "t -1.500000\n"},
	    {INT64_MAX, "t 9223372036854.775807\n"},
	    {INT64_MIN, "t -9223372036854.775808\n"},
	};
	struct buf out = BUF_INIT(ROOM);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(prom_write_us(&out, "t", NULL, 0, rows[i].us));
		expect(&out, rows[i].text);
	}
}

/* What a label may hold: each value beside what is written for it. */
static void
test_hostile_values(void **state)
{
	static const struct {
		const char *value, *text;
	} rows[] = {
	    {"plain", "plain"},
	    {"a\"b", "a\\\"b"},
	    {"a\\", "a\\\\"},
	    {"\n\n", "\\n\\n"},
	    {"\\n", "\\\\n"},
	    {"} 1\nup 0", "} 1\\nup 0"},
	    {"\r\t{},=", "\r\t{},="},
	    {"Z\xc3\xbcrich \xe6\x97\xa5", "Z\xc3\xbcrich \xe6\x97\xa5"},
	    {"\xff", "\xef\xbf\xbd"},
	    {"a\xc3\"b", "a\xef\xbf\xbd\\\"b"},
	    {"\xe6\x97\\", "\xef\xbf\xbd\xef\xbf\xbd\\\\"},
	    {"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
	};
	struct buf out = BUF_INIT(ROOM), expected = BUF_INIT(ROOM);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&expected);
		buf_printf(&expected, "m{name=\"%s\"} 1\n", rows[i].text);
		prom_write(&out, "m", &(struct prom_label){"name", rows[i].value}, 1, 1);
		expect(&out, buf_str(&expected));
	}
	buf_release(&expected);
}

/* At whatever place the room ends, the failure is told. */
static void
test_full(void **state)
{
	const struct prom_label label = {"name", "a\"\xff"};
	struct buf out = BUF_INIT(ROOM);
	size_t whole;

	(void)state;
	prom_write_head(&out, "a", PROM_GAUGE, "b\nc");
	assert_true(prom_write_us(&out, "a", &label, 1, 1));
	whole = out.len;
	buf_release(&out);
	for (size_t room = 1; room < whole; room++) {
		buf_init(&out, room);
		prom_write_head(&out, "a", PROM_GAUGE, "b\nc");
		assert_false(prom_write_us(&out, "a", &label, 1, 1));
		buf_release(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_head),    cmocka_unit_test(test_samples),
	    cmocka_unit_test(test_seconds), cmocka_unit_test(test_hostile_values),
	    cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
